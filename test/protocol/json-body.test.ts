import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { readJsonBody } from '../../harness/protocol/json-body.js';
import { scanJson } from '../../harness/protocol/json-scan.js';

const INSIDE = 'the text ends inside a JSON value';
const IN_STRING = 'the text ends inside a string';
const DIGIT = 'a digit is missing in a number';
const ESCAPE = 'bad escape in a string';
const COLON = 'no colon after a member name';
const CONTROL = 'control character in a string';

describe('scanning JSON', () => {
  it.each<[text: string, rest: string]>([
    ['true', ' x'],
    ['false', 'x'],
    ['null', ' null'],
    ['0', '1'],
    ['-0', ' '],
    ['10', ' 1'],
    ['9876543210', ''],
    ['-12.05', '.'],
    ['1e5', ' '],
    ['1E5', ' '],
    ['1e+05', '-'],
    ['1E-5', ','],
    ['0.5e1', 'e'],
    ['""', '"'],
    ['"a b!~\u007f\u00e9"', '"'],
    ['"\\""', ' "'],
    ['"x\\\\"', '"'],
    ['"\\/\\b\\f\\n\\r\\t"', 'x'],
    ['"ab\\u00E9\\ufFfF09"', 'x'],
    ['[]', ']'],
    ['{}', '}'],
    ['[ ]', ' '],
    ['{ \n\r\t}', ' '],
    ['[1]', ','],
    ['[1,"2", true , null]', ' 1'],
    ['[[],[[]],{}]', ']'],
    ['{"a":1}', '{'],
    ['{"a" : 1 , "b":{"c":[]} }', ' {'],
    ['{"a":[{"b":"}"}],"":""}', ','],
    [' \n\r\t1', ' 1'],
  ])('%s ends before %s', (text, rest) => {
    expect(scanJson(text + rest)).toEqual({ ok: true, end: text.length });
  });

  it.each<[text: string, at: number, message: string]>([
    ['', 0, 'no JSON value'],
    [' \t', 2, 'no JSON value'],
    ['x', 0, 'found "x", expected a value'],
    ['tru', 0, 'found "t", expected a value'],
    [']', 0, 'found "]", expected a value'],
    ['}', 0, 'found "}", expected a value'],
    ['undefined', 0, 'found "u", expected a value'],
    ['/', 0, 'found "/", expected a value'],
    [':', 0, 'found ":", expected a value'],
    ['.5', 0, 'found ".", expected a value'],
    ['+1', 0, 'found "+", expected a value'],
    ['-', 1, DIGIT],
    ['-x', 1, DIGIT],
    ['-.5', 1, DIGIT],
    ['1.', 2, DIGIT],
    ['1.e5', 2, DIGIT],
    ['0./', 2, DIGIT],
    ['0.:', 2, DIGIT],
    ['1e', 2, DIGIT],
    ['1e+', 3, DIGIT],
    ['1e-', 3, DIGIT],
    ['1e+-1', 3, DIGIT],
    ['1ex', 2, DIGIT],
    ['[', 1, INSIDE],
    ['[1', 2, INSIDE],
    ['[1,', 3, INSIDE],
    ['{', 1, INSIDE],
    ['{"a"', 4, INSIDE],
    ['{"a" ', 5, INSIDE],
    ['{"a":', 5, INSIDE],
    ['{"a":1', 6, INSIDE],
    ['{"a":1,', 7, INSIDE],
    ['[1 2]', 3, 'found "2", expected "," or "]"'],
    ['[1}', 2, 'found "}", expected "," or "]"'],
    ['{"a":1]', 6, 'found "]", expected "," or "}"'],
    ['{"a":[1}', 7, 'found "}", expected "," or "]"'],
    ['[1,]', 3, 'found "]", expected a value'],
    ['[,', 1, 'found ",", expected a value'],
    ['{"a":}', 5, 'found "}", expected a value'],
    ['{"a":1,}', 7, 'found "}", expected a member name'],
    ['{1:2}', 1, 'found "1", expected a member name'],
    ['{,', 1, 'found ",", expected a member name'],
    ['{"a":1,2', 7, 'found "2", expected a member name'],
    ['{"a" 1}', 5, COLON],
    ['{"a",', 4, COLON],
    ['{"a"}', 4, COLON],
    ['"', 1, IN_STRING],
    ['"abc', 4, IN_STRING],
    ['{"abc', 5, IN_STRING],
    ['["a\\\\', 5, IN_STRING],
    ['"a\nb"', 2, CONTROL],
    ['"a\u001f"', 2, CONTROL],
    ['"\\x"', 1, ESCAPE],
    ['"\\x\\n"', 1, ESCAPE],
    ['"a\\', 2, ESCAPE],
    ['"a\\"', 4, IN_STRING],
    ['"\\u12', 1, ESCAPE],
    ['"\\u123"', 1, ESCAPE],
    ['"\\u12G4"', 1, ESCAPE],
    ['"\\U1234"', 1, ESCAPE],
    ['"ab\\n\\q"', 5, ESCAPE],
  ])('%s is broken at %s', (text, at, message) => {
    expect(scanJson(text)).toEqual({ ok: false, at, message });
  });

  it('agrees with JSON.parse on every text, broken ones and whole ones', () => {
    const pieces = fc.constantFrom(
      '{',
      '}',
      '[',
      ']',
      ',',
      ':',
      '"',
      '"a"',
      '\\',
      '0',
      '1',
      '-',
      '.',
      'e',
      ' ',
      'null',
    );
    fc.assert(
      fc.property(
        fc.oneof(
          fc.json(),
          fc.array(pieces, { maxLength: 12 }).map((some) => some.join('')),
        ),
        (text) => {
          const scan = scanJson(text);
          const whole = scan.ok && text.slice(scan.end).trim() === '';
          if (whole) JSON.parse(text);
          else expect(() => JSON.parse(text)).toThrow();
        },
      ),
    );
  });

  it('takes no stack', () => {
    const deep = 200_000;
    expect(scanJson('['.repeat(deep))).toEqual({ ok: false, at: deep, message: INSIDE });
    expect(scanJson(`${'{"a":'.repeat(deep)}1${'}'.repeat(deep)}`)).toEqual({ ok: true, end: 6 * deep + 1 });
  });
});

