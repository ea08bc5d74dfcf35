import { expect, it } from 'vitest';
import { DIGITS, digestsOf, keptDigests, SAMPLES } from './digests.js';

const kept = keptDigests();

it.each([...SAMPLES])('%s, changed in one thing after another, is judged as before', (title, golden) => {
  const before = kept[title] ?? '';
  let at = 0;
  for (const digest of digestsOf(golden)) {
    expect(digest, `records from ${(10 * at) / DIGITS}`).toBe(before.slice(at, at + DIGITS));
    at += DIGITS;
  }
  expect(at).toBe(before.length);
});

it('keeps digests of all golden traces, and of none that is gone', () => {
  expect(Object.keys(kept).sort()).toEqual([...SAMPLES.keys()].sort());
});
