import type { Observed } from '../model/finding.js';
import type { QueuedPlan } from '../session/book.js';
import { marksIn } from '../session/marks.js';
import type { Observation, Session } from '../session/observation.js';
import { sameBody } from '../trace/body.js';
import type { BodyRecord, HttpRequestEvent, TraceEvent } from '../trace/event.js';
import { answeredInFull, failed } from './common.js';
import { commandsIn, type Reply } from './common-server.js';
import { NOTHING, oracle } from './oracle.js';
import { held, violated } from './say.js';

type Three = Extract<Observation, { kind: 'three' }>;

interface Sent {
  readonly body: BodyRecord;
  readonly request: HttpRequestEvent;
  /** How many statuses it holds. */
  readonly count: number | undefined;
  answered: boolean;
  /** It is the one before, sent again because no answer had come. */
  readonly again: boolean;
}

/** What a session has got of its plan, by the number of the package. */
interface Progress {
  readonly got: Set<number>;
  last: Sent | undefined;
  /** The reply to a #3 that came again and visibly did; what is missing at the end was lost by that. */
  resent: readonly TraceEvent[] | undefined;
  /** Something else went wrong, or nobody can tell: what is missing may be missing for that. */
  unclear: boolean;
}

/**
 * PKG-22: a #3 that is sent again because its answer was lost never makes the server skip a package of its plan (D-31): neither in its answer, nor
 * later in the session.
 */
export const resentSkipsNothing = oracle({
  name: 'packages/resent-skips-nothing',
  on: 'server',
  requirements: ['PKG-22'],
  sees: ['three', 'reply'],
  create: ({ book }) => {
    const sessions = new WeakMap<Session, Progress>();
    const progressOf = (session: Session): Progress => {
      const made = { got: new Set<number>(), last: undefined, resent: undefined, unclear: false };
      const progress = sessions.get(session) ?? made;
      sessions.set(session, progress);
      return progress;
    };
    return (seen) => {
      if (seen.kind === 'three' && seen.session !== undefined) noteReport(seen, progressOf(seen.session));
      if (seen.kind !== 'reply' || seen.session === undefined || seen.response.defect !== undefined) return NOTHING;
      const { session } = seen;
      const plans = book.plans(session.scenario).filter(({ device }) => device === session.device);
      return judge(seen, session, plans, progressOf(session));
    };
  },
});

function noteReport(seen: Three, progress: Progress): void {
  const { request, reading } = seen;
  const { last } = progress;
  const { body } = request;
  const again = last?.answered === false && sameBody(last.body, body);
  const count = reading.view?.statuses.length;
  progress.last = { body, request, count, answered: false, again };
  if (again) return;
  const unanswered = last?.answered === false;
  // After an error status the server may leave its plan (FLW-11).
  const isGood = reading.problems.length === 0 && answeredInFull(seen)?.commands.some(failed) === false;
  if (unanswered || !isGood) progress.unclear = true;
}

function judge(seen: Reply, session: Session, plans: readonly QueuedPlan[], progress: Progress): readonly Observed[] {
  const places = placesOf(seen, plans);
  const [at] = places;
  const { last, got } = progress;
  const before = Math.max(-1, ...got);
  for (const place of places) got.add(place);
  if (last?.request === seen.request) last.answered = true;
  if (last?.request !== seen.request || !last.again) return lostLater(seen, session, plans, progress);
  const events = [seen.response, seen.request];
  // Where it could as well answer the #2 that was lost, nobody can tell that it came again (D-31).
  const visible = last.count !== plans[0]?.packages[before + 1]?.length;
  if (!visible) progress.unclear = true;
  if (Number(at) > before + 1) {
    progress.unclear = true;
    const details = {
      expected: `package ${before + 2} of the plan, or a refusal`,
      actual: `package ${Number(at) + 1}`,
    };
    return visible
      ? [
          violated(
            'PKG-22',
            'A #3 that was sent again made the server skip a package of its plan.',
            session,
            events,
            details,
          ),
        ]
      : NOTHING;
  }
  if (at === undefined && seen.response.status < 400) return NOTHING;
  // Who is refused has nothing to go on with.
  progress.resent = at === undefined ? undefined : events;
  const message = at === undefined ? 'The repeated #3 was refused.' : 'The repeated #3 lost no package.';
  return [held('PKG-22', message, session, events)];
}

/** At its end, a package of the session's only plan is missing, and one behind it came. */
function lostLater(
  seen: Reply,
  session: Session,
  plans: readonly QueuedPlan[],
  { got, resent, unclear }: Progress,
): readonly Observed[] {
  if (resent === undefined || unclear || plans.length !== 1 || seen.reading?.view?.hasEnd !== true) return NOTHING;
  const furthest = Math.max(-1, ...got);
  // A plan may have begun in an earlier session.
  let missing = Math.min(furthest, ...got);
  while (got.has(missing)) missing += 1;
  if (missing > furthest) return NOTHING;
  const events = [seen.response, ...resent];
  const details = { expected: `package ${missing + 1} of the plan`, actual: `package ${furthest + 1}` };
  const message = 'A #3 that was sent again later made the server skip a package of its plan.';
  return [violated('PKG-22', message, session, events, details)];
}

/** Which packages of the device's first plan that it has anything of a reply holds, found by the unique values in it; the first one first. */
function placesOf(reply: Reply, plans: readonly QueuedPlan[]): readonly number[] {
  const marks = marksIn(JSON.stringify(commandsIn(reply).map(({ raw }) => raw)));
  const places = plans.map(({ packages }) =>
    packages.flatMap((one, place) =>
      [...marksIn(JSON.stringify(one))].some((mark) => marks.has(mark)) ? [place] : [],
    ),
  );
  return places.find((found) => found.length > 0) ?? [];
}
