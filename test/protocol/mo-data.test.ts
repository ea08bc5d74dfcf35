import { describe, expect, it } from 'vitest';
import { isObject } from '../../harness/protocol/json-object.js';
import {
  leavesOf,
  nodeReadings,
  readMoItems,
  readMoSerialization,
  toMoJson,
  writeMoSerialization,
} from '../../harness/protocol/mo-data.js';

const FULL = { DDF: 'http://x/ddf', ClientURI: 'urn:x:1.0/m/', CV: 'v1', MOData: { a: 1 } };
const ITEM = { ddf: 'http://x/ddf', clientUri: 'urn:x:1.0/m/', cv: 'v1', data: { a: 1 } };
const bodyOf = (value: unknown): Buffer => Buffer.from(JSON.stringify(value));

it.each<[unknown, boolean]>([
  [{}, true],
  [{ a: 1 }, true],
  [[], false],
  [null, false],
  [undefined, false],
  ['x', false],
  [1, false],
  [true, false],
])('%s is an object: %s', (value, object) => {
  expect(isObject(value)).toBe(object);
});

describe('an MO serialization', () => {
  it('is written as section 7 has it, without what is not given', () => {
    const items = [ITEM, { clientUri: 'urn:x:1.0//\u00fc', data: {} }];
    const json = [FULL, { ClientURI: 'urn:x:1.0//\u00fc', MOData: {} }];
    expect(toMoJson(items)).toEqual(json);
    expect(Object.keys(toMoJson(items)[1] ?? {})).toEqual(['ClientURI', 'MOData']);
    expect(JSON.parse(writeMoSerialization(items).toString('utf8'))).toEqual(json);
    expect(readMoSerialization(writeMoSerialization(items))).toEqual({ view: items, problems: [] });
  });

  it('has optional members that are left out of the reading, too', () => {
    const { view } = readMoSerialization(bodyOf([{ ClientURI: 'u', MOData: {} }]));
    expect(Object.keys(view?.[0] ?? {})).toEqual(['clientUri', 'data']);
  });

  it('is read from JSON that was read already', () => {
    expect(readMoItems([FULL])).toEqual({ view: [ITEM], problems: [] });
    const before = [{ kind: 'trailing', pointer: '', message: 'x' }] as const;
    expect(readMoItems([FULL], before)).toEqual({ view: [ITEM], problems: before });
  });

  it.each<[string, unknown, unknown, readonly string[]]>([
    ['a lone object', FULL, [ITEM], ['']],
    ['a string', 'x', undefined, ['']],
    ['null', null, undefined, ['']],
    ['members that are no objects', [1, null], [{ data: {} }, { data: {} }], ['/0', '/1']],
    [
      'members of other types',
      [{ DDF: 1, ClientURI: 2, CV: {}, MOData: [] }],
      [{ data: {} }],
      ['/0/DDF', '/0/ClientURI', '/0/MOData'],
    ],
    ['a numeric validator', [{ ...FULL, CV: 7 }], [{ ...ITEM, cv: '7' }], []],
    ['nothing in it', [{}], [{ data: {} }], ['/0/ClientURI', '/0/MOData']],
    ['no items', [], [], []],
  ])('with %s is read as far as it can be', (_what, value, view, pointers) => {
    const reading = readMoSerialization(bodyOf(value));
    expect(reading.view).toEqual(view);
    expect(reading.problems.map(({ pointer }) => pointer)).toEqual(pointers);
    expect(reading.problems.every(({ kind }) => kind === 'shape')).toBe(true);
  });

  it('that is no JSON has no view, and one problem', () => {
    const { view, problems } = readMoSerialization(Buffer.from('[{'));
    expect(view).toBeUndefined();
    expect(problems).toMatchObject([{ kind: 'json', offset: 2 }]);
    expect(problems).toHaveLength(1);
  });
});

describe('MOData of a node', () => {
  const child = { x: 1 };

  it.each<[string, Record<string, unknown>, readonly unknown[]]>([
    ['a leaf', { n: 5 }, [5]],
    ['a leaf that is empty', { n: null }, [null]],
    ['a leaf of several values', { n: [1] }, [[1]]],
    ['children without a wrapping', { a: 1, b: 2 }, [{ a: 1, b: 2 }]],
    ['no children', {}, [{}]],
    ['a wrapping, or one child of that name', { n: child }, [child, { n: child }]],
    ['a leaf beside another member', { n: 5, a: 1 }, [5, { n: 5, a: 1 }]],
    ['children, of which one has that name', { n: child, a: 1 }, [{ n: child, a: 1 }]],
  ])('is %s', (_what, data, readings) => {
    expect(nodeReadings(data, 'n')).toEqual(readings);
  });

  it('has leaves in document order, whatever their depth', () => {
    const data = { a: 1, b: { c: { d: null, e: {} }, f: [1, { g: 2 }] }, h: '' };
    expect(leavesOf(data)).toEqual([
      { path: ['a'], value: 1 },
      { path: ['b', 'c', 'd'], value: null },
      { path: ['b', 'c', 'e'], value: {} },
      { path: ['b', 'f'], value: [1, { g: 2 }] },
      { path: ['h'], value: '' },
    ]);
    expect(leavesOf({})).toEqual([]);
  });

  it('takes no stack', () => {
    let data: Record<string, unknown> = { last: 1 };
    for (let depth = 0; depth < 20_000; depth += 1) data = { n: data };
    const [leaf] = leavesOf(data);
    expect(leaf?.path).toHaveLength(20_001);
    expect(leaf?.path.at(-1)).toBe('last');
  });
});
