import { createHash } from 'node:crypto';

/**
 * Makes the unique values that a run plants: reproducible from the seed, so that two runs with one seed send the same bytes but for addresses.
 */
export class Marks {
  readonly #seed: string;
  #count = 0;

  constructor(seed: string) {
    this.#seed = seed;
  }

  /** The next value; its form is known to the session fold (`marksIn`). */
  next(): string {
    this.#count += 1;
    return `dmc${createHash('sha256').update(`${this.#seed}:${this.#count}`).digest('hex').slice(0, 12)}`;
  }
}
