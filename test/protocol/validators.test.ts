import { expect, it } from 'vitest';
import { validatorsIn } from '../../harness/protocol/validators.js';

const one = { ClientURI: 'urn:x:1.0//', CV: 'v1' };

it.each<[string, unknown, readonly string[]]>([
  ['an item', one, ['v1']],
  ['the member that D-08 names', { MO: [one] }, ['v1']],
  ['any other member, however deep', { a: { b: [[{ ...one, CV: 'v2' }]] } }, ['v2']],
  ['a number', { ...one, CV: 7 }, ['7']],
  ['an empty text', { ...one, CV: '' }, ['']],
  ['several', [one, { ...one, CV: 'v2' }], ['v1', 'v2']],
  ['the nearest first', { a: [{ ...one, CV: 'v2' }], b: one }, ['v1', 'v2']],
  ['one in another', { ...one, MOData: { ...one, CV: 'v2' } }, ['v1', 'v2']],
  ['no text', { ...one, CV: true }, []],
  ['null', { ...one, CV: null }, []],
  ['none without a ClientURI', { CV: 'v1' }, []],
  ['none in a ClientURI alone', { ClientURI: 'urn:x:1.0//' }, []],
  ['none in what is no object', ['CV', 1, null, true, undefined], []],
  ['nothing', undefined, []],
])('finds %s', (_what, data, wanted) => {
  expect(validatorsIn(data)).toEqual(wanted);
});

it('looks at ten thousand values, and not at all of a larger body', () => {
  const many = (count: number): readonly unknown[] => [...Array(count - 1).fill(0), one];
  expect(validatorsIn(many(9_999))).toEqual(['v1']);
  expect(validatorsIn(many(10_000))).toEqual([]);
  expect(validatorsIn(Array(300_000).fill(0))).toEqual([]);
  expect(validatorsIn([...Array(5_000).fill(0), many(4_997), one])).toEqual(['v1', 'v1']);
  expect(validatorsIn([...Array(5_000).fill(0), many(4_998), one])).toEqual(['v1']);
});
