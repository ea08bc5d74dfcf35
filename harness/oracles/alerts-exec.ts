import type { Observed } from '../model/finding.js';
import type { SeenAlert } from '../protocol/packages.js';
import { BoundedMap } from '../session/bounded.js';
import { marksIn } from '../session/marks.js';
import type { CommandRun, Observation, PackageRun, ReportedRun } from '../session/observation.js';
import { pathOf } from '../session/side-exchanges.js';
import { answered, codeOf, label } from './common.js';
import { NOTHING, type Oracle, oracle } from './oracle.js';
import { held, unclear, violated } from './say.js';

type Carrier = Extract<Observation, { kind: 'one' | 'three' }>;

const MOST_PENDING = 64;
/** Whole sessions by the end of which an EXEC that was answered 202 has reported (D-41). */
const REPORTED_AFTER = 2;

/** Alerts of the client itself: neither the reason for the session nor an event that the harness raised. */
function ownAlerts(seen: Carrier): readonly SeenAlert[] {
  const alerts = seen.reading.view?.alerts ?? [];
  return alerts.filter(({ raw, initiation }) => initiation === undefined && marksIn(JSON.stringify(raw)).size === 0);
}

function execs(run: PackageRun): readonly CommandRun[] {
  return run.commands.filter(({ command }) => command.name === 'EXEC' && command.standing === 'well-formed');
}

function memberOf({ raw }: SeenAlert, name: string): unknown {
  return typeof raw === 'object' && raw !== null ? (raw as Readonly<Record<string, unknown>>)[name] : undefined;
}

/**
 * END-06: an alert that a command of the END package raised arrives in the next session (CR 6.1.2). What the node's alert looks like is learned from
 * an earlier EXEC of it outside an END package.
 */
export const alertOfEndPackage = oracle({
  name: 'alerts/of-end-package',
  on: 'client',
  requirements: ['END-06'],
  sees: ['one', 'three', 'two'],
  create: () => {
    /** AlertType by the executed node; undefined where none came, or not always the same. */
    const learned = new BoundedMap<string, string | undefined>(MOST_PENDING);
    let due: { readonly run: PackageRun; readonly uri: string; readonly type: string } | undefined;
    /** One node was executed, and one alert came with its status: they belong together, unless another EXEC of it shows otherwise. */
    const learn = (seen: Carrier): void => {
      const run = answered(seen);
      if (run === undefined) return;
      const done = execs(run).filter((command) => codeOf(command) === 200);
      const uris = new Set(done.map(({ command }) => uriOf(command.clientUris)));
      const types = new Set(ownAlerts(seen).map(({ type }) => type));
      for (const uri of uris) {
        const type = uris.size === 1 && types.size === 1 ? [...types][0] : undefined;
        learned.set(uri, learned.has(uri) && learned.get(uri) !== type ? undefined : type);
      }
    };
    return (seen) => {
      if (seen.kind === 'two') {
        const found = over(seen.run);
        if (seen.run.hasEnd) expect(seen.run);
        return [...found, ...(seen.run.hasEnd ? unknown(seen.run) : NOTHING)];
      }
      learn(seen);
      if (due === undefined || seen.session === due.run.session) return NOTHING;
      const { run, type } = due;
      if (!ownAlerts(seen).some((alert) => alert.type === type)) return NOTHING;
      due = undefined;
      return [
        held('END-06', 'The alert raised in the END package came in the next session.', run.session, [
          seen.request,
          run.response,
        ]),
      ];
    };

    function expect(run: PackageRun): void {
      for (const { command } of execs(run)) {
        const uri = uriOf(command.clientUris);
        const type = learned.get(uri);
        if (type !== undefined) due = { run, uri, type };
      }
    }

    /** Nothing can be expected of a node whose alert was never seen. */
    function unknown(run: PackageRun): readonly Observed[] {
      const [first] = execs(run).filter(({ command }) => learned.get(uriOf(command.clientUris)) === undefined);
      if (first === undefined) return NOTHING;
      const message = `${label(first.command)} had raised no alert before, outside an END package: nothing can be expected of it now.`;
      return [unclear('END-06', message, run.session, [run.response])];
    }

    function over(run: PackageRun): readonly Observed[] {
      if (due === undefined || !run.hasEnd || run.number === 1 || run.session.one.began < due.run.response.t)
        return NOTHING;
      const before = due;
      due = undefined;
      return [
        violated(
          'END-06',
          'The alert raised in the END package did not come in the next session.',
          before.run.session,
          [run.response, run.session.one, before.run.response],
          { expected: `an alert ${before.type}`, actual: 'none of that type' },
        ),
      ];
    }
  },
});

