import { describe, expect, it } from 'vitest';
import { describeValue, quote } from '../../harness/protocol/quote.js';
import { shapeCheck } from '../../harness/protocol/shape.js';

describe('foreign text for a person', () => {
  it.each<[text: string, quoted: string]>([
    ['', '""'],
    ['a "b"\n', '"a \\"b\\"\\n"'],
    ['x'.repeat(60), `"${'x'.repeat(60)}"`],
    ['x'.repeat(61), `"${'x'.repeat(60)}…"`],
  ])('%s is quoted, and cut after 60 characters', (text, quoted) => {
    expect(quote(text)).toBe(quoted);
  });

  it.each<[value: unknown, words: string]>([
    [undefined, 'nothing'],
    [null, 'null'],
    [[], 'an empty array'],
    [[0], 'an array'],
    ['', 'an empty string'],
    ['a"', 'the string "a\\""'],
    [{}, 'an object'],
    [{ length: 0 }, 'an object'],
    [0, 'the number 0'],
    [-1.5, 'the number -1.5'],
    [false, 'the boolean false'],
  ])('%s is told as %s', (value, words) => {
    expect(describeValue(value)).toBe(words);
  });
});

describe('a check against a schema', () => {
  const check = shapeCheck({
    type: 'object',
    description: 'an object (T 1)',
    required: ['told', 'bare', 'unknown'],
    properties: {
      told: { type: 'string', description: 'a string (T 2)' },
      bare: { type: 'number' },
      list: { type: 'array', items: { type: 'string', description: 'a word' } },
    },
  });
  const whole = { told: '', bare: 1, unknown: null };

  it('has nothing to say of what fits', () => {
    expect(check(whole, 10)).toEqual([]);
    expect(check({ ...whole, list: ['a'], more: 1 }, 100_000)).toEqual([]);
  });

  it('says of each value what it is, and what was expected', () => {
    const problem = (pointer: string, message: string) => ({ kind: 'shape', pointer, message });
    expect(check(5, 1)).toEqual([problem('', 'the body: found the number 5, expected an object (T 1)')]);
    expect(check({}, 2)).toEqual([
      problem('/told', '/told: found nothing, expected a string (T 2)'),
      problem('/bare', "/bare: found nothing, expected must have required property 'bare'"),
      problem('/unknown', "/unknown: found nothing, expected must have required property 'unknown'"),
    ]);
    expect(check({ told: [], bare: '', unknown: 1, list: ['a', {}] }, 40)).toEqual([
      problem('/told', '/told: found an empty array, expected a string (T 2)'),
      problem('/bare', '/bare: found an empty string, expected must be number'),
      problem('/list/1', '/list/1: found an object, expected a word'),
    ]);
  });

  it('knows what is missing even where no member is described', () => {
    const bare = shapeCheck({ type: 'object', required: ['a'] });
    expect(bare({}, 2).map(({ pointer }) => pointer)).toEqual(['/a']);
    expect(bare({}, 2)[0]?.message).toBe("/a: found nothing, expected must have required property 'a'");
  });

  it('goes on after the first problem of a body below 64 KiB alone, and ends after twenty', () => {
    expect(check({}, 65_535)).toHaveLength(3);
    expect(check({}, 65_536)).toHaveLength(1);
    expect(check({ ...whole, list: Array(20).fill(1) }, 100)).toHaveLength(20);
    expect(check({ ...whole, list: Array(21).fill(1) }, 100)).toHaveLength(20);
  });

  it('begins anew with each value', () => {
    expect([check({}, 2).length, check(whole, 2).length, check({}, 2).length]).toEqual([3, 0, 3]);
  });
});
