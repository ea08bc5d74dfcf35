import { randomInt } from 'node:crypto';

/** Identifiers that the scenarios ask for by their value lie below. */
const FIRST = 0x1000;
const LAST = 0xf000;

/**
 * Makes the identifiers of notifications: different ones throughout a run. They do not follow from the seed, since a client may remember those of an
 * earlier run, and has to ignore what it saw before (TS 6.1).
 */
export class Identifiers {
  #last = randomInt(FIRST, LAST);

  next(): number {
    this.#last = this.#last + 1 < LAST ? this.#last + 1 : FIRST;
    return this.#last;
  }
}
