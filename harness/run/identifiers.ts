import { FRESH_IDENTIFIERS } from '../protocol/notification.js';

const { from, to } = FRESH_IDENTIFIERS;
/** More than a run uses. */
const BLOCK = 64;
/** Milliseconds after which a run begins with the next block. */
const BLOCK_MS = 10_000;

/**
 * Makes the identifiers of notifications: different ones throughout a run, and others than in the runs before it, since a client may remember those and
 * has to ignore what it saw already (TS 6.1). So they follow from the time and not from the seed.
 */
export class Identifiers {
  #last = from + ((Math.floor(Date.now() / BLOCK_MS) * BLOCK) % (to - from));

  next(): number {
    this.#last = this.#last + 1 < to ? this.#last + 1 : from;
    return this.#last;
  }
}
