import type { Observation } from './observation.js';
import { pathOf } from './side-exchanges.js';

/** How many SUBs and DEFAULTs are remembered. */
const MOST_WATCHES = 1024;

/**
 * A SUB or a DEFAULT as the commands and their statuses show it (TS 5.3). `asked`: sent, not answered (yet), so it may be in force; `live`; `over`:
 * revoked, replaced, or gone with its node or a reset.
 */
export interface Watch {
  readonly kind: 'SUB' | 'DEFAULT';
  /** The ClientURI of a SUB exactly as it stands, the MOID of a DEFAULT. */
  readonly subject: string;
  readonly serverUri: string;
  /** Path and query of the ServerURI, as a request target shows them. */
  readonly target: string | undefined;
  readonly scenario: string | undefined;
  /** The session in which it was sent. */
  readonly session: string;
  readonly standing: 'asked' | 'live' | 'over';
  /** Number of the event by which it began to be in force, and by which it was over. */
  readonly since: number | undefined;
  readonly until: number | undefined;
  /** Why it is over. */
  readonly ended: 'revoked' | 'replaced' | 'reset' | 'gone' | undefined;
}

type WatchState = { -readonly [K in keyof Watch]: Watch[K] };

/** Keeps which SUBs and DEFAULTs of the client are in force: requests to their ServerURIs are caused by them, though by no command of the session. */
export class Watches {
  readonly #all: WatchState[] = [];

  see(observation: Observation): void {
    if (observation.kind === 'two') this.#asked(observation);
    else if (observation.kind === 'three' && observation.standing === 'answers') this.#answered(observation);
    else if (observation.kind === 'event' && observation.event.kind === 'action') {
      const { action, seq } = observation.event;
      if (action.name === 'reset' && action.accepted) for (const watch of this.#all) end(watch, 'reset', seq);
    }
  }

  /** Those that a request to this target may come from: PUT for a SUB, GET for a DEFAULT, whether still in force or not. The latest first. */
  of(method: string, target: string): readonly Watch[] {
    const kind = method === 'PUT' ? 'SUB' : method === 'GET' ? 'DEFAULT' : undefined;
    return this.#all.filter((watch) => watch.kind === kind && watch.target === target).reverse();
  }

  /** Whether a SUB or a DEFAULT that is, or may be, in force causes a request like this one. */
  mayCause(method: string, target: string): boolean {
    return this.of(method, target).some(({ standing }) => standing !== 'over');
  }

  /** The latest SUB of exactly that ClientURI, or DEFAULT of that MOID, in force or not. */
  latest(kind: Watch['kind'], subject: string): Watch | undefined {
    return this.#all.findLast((watch) => watch.kind === kind && watch.subject === subject);
  }

  get all(): readonly Watch[] {
    return this.#all;
  }

  #asked({ run }: Extract<Observation, { kind: 'two' }>): void {
    for (const { command } of run.commands) {
      const kind = command.name === 'SUB' || command.name === 'DEFAULT' ? command.name : undefined;
      const subject = kind === 'SUB' ? command.clientUris[0] : command.params[1];
      if (command.standing !== 'well-formed' || kind === undefined || subject === undefined) continue;
      if (this.#all.length >= MOST_WATCHES) this.#all.shift();
      this.#all.push({
        kind,
        subject,
        serverUri: command.serverUri ?? '',
        target: pathOf(command.serverUri),
        scenario: run.session.scenario,
        session: run.session.id,
        standing: 'asked',
        since: undefined,
        until: undefined,
        ended: undefined,
      });
    }
  }

  #answered({ run, request }: Extract<Observation, { kind: 'three' }>): void {
    for (const { command, status } of run?.commands ?? []) {
      if (command.standing !== 'well-formed' || status?.sc === undefined) continue;
      const done = status.sc >= 200 && status.sc < 300;
      if (command.name === 'SUB') this.#begun('SUB', command.clientUris[0], command.serverUri, done, request.seq);
      else if (command.name === 'DEFAULT')
        this.#begun('DEFAULT', command.params[1], command.serverUri, done, request.seq);
      else if (command.name === 'UNSUB' && done) {
        for (const watch of this.#all)
          if (watch.kind === 'SUB' && watch.subject === command.clientUris[0]) end(watch, 'revoked', request.seq);
      } else if (command.name === 'DELETE' && done) {
        // Whether a SUB outlives its node is not said.
        const gone = `${command.clientUris[0] ?? ''}/`.replace(/\/+$/, '/');
        for (const watch of this.#all)
          if (watch.kind === 'SUB' && `${watch.subject}/`.startsWith(gone)) end(watch, 'gone', request.seq);
      }
    }
  }

  /** A new one of the same subject takes the place of the one before. */
  #begun(kind: Watch['kind'], subject: string | undefined, serverUri: string | undefined, done: boolean, seq: number) {
    const own = this.#all.find(
      (watch) =>
        watch.kind === kind && watch.subject === subject && watch.serverUri === serverUri && watch.standing === 'asked',
    );
    if (own === undefined) return;
    if (!done) {
      this.#all.splice(this.#all.indexOf(own), 1);
      return;
    }
    for (const watch of this.#all) {
      if (watch === own || watch.kind !== kind || watch.subject !== subject) continue;
      if (watch.standing === 'live') end(watch, 'replaced', seq);
    }
    own.standing = 'live';
    own.since = seq;
  }
}

function end(watch: WatchState, how: NonNullable<Watch['ended']>, seq: number): void {
  if (watch.standing === 'over') return;
  watch.standing = 'over';
  watch.ended = how;
  watch.until = seq;
}