function uriOf([uri]: readonly string[]): string {
  return uri ?? '';
}

interface Report {
  readonly run: ReportedRun;
  readonly url: string;
  sessions: number;
}

/** STA-05: EXEC with a ServerURI is answered 202 and reported later by an alert in a new session (TS 5.4, D-24, D-41). */
export const execReportsLater = oracle({
  name: 'alerts/exec-reports-later',
  on: 'client',
  requirements: ['STA-05'],
  sees: ['one', 'three', 'two'],
  create: () => {
    let due: Report[] = [];
    return (seen) => {
      if (seen.kind === 'two') return seen.run.hasEnd && seen.run.number > 1 ? late(due, seen.run) : NOTHING;
      const said = due.flatMap((report) => reported(report, seen));
      due = due.filter((report) => !said.some(({ report: done }) => done === report)).slice(-MOST_PENDING);
      const now = answered(seen);
      const found = said.map(({ observed }) => observed);
      if (now === undefined) return found;
      for (const command of execs(now)) {
        const url = command.command.serverUri;
        if (url === undefined) continue;
        if (codeOf(command) === 202) due.push({ run: now, url, sessions: 0 });
        found.push(...statusOf(command, now, seen));
      }
      return found;
    };
  },
});

function statusOf(exec: CommandRun, { session, response }: PackageRun, seen: Carrier): readonly Observed[] {
  const { command } = exec;
  const events = [seen.request, response];
  const sc = codeOf(exec);
  const early = ownAlerts(seen).some((alert) => memberOf(alert, 'TargetURI') === command.serverUri);
  if (early && sc === 202) {
    return [
      violated('STA-05', 'The result of an EXEC came in the session that asked for it.', session, events, {
        expected: 'an alert in a new session',
        actual: 'an alert in the #3',
      }),
    ];
  }
  if (sc === 202) return NOTHING;
  const details = { expected: '202', actual: String(sc) };
  return sc !== undefined && sc >= 200 && sc < 400
    ? [violated('STA-05', 'EXEC with a ServerURI was not answered 202.', session, events, details)]
    : [unclear('STA-05', `${label(command)} was refused (${sc ?? 'no status'}).`, session, events, details)];
}

/** The alert goes to the ServerURI itself, or to the account's server with that URI as its target (D-24). */
function reported(report: Report, seen: Carrier): readonly { readonly report: Report; readonly observed: Observed }[] {
  const { run, url } = report;
  if (seen.session === undefined || seen.session === run.session) return [];
  const alerts = ownAlerts(seen);
  const there = seen.kind === 'one' && seen.request.target === pathOf(url) && alerts.length > 0;
  if (!there && !alerts.some((alert) => memberOf(alert, 'TargetURI') === url)) return [];
  const events = [seen.request, run.three.request];
  const message = `EXEC was answered 202 and reported by an alert in a new session, ${there ? 'to its ServerURI' : 'with its ServerURI as the target'}.`;
  return [{ report, observed: held('STA-05', message, run.session, events) }];
}

function late(due: readonly Report[], { session, response }: PackageRun): readonly Observed[] {
  return due.flatMap((report) => {
    const { run } = report;
    if (run.session === session || session.one.began < run.response.t) return NOTHING;
    report.sessions += 1;
    if (report.sessions !== REPORTED_AFTER) return NOTHING;
    return [
      violated(
        'STA-05',
        'EXEC was answered 202, and no alert reported it.',
        run.session,
        [response, run.three.request],
        {
          expected: `an alert in a new session, to ${report.url}`,
          actual: `none by the end of ${REPORTED_AFTER} more sessions`,
          decision: 'D-41',
        },
      ),
    ];
  });
}

export const ALERTS_EXEC: readonly Oracle[] = [alertOfEndPackage, execReportsLater];
