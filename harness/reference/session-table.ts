import type { Clock } from './clock.js';
import type { ServerSession } from './server-session.js';

/** Looking for sessions that were silent too long is not worth it at every package. */
const SWEEP_EVERY = 64;

export interface SessionTableOptions {
  /** Sessions kept at once; beyond that the one that was silent longest goes. */
  readonly most: number;
  /** A session that was silent for this many milliseconds goes. */
  readonly idleMs: number;
}

/** Sessions by key, the one heard of last at the end: bounded in number and time, so that a flood of #1 cannot fill the memory. */
export class SessionTable {
  readonly #clock: Clock;
  readonly #options: SessionTableOptions;
  readonly #byKey = new Map<string, ServerSession>();
  #touches = 0;

  constructor(clock: Clock, options: SessionTableOptions) {
    this.#clock = clock;
    this.#options = options;
  }

  get size(): number {
    return this.#byKey.size;
  }

  get(key: string): ServerSession | undefined {
    const session = this.#byKey.get(key);
    return session === undefined || this.#isStale(session) ? undefined : session;
  }

  /** Keeps a session, or notes that it was heard of. */
  touch(key: string, session: ServerSession): void {
    session.touched = this.#clock.now();
    this.#byKey.delete(key);
    this.#byKey.set(key, session);
    this.#touches += 1;
    if (this.#byKey.size > this.#options.most || this.#touches % SWEEP_EVERY === 0) this.#sweep();
  }

  /** The oldest stand first. */
  #sweep(): void {
    for (const [oldest, session] of this.#byKey) {
      if (this.#byKey.size <= this.#options.most && !this.#isStale(session)) break;
      this.#byKey.delete(oldest);
    }
  }

  /** The session with that cookie name. Looks at all of them: for the few requests that have lost their key. */
  byId(id: string): ServerSession | undefined {
    for (const session of this.#byKey.values()) if (session.id === id) return session;
    return undefined;
  }

  clear(): void {
    this.#byKey.clear();
  }

  #isStale(session: ServerSession): boolean {
    return this.#clock.now() - session.touched > this.#options.idleMs;
  }
}
