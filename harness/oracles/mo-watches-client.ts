import type { Observed } from '../model/finding.js';
import { parseClientUri } from '../protocol/client-uri.js';
import { marksIn } from '../session/marks.js';
import type { Observation, PackageRun } from '../session/observation.js';
import { type Watch, Watches } from '../session/watches.js';
import type { ActionEvent, HttpRequestEvent, TraceEvent } from '../trace/event.js';
import { answeredInFull, label, line, plainUri } from './common.js';
import { NOTHING, type Oracle } from './oracle.js';
import { lies, mayBeSkipped } from './readings.js';
import { absent, held, violated } from './say.js';

const MOST_CHANGES = 64;

type Side = Extract<Observation, { kind: 'side' }>;

/** A change that the harness had the device make, below a node that was subscribed to. */
interface Change {
  readonly watch: Watch;
  readonly event: ActionEvent;
  readonly uri: string;
  readonly marks: ReadonlySet<string>;
  /** The SUB was revoked before it, so it must not be reported. */
  readonly after: boolean;
}

/** An accepted `set-node` and its address. */
function localChange(
  seen: Observation,
): { readonly event: ActionEvent; readonly uri: string; readonly value: string } | undefined {
  if (seen.kind !== 'event' || seen.event.kind !== 'action' || seen.event.action.name !== 'set-node') return undefined;
  const { uri, value, accepted } = seen.event.action;
  return accepted ? { event: seen.event, uri, value: String(value) } : undefined;
}

/** The END of a session that was opened after that event, in the same scenario: what was due before it, is due. */
function fenceAfter(seen: Observation, event: ActionEvent): TraceEvent | undefined {
  if (seen.kind !== 'two' || !seen.run.hasEnd || seen.run.session.scenario !== event.scenario) return undefined;
  return seen.run.session.one.seq > event.seq ? seen.run.response : undefined;
}

/** A request at a repository that no command of a session caused. */
function uncaused(seen: Observation, method: string): Side | undefined {
  return seen.kind === 'side' && seen.command === undefined && seen.exchange.request.method === method
    ? seen
    : undefined;
}

