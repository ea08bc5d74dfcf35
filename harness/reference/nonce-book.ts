import { randomBytes } from 'node:crypto';
import type { Clock } from './clock.js';

/** How long a nonce is good for, in milliseconds. */
export const NONCE_LIFE_MS = 5 * 60_000;
/** Nonces remembered at once; the oldest are forgotten first, and are stale then. */
const MOST_NONCES = 4096;

interface Nonce {
  readonly since: number;
  /** Highest count that was used with it. */
  count: number;
}

/** The nonces of Digest that a server gave out: each is good for a while, and each count of it for one request (RFC 7616 3.3, 5.4). */
export class NonceBook {
  readonly #clock: Clock;
  readonly #nonces = new Map<string, Nonce>();

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  issue(): string {
    const oldest = this.#nonces.keys().next();
    if (this.#nonces.size >= MOST_NONCES && oldest.done !== true) this.#nonces.delete(oldest.value);
    const nonce = randomBytes(18).toString('base64url');
    this.#nonces.set(nonce, { since: this.#clock.now(), count: 0 });
    return nonce;
  }

  /** Notes that a right response used the nonce. `stale`: too old, or none of this server's. */
  use(nonce: string, count: number): 'good' | 'stale' | 'replayed' {
    const known = this.#nonces.get(nonce);
    if (known === undefined || this.#clock.now() - known.since > NONCE_LIFE_MS) return 'stale';
    if (count <= known.count) return 'replayed';
    known.count = count;
    return 'good';
  }

  clear(): void {
    this.#nonces.clear();
  }
}