describe('a JSON body', () => {
  const bytes = (hex: string): Buffer => Buffer.from(hex.replaceAll(' ', ''), 'hex');

  it.each<[text: string, value: unknown]>([
    ['{"a":[1,null]}', { a: [1, null] }],
    [' "\u00fc" ', '\u00fc'],
    ['"\ufffd"', '\ufffd'],
    ['null', null],
  ])('%s is read from bytes and from text', (text, value) => {
    expect(readJsonBody(Buffer.from(text))).toEqual({ value, problems: [] });
    expect(readJsonBody(new Uint8Array(Buffer.from(`xx${text}x`)).subarray(2, 2 + Buffer.byteLength(text)))).toEqual({
      value,
      problems: [],
    });
    expect(readJsonBody(text)).toEqual({ value, problems: [] });
  });

  it.each<[text: string, offset: number, message: string]>([
    ['', 0, 'not JSON: no JSON value'],
    ['{"\u00fc":x', 6, 'not JSON: found "x", expected a value'],
    ['["\u20ac", tru]', 8, 'not JSON: found "t", expected a value'],
  ])('%s is none, and where is told in bytes', (text, offset, message) => {
    const problems = [{ kind: 'json', pointer: '', offset, message }];
    expect(readJsonBody(Buffer.from(text))).toEqual({ value: undefined, problems });
    expect(readJsonBody(text)).toEqual({ value: undefined, problems });
  });

  it.each<[text: string, value: unknown, offset: number]>([
    ['{} {}', {}, 3],
    ['"\u00fc"\n x', '\u00fc', 6],
    ['1 \t\r\n,', 1, 5],
    ['[0]]', [0], 3],
  ])('%s has more after its first value', (text, value, offset) => {
    const message = 'more content after the one JSON value of the body';
    const problems = [{ kind: 'trailing', pointer: '', offset, message }];
    expect(readJsonBody(Buffer.from(text))).toEqual({ value, problems });
    expect(readJsonBody(text)).toEqual({ value, problems });
  });

  it('is read beside its byte order mark', () => {
    const message = 'begins with a byte order mark, which RFC 8259 8.1 forbids';
    const mark = { kind: 'encoding', pointer: '', offset: 0, message };
    expect(readJsonBody('\ufeff{"a":1}')).toEqual({ value: { a: 1 }, problems: [mark] });
    expect(readJsonBody(Buffer.from('\ufeff{"a":1}'))).toEqual({ value: { a: 1 }, problems: [mark] });
    const more = readJsonBody(Buffer.from('\ufeff1 2'));
    expect(more.value).toBe(1);
    expect(more.problems).toMatchObject([mark, { kind: 'trailing', offset: 5 }]);
    expect(readJsonBody('\ufeff').problems).toMatchObject([mark, { kind: 'json', offset: 3 }]);
    expect(readJsonBody(' \ufeff1').problems).toMatchObject([{ kind: 'json', offset: 1 }]);
  });

  it.each<[hex: string, byte: string, offset: number, value: unknown]>([
    ['22 ff 22', 'ff', 1, '\ufffd'],
    ['22 41 80 22', '80', 2, 'A\ufffd'],
    ['22 c3 a9 c3 22', 'c3', 3, '\u00e9\ufffd'],
    ['22 e2 82 ac e2 82 22', 'e2', 4, '\u20ac\ufffd'],
    ['22 ef bf 22', 'ef', 1, '\ufffd'],
    ['22 ef bf bd ef bf 22', 'ef', 4, '\ufffd\ufffd'],
    ['22 ef bd bd ef 22', 'ef', 4, '\uff7d\ufffd'],
    ['22 f0 9f 98 80 f0 9f 98 22', 'f0', 5, '\u{1f600}\ufffd'],
    ['22 ed a0 80 22', 'ed', 1, '\ufffd\ufffd\ufffd'],
    ['22 00 22 ff', 'ff', 3, undefined],
    ['ef bb 31', 'ef', 0, undefined],
    ['07 ff', 'ff', 1, undefined],
    ['31 0a ef bf', 'ef', 2, 1],
  ])('of the bytes %s is not UTF-8, from byte %s on', (hex, byte, offset, value) => {
    const body = readJsonBody(bytes(hex));
    const message = `not UTF-8 (RFC 8259 8.1): byte 0x${byte} at offset ${offset}`;
    expect(body.problems[0]).toEqual({ kind: 'encoding', pointer: '', offset, message });
    expect(body.value).toEqual(value);
    if (body.value !== undefined && hex.endsWith('22')) expect(body.problems).toHaveLength(1);
  });

  it('tells the first bad byte of a long one', () => {
    const long = Buffer.from(`"${'\u20ac'.repeat(50_000)}"`);
    long[120_001] = 0xff;
    const { value, problems } = readJsonBody(long);
    expect(problems).toMatchObject([{ kind: 'encoding', offset: 120_001 - ((120_001 - 1) % 3) }]);
    expect(typeof value).toBe('string');
  });
});
