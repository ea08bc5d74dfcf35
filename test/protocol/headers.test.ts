import { describe, expect, it } from 'vitest';
import { combinedValue, FIELD, fieldValue, fieldValues } from '../../harness/protocol/headers.js';

const FIELDS = [
  ['Host', 'a'],
  ['ACCEPT', 'text/html'],
  ['X', ''],
  ['accept', 'text/plain, a/b'],
] as const;

describe('header fields', () => {
  it('are found by their names in any case, in the order of the wire', () => {
    expect(fieldValues(FIELDS, FIELD.accept)).toEqual(['text/html', 'text/plain, a/b']);
    expect(fieldValue(FIELDS, FIELD.accept)).toBe('text/html');
    expect(fieldValue(FIELDS, 'aCCEPT')).toBe('text/html');
    expect([fieldValues(FIELDS, 'x'), fieldValue(FIELDS, 'x')]).toEqual([[''], '']);
  });

  it('make one list (RFC 9110 5.3)', () => {
    expect(combinedValue(FIELDS, 'Accept')).toBe('text/html, text/plain, a/b');
    expect([combinedValue(FIELDS, 'host'), combinedValue(FIELDS, 'x')]).toEqual(['a', '']);
  });

  it('that are not there have no value', () => {
    expect([fieldValues(FIELDS, 'Hos'), fieldValue(FIELDS, 'Hos'), combinedValue(FIELDS, 'Hos')]).toEqual([
      [],
      undefined,
      undefined,
    ]);
  });
});
