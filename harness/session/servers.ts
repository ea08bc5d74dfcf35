import type { Action } from '../trace/event.js';
import type { Observation, Session } from './observation.js';
import { pathOf } from './side-exchanges.js';

const MOST_ACCOUNTS = 64;

/** The account of a server as the harness handed it over. */
export type GivenAccount = Extract<Action, { name: 'bootstrap' }>;

/** Knows which sessions are with a server whose account the harness gave the client (control operation `bootstrap`). */
export class Servers {
  readonly #accounts = new Map<string, GivenAccount>();

  see(observation: Observation): void {
    if (observation.kind !== 'event' || observation.event.kind !== 'action') return;
    const { action } = observation.event;
    if (action.name === 'reset' && action.accepted) this.#accounts.clear();
    const target = action.name === 'bootstrap' && action.accepted ? pathOf(action.serverUri) : undefined;
    if (action.name !== 'bootstrap' || target === undefined) return;
    if (this.#accounts.size >= MOST_ACCOUNTS) this.#accounts.clear();
    this.#accounts.set(target, action);
  }

  /** Undefined for a session with the server that the client knew from the start: what its account says is not known. */
  accountOf(session: Session): GivenAccount | undefined {
    return this.#accounts.get(session.one.target);
  }
}
