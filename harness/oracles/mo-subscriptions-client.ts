import type { Observed } from '../model/finding.js';
import { pushBounded } from '../session/bounded.js';
import { marksIn } from '../session/marks.js';
import type { Observation, ReportedRun } from '../session/observation.js';
import { type Watch, Watches } from '../session/watches.js';
import type { ActionEvent, HttpRequestEvent } from '../trace/event.js';
import {
  type AnsweredCommand,
  answeredInFull,
  type FullyAnsweredRun,
  LONG_BODY,
  label,
  line,
  plainUri,
} from './common.js';
import { fenceAfter, localChange, MOST_CHANGES, notThere, uncaused } from './mo-local-changes.js';
import { PostedReports } from './mo-posted-reports.js';
import { NOTHING, oracle } from './oracle.js';
import { lies, mayBeSkipped } from './readings.js';
import { absent, held, violated } from './say.js';

/** A change that the harness had the device make, below a node that was subscribed to. */
interface Change {
  readonly watch: Watch;
  readonly event: ActionEvent;
  readonly uri: string;
  readonly marks: ReadonlySet<string>;
  /** The SUB was revoked before it, so it must not be reported. */
  readonly after: boolean;
}

/** MOM-17: SUB reports every change by PUT; MOM-18: UNSUB stops that (TS 5.3). The device is made to change nodes to values that the harness planted. */
export const subscriptionsReport = oracle({
  name: 'management-objects/subscriptions-report',
  on: 'client',
  requirements: ['MOM-17', 'MOM-18'],
  sees: ['two', 'three', 'side', 'event'],
  create: ({ text }) => {
    const watches = new Watches();
    const posted = new PostedReports();
    let changes: Change[] = [];
    /** Reports that came before the change was recorded, which is when the control operation is over. */
    const early: { readonly request: HttpRequestEvent; readonly marks: ReadonlySet<string> }[] = [];
    /** SUBs that have reported something: they were in force. */
    const reported = new WeakSet<Watch>();
    return (seen) => {
      watches.see(seen);
      posted.see(seen);
      const local = localChange(seen);
      if (local !== undefined) {
        note(local);
        return early.flatMap(({ request, marks }) => report(request, marks));
      }
      const request = uncaused(seen, 'PUT')?.exchange.request;
      if (request !== undefined) return arrived(request);
      if (seen.kind === 'side') return posted.judge(seen, watches);
      const run = answeredInFull(seen);
      if (run !== undefined) return notThere(run, 'SUB', ['MOM-17']).concat(notThere(run, 'UNSUB', ['MOM-18']));
      return overdue(seen);
    };

    function note({ event, uri, value }: NonNullable<ReturnType<typeof localChange>>): void {
      for (const watch of watches.all) {
        if (watch.kind !== 'SUB' || watch.standing === 'asked' || watch.ended === 'replaced' || watch.ended === 'gone')
          continue;
        if (!lies(plainUri(uri), plainUri(watch.subject)) || watch.ended === 'reset') continue;
        const after = watch.standing === 'over';
        pushBounded(changes, { watch, event, uri, marks: marksIn(value), after }, MOST_CHANGES);
      }
    }

    function arrived(request: HttpRequestEvent): readonly Observed[] {
      const marks = request.body.size > LONG_BODY ? new Set<string>() : marksIn(text(request.body));
      pushBounded(early, { request, marks }, MOST_CHANGES);
      return report(request, marks);
    }

    function report(request: HttpRequestEvent, shown: ReadonlySet<string>): readonly Observed[] {
      const told = changes.filter(
        ({ watch, marks }) => watch.target === request.target && [...marks].some((mark) => shown.has(mark)),
      );
      changes = changes.filter((change) => !told.includes(change));
      return told.map(({ watch, event, uri, after }) => {
        const events = [request, event];
        reported.add(watch);
        if (!after) return held('MOM-17', `The change of ${uri} was reported.`, event.scenario, events);
        const details = { expected: 'no report after UNSUB', actual: line(request) };
        return violated(
          'MOM-18',
          `The change of ${uri} was reported though its SUB was revoked.`,
          event.scenario,
          events,
          details,
        );
      });
    }

    function overdue(seen: Observation): readonly Observed[] {
      const due = changes.flatMap((change) => {
        const fence = fenceAfter(seen, change.event);
        return fence === undefined ? [] : [{ change, fence }];
      });
      changes = changes.filter((change) => !due.some((one) => one.change === change));
      return due.flatMap(({ change: { watch, event, uri, after }, fence }) => {
        const events = [event, fence];
        if (after) {
          if (!reported.has(watch)) return [];
          return [held('MOM-18', `The change of ${uri} was not reported after UNSUB.`, event.scenario, events)];
        }
        const details = {
          expected: `a PUT to ${watch.serverUri} with the new value`,
          actual: 'none until the END of a later session',
        };
        return [violated('MOM-17', `The change of ${uri} was not reported.`, event.scenario, events, details)];
      });
    }
  },
});

