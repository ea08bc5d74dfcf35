import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { percentDecode } from '../../harness/protocol/percent.js';

describe('percent-encoding', () => {
  it.each<[text: string, decoded: string]>([
    ['', ''],
    ['plain+text', 'plain+text'],
    ['a%20b%2F%2fc', 'a b//c'],
    ['%C3%A9%e2%82%ac', '\u00e9\u20ac'],
    ['%25zz', '%zz'],
    ['\u00e9%00', '\u00e9\u0000'],
  ])('%s is decoded', (text, decoded) => {
    expect(percentDecode(text)).toEqual({ text: decoded });
  });

  it.each<[text: string, at: number]>([
    ['%', 0],
    ['a%', 1],
    ['%4', 0],
    ['%g0', 0],
    ['%0g', 0],
    ['x%20%4y', 4],
    ['%%20', 0],
    ['%ff%', 3],
  ])('%s has a broken escape', (text, at) => {
    expect(percentDecode(text)).toEqual({ text, bad: { at, why: '"%" is not followed by two hexadecimal digits' } });
  });

  it.each<[text: string, at: number, run: string]>([
    ['%ff', 0, '%ff'],
    ['a%20b%C3%28c', 5, '%C3%28'],
    ['%C3 %A9', 0, '%C3'],
    ['%fe-%ff', 0, '%fe'],
    [`x${'%ff'.repeat(21)}`, 1, '%ff'.repeat(20)],
  ])('%s is not UTF-8, and stays as it was', (text, at, run) => {
    expect(percentDecode(text)).toEqual({ text, bad: { at, why: `${run} is not UTF-8` } });
  });

  it('is what encodeURIComponent wrote', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme' }), (text) => {
        expect(percentDecode(encodeURIComponent(text))).toEqual({ text });
      }),
    );
  });
});
