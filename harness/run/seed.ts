import { createHash } from 'node:crypto';

/** Random numbers from 0 to 1 that follow from the seed alone. */
export function randomFrom(seed: string): () => number {
  let count = 0;
  return () => {
    count += 1;
    return createHash('sha256').update(`${seed}/${count}`).digest().readUInt32BE(0) / 2 ** 32;
  };
}