/** MOM-19: whoever has SUB has UNSUB, for a SUB with exactly that ClientURI; STA-11: UNSUB without such a SUB is 404 (TS 5.3). */
export const unsubscribes = oracle({
  name: 'management-objects/unsubscribes',
  on: 'client',
  requirements: ['MOM-19', 'STA-11'],
  sees: ['two', 'three', 'event'],
  create: () => {
    const watches = new Watches();
    return (seen) => {
      const run = answeredInFull(seen);
      const found = run === undefined ? NOTHING : [...judge(run), ...notThere(run, 'SUB', ['MOM-19'])];
      // What the package itself changes counts for the packages after it only: its commands may stand in any order.
      watches.see(seen);
      return found;
    };

    function judge(run: FullyAnsweredRun): readonly Observed[] {
      const found: Observed[] = [];
      /** Of a node that the package has had to do with before, nobody knows what is left, but for one whose SUB an UNSUB has revoked or not found. */
      const before = new Map<string, 'gone' | 'unknown'>();
      for (const one of run.commands) {
        const [uri] = one.command.clientUris;
        const { name, standing } = one.command;
        if (uri === undefined || (name !== 'SUB' && name !== 'UNSUB')) continue;
        const left = before.get(uri);
        if (name === 'UNSUB' && standing === 'well-formed' && left !== 'unknown')
          found.push(...judgeUnsub(run, one, left === 'gone' ? 'gone' : standingOf(watches, uri)));
        before.set(uri, left !== 'unknown' && isGone(one) ? 'gone' : 'unknown');
      }
      return found;
    }
  },
});

/** An UNSUB after which there is no SUB of its ClientURI. */
function isGone({ command, status: { sc } }: AnsweredCommand): boolean {
  return (
    command.name === 'UNSUB' &&
    command.standing === 'well-formed' &&
    sc !== undefined &&
    ((sc >= 200 && sc < 300) || sc === 404)
  );
}

/** The latest SUB of that ClientURI; `gone`: an UNSUB has revoked the only one that there was. */
function standingOf(watches: Watches, uri: string): Watch | 'gone' | undefined {
  const all = watches.all.filter(({ kind, subject }) => kind === 'SUB' && subject === uri);
  return all.length === 1 && all[0]?.ended === 'revoked' ? 'gone' : all.at(-1);
}

function judgeUnsub(
  run: ReportedRun,
  command: AnsweredCommand,
  watch: Watch | 'gone' | undefined,
): readonly Observed[] {
  const { sc } = command.status;
  if (sc === undefined || mayBeSkipped(run, command.index)) return NOTHING;
  const events = [run.three.request, run.response];
  const message = `${label(command.command)} is answered ${sc}`;
  if (watch !== 'gone' && watch?.standing === 'live') {
    // A client that forgot it since the session of the SUB reports nothing, either: that is MOM-17.
    if (sc === 404 && watch.session !== run.session.id) return NOTHING;
    const details = { expected: '200', actual: `${sc}` };
    return [
      (sc < 300 ? held : violated)('MOM-19', `${message}, and there is such a SUB.`, run.session, events, details),
    ];
  }
  // One that was asked for may be in force, and one that is over may not be known as such.
  if (watch !== 'gone' && watch !== undefined && watch.ended !== 'reset') return NOTHING;
  if (sc === 501) return [absent('STA-11', 'The client has no UNSUB (501).', run.session, events)];
  const details = { expected: '404', actual: `${sc}` };
  return [
    (sc === 404 ? held : violated)('STA-11', `${message}, and there is no such SUB.`, run.session, events, details),
  ];
}
