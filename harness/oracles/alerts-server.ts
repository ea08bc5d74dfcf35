import type { Observed } from '../model/finding.js';
import type { PackageOne, PackageThree, Reading, SeenAlert } from '../protocol/packages.js';
import { BoundedMap } from '../session/bounded.js';
import type { Session } from '../session/observation.js';
import { describeReply, isGoodReport, isPlain, isTwo, mayRefuse, Openings, type Reply } from './common-server.js';
import { NOTHING, type Oracle, oracle } from './oracle.js';
import { held, unclear, violated } from './say.js';

const MOST_SCENARIOS = 64;
/** Prefix of the registered AlertTypes; whatever else is unknown to a server (TS 5.4). */
const REGISTERED = 'urn:oma:at:';

/** ALT-06: alerts of any registered type are accepted, and answered by nothing but the flow (CR 6.1.2); ALT-07: an unknown type does no harm. */
export const takesAlerts = oracle({
  name: 'alerts/takes-alerts',
  on: 'server',
  requirements: ['ALT-06', 'ALT-07'],
  sees: ['one', 'reply'],
  create: () => {
    const openings = new Openings();
    /** Sessions whose #1 with alerts was taken, so that a pass speaks of #1 and #3. */
    const took = new WeakMap<Session, Set<string>>();
    /** Places in the flow, by scenario, at which packages without alerts were served: only there is a refusal about the alert. */
    const served = new BoundedMap<string | undefined, Set<string>>(MOST_SCENARIOS);
    return (seen) => {
      openings.see(seen);
      if (seen.kind !== 'reply' || seen.session === undefined || !isPlain(seen.request)) return NOTHING;
      const alerts = alertsOf(seen, openings);
      const ids = new Set(alerts.map(({ type }) => (type?.startsWith(REGISTERED) === true ? 'ALT-06' : 'ALT-07')));
      const before = took.get(seen.session) ?? new Set<string>();
      took.set(seen.session, before);
      const places = placesOf(served, seen.request.scenario);
      if (ids.size === 0 && isTwo(seen)) places.add(placeOf(seen));
      const usual = places.has(placeOf(seen));
      // Of a package with alerts of both kinds the unknown one may be to blame.
      return [...ids].flatMap((id) => judge(id, seen, before, usual && (ids.size === 1 || id === 'ALT-07')));
    };
  },
});

function placesOf(served: Map<string | undefined, Set<string>>, scenario: string | undefined): Set<string> {
  const places = served.get(scenario) ?? new Set<string>();
  served.set(scenario, places);
  return places;
}

function placeOf({ to, run }: Reply): string {
  return to === 'one' ? '#1' : `#3 after ${run?.number ?? 0}`;
}

/** Alerts of a package that gives no other reason to refuse it, but for the one that says why the session was opened. */
function alertsOf(seen: Reply, openings: Openings): readonly SeenAlert[] {
  if (seen.to === 'one') return openings.isCrowded(seen.session) ? [] : eventsIn(seen.session.opening);
  return isGoodReport(seen, openings) ? eventsIn(seen.run.three.reading) : [];
}

function eventsIn({ view, problems }: Reading<PackageOne | PackageThree>): readonly SeenAlert[] {
  if (view === undefined || problems.length > 0) return [];
  return view.alerts.filter(({ initiation }) => initiation === undefined);
}

function judge(id: string, seen: Reply, before: Set<string>, usual: boolean): readonly Observed[] {
  const { status, defect } = seen.response;
  const events = [seen.response, seen.request];
  const where = seen.to === 'one' ? '#1' : '#3';
  if (isTwo(seen)) {
    before.add(`${id} ${where}`);
    const both = before.has(`${id} #1`) && before.has(`${id} #3`);
    return both
      ? [held(id, 'A #1 and a #3 with the alert were taken, and the flow went on.', seen.session, events)]
      : NOTHING;
  }
  if (defect !== undefined || (status >= 300 && status < 400)) return NOTHING;
  const details = { expected: '200 with a #2', actual: describeReply(seen) };
  if (mayRefuse(status) || !usual) {
    const message = `The ${where} with an alert was not served (${describeReply(seen)})${usual ? '' : ', and nothing shows that it was for this alert'}.`;
    return [unclear(id, message, seen.session, events, details)];
  }
  const message = `A ${where} with an alert ${status < 300 ? 'was not answered by a #2' : 'was refused'}.`;
  return [violated(id, message, seen.session, events, details)];
}

export const ALERTS_SERVER: readonly Oracle[] = [takesAlerts];
