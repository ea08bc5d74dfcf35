import { setImmediate } from 'node:timers/promises';
import { expect, it } from 'vitest';
import { DIGITS, digestsOf, keptDigests, SAMPLES } from './digests.js';

const kept = keptDigests();

it.each([...SAMPLES])('%s, changed in one thing after another, is judged as before', async (title, golden) => {
  // The test runner wants to hear of its tests, all of which would else be over before it does.
  await setImmediate();
  const before = kept[title] ?? '';
  let at = 0;
  for (const digest of digestsOf(golden)) {
    const what = at + DIGITS === before.length ? 'the words' : `records from ${(10 * at) / DIGITS}`;
    expect(digest, what).toBe(before.slice(at, at + DIGITS));
    at += DIGITS;
  }
  expect(at).toBe(before.length);
});

it('keeps digests of all golden traces, and of none that is gone', () => {
  expect(Object.keys(kept).sort()).toEqual([...SAMPLES.keys()].sort());
});