/** MOM-17: SUB reports every change by PUT; MOM-18: UNSUB stops that (TS 5.3). The device is made to change nodes to values that the harness planted. */
export const subscriptionsReport: Oracle = {
  name: 'management-objects/subscriptions-report',
  on: 'client',
  requirements: ['MOM-17', 'MOM-18'],
  sees: ['two', 'three', 'side', 'event'],
  create: ({ text }) => {
    const watches = new Watches();
    let changes: Change[] = [];
    /** Reports that came before the change was recorded, which is when the control operation is over. */
    const early: { readonly request: HttpRequestEvent; readonly marks: ReadonlySet<string> }[] = [];
    /** SUBs that have reported something: they were in force. */
    const reported = new WeakSet<Watch>();
    return (seen) => {
      watches.see(seen);
      const local = localChange(seen);
      if (local !== undefined) {
        note(local);
        return early.flatMap(({ request, marks }) => report(request, marks));
      }
      const request = uncaused(seen, 'PUT')?.exchange.request;
      if (request !== undefined) return arrived(request);
      const run = answeredInFull(seen);
      if (run !== undefined) return notThere(run, 'SUB', ['MOM-17']).concat(notThere(run, 'UNSUB', ['MOM-18']));
      return overdue(seen);
    };

    function note({ event, uri, value }: NonNullable<ReturnType<typeof localChange>>): void {
      for (const watch of watches.all) {
        if (watch.kind !== 'SUB' || watch.standing === 'asked' || watch.ended === 'replaced') continue;
        if (!lies(plainUri(uri), plainUri(watch.subject)) || watch.ended === 'reset' || changes.length >= MOST_CHANGES)
          continue;
        changes.push({ watch, event, uri, marks: marksIn(value), after: watch.standing === 'over' });
      }
    }

    function arrived(request: HttpRequestEvent): readonly Observed[] {
      const marks = marksIn(text(request.body));
      if (early.length >= MOST_CHANGES) early.shift();
      early.push({ request, marks });
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
};

/** The client answers 501 to the command. */
function notThere(run: PackageRun, name: string, ids: readonly string[]): readonly Observed[] {
  const command = run.commands.find((one) => one.command.name === name && one.status?.sc === 501);
  if (command === undefined) return NOTHING;
  return ids.map((id) =>
    absent(id, `The client has no ${name} (501).`, run.session, [run.three?.request, run.response]),
  );
}

/** MOM-19: whoever has SUB has UNSUB, for a SUB with exactly that ClientURI; STA-11: UNSUB without such a SUB is 404 (TS 5.3). */
export const unsubscribes: Oracle = {
  name: 'management-objects/unsubscribes',
  on: 'client',
  requirements: ['MOM-19', 'STA-11'],
  sees: ['two', 'three', 'event'],
  create: () => {
    const watches = new Watches();
    return (seen) => {
      const run = answeredInFull(seen);
      const found: Observed[] = [];
      for (const one of run?.commands ?? []) {
        const [uri] = one.command.clientUris;
        if (
          one.command.name === 'UNSUB' &&
          one.command.standing === 'well-formed' &&
          uri !== undefined &&
          run !== undefined
        )
          found.push(...judgeUnsub(run, one.index, watches.latest('SUB', uri)));
      }
      // What the package itself changes counts for the packages after it only: its commands may stand in any order.
      watches.see(seen);
      return run === undefined ? found : found.concat(notThere(run, 'SUB', ['MOM-19']));
    };
  },
};

function judgeUnsub(run: PackageRun, index: number, watch: Watch | undefined): readonly Observed[] {
  const command = run.commands[index];
  const sc = command?.status?.sc;
  if (command === undefined || sc === undefined || mayBeSkipped(run, index)) return NOTHING;
  const events = [run.three?.request, run.response];
  const message = `${label(command.command)} is answered ${sc}`;
  if (watch?.standing === 'live') {
    const details = { expected: '200', actual: `${sc}` };
    return [
      (sc < 300 ? held : violated)('MOM-19', `${message}, and there is such a SUB.`, run.session, events, details),
    ];
  }
  // One that was asked for may be in force, and one that is over may not be known as such.
  if (watch !== undefined && watch.ended !== 'reset') return NOTHING;
  if (sc === 501) return [absent('STA-11', 'The client has no UNSUB (501).', run.session, events)];
  const details = { expected: '404', actual: `${sc}` };
  return [
    (sc === 404 ? held : violated)('STA-11', `${message}, and there is no such SUB.`, run.session, events, details),
  ];
}

/** MOs that the client said it has instances of, or that must be there since a node of them was set: a DEFAULT for such a one is not needed. */
class PresentMos {
  readonly #moids = new Set<string>();

  see(observation: Observation): void {
    if (observation.kind === 'one') {
      for (const { moid, miids } of observation.reading.view?.mos ?? []) if (miids.length > 0) this.#add(moid);
    } else if (observation.kind === 'event' && observation.event.kind === 'action') {
      const { action } = observation.event;
      if (action.name === 'reset' && action.accepted) this.#moids.clear();
      if (action.name === 'set-node' && action.accepted) this.#add(parseClientUri(action.uri).uri?.moid);
    }
  }

  has(moid: string): boolean {
    return this.#moids.has(moid);
  }

  #add(moid: string | undefined): void {
    if (moid !== undefined && this.#moids.size < MOST_CHANGES) this.#moids.add(moid);
  }
}

/** MOM-16: DEFAULT is used when local software needs its MO (D-51); MOM-28: a new one replaces the old (TS 5.3). */
export const defaultsAreUsed: Oracle = {
  name: 'management-objects/defaults-are-used',
  on: 'client',
  requirements: ['MOM-16', 'MOM-28'],
  sees: ['one', 'two', 'three', 'side', 'event'],
  create: () => {
    const watches = new Watches();
    const present = new PresentMos();
    let needs: { readonly event: ActionEvent; readonly watch: Watch }[] = [];
    /** DEFAULTs that were used; the change may be recorded after that. */
    const done = new WeakSet<Watch>();
    return (seen) => {
      watches.see(seen);
      const local = localChange(seen);
      if (local !== undefined) {
        const moid = parseClientUri(local.uri).uri?.moid ?? '';
        const watch = watches.latest('DEFAULT', moid);
        if (watch?.standing === 'live' && !done.has(watch) && !present.has(moid) && needs.length < MOST_CHANGES)
          needs.push({ event: local.event, watch });
      }
      present.see(seen);
      const side = uncaused(seen, 'GET');
      if (side !== undefined) return used(side);
      const run = answeredInFull(seen);
      if (run !== undefined) return notThere(run, 'DEFAULT', ['MOM-16', 'MOM-28']);
      return unused(seen);
    };

    function used({ exchange: { request } }: Side): readonly Observed[] {
      const [watch] = watches.of('GET', request.target);
      if (watch === undefined || watch.ended === 'reset') return NOTHING;
      const scenario = watch.scenario;
      const message = `${line(request)} for ${watch.subject}`;
      if (watch.ended === 'replaced') {
        const details = { expected: 'the ServerURI of the last DEFAULT', actual: request.target };
        return [
          violated('MOM-28', `${message}, though another DEFAULT had replaced it.`, scenario, [request], details),
        ];
      }
      // Used at once, before its status: local software may have waited for it.
      done.add(watch);
      if (watch.standing !== 'live') return NOTHING;
      const events = [request, ...needs.filter((need) => need.watch === watch).map(({ event }) => event)];
      needs = needs.filter((need) => need.watch !== watch);
      const before = watches.all.some(
        ({ subject, ended, scenario: its }) => subject === watch.subject && ended === 'replaced' && its === scenario,
      );
      return [
        held('MOM-16', `${message}, as its DEFAULT says.`, scenario, events),
        ...(before ? [held('MOM-28', `${message}, as the last DEFAULT says.`, scenario, events)] : []),
      ];
    }

    function unused(seen: Observation): readonly Observed[] {
      const due = needs.flatMap((need) => {
        const fence = fenceAfter(seen, need.event);
        return fence === undefined ? [] : [{ need, fence }];
      });
      needs = needs.filter((need) => !due.some((one) => one.need === need));
      return due.map(({ need: { event, watch }, fence }) => {
        const details = {
          expected: `GET ${watch.serverUri}`,
          actual: 'none until the END of a later session',
          decision: 'D-51',
        };
        return violated(
          'MOM-16',
          `A node of ${watch.subject} was set, and its DEFAULT was not used.`,
          event.scenario,
          [event, fence],
          details,
        );
      });
    }
  },
};

export const MO_WATCHES_CLIENT: readonly Oracle[] = [subscriptionsReport, unsubscribes, defaultsAreUsed];
