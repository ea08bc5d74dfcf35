import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Problem } from '../../harness/protocol/packages.js';
import { readPackageOne, readPackageThree, readPackageTwo } from '../../harness/protocol/read-packages.js';
import { writePackageOne, writePackageThree, writePackageTwo } from '../../harness/protocol/write-packages.js';
import { vectors } from './vectors.js';

interface Vector {
  readonly name: string;
  readonly package: 1 | 2 | 3;
  readonly body?: string;
  readonly hex?: string;
  readonly view?: unknown;
  readonly problems: readonly Partial<Problem>[];
}

const READ = { 1: readPackageOne, 2: readPackageTwo, 3: readPackageThree } as const;

/** `none` in a vector stands for a member that is undefined. */
function agrees(found: unknown, wanted: unknown): boolean {
  if (wanted === 'none') return found === undefined;
  if (Array.isArray(wanted)) {
    return (
      Array.isArray(found) && found.length === wanted.length && wanted.every((one, index) => agrees(found[index], one))
    );
  }
  if (typeof wanted !== 'object' || wanted === null) return found === wanted;
  if (typeof found !== 'object' || found === null) return false;
  return Object.entries(wanted).every(([key, value]) => agrees((found as Record<string, unknown>)[key], value));
}

describe('reading packages', () => {
  it.each(vectors<Vector>('packages.yaml').map((vector) => [vector.name, vector] as const))('%s', (_name, vector) => {
    const bytes =
      vector.hex === undefined ? Buffer.from(vector.body ?? '') : Buffer.from(vector.hex.replace(/\s/g, ''), 'hex');
    const { view, problems } = READ[vector.package](bytes);
    if (vector.view !== undefined) expect(agrees(view, vector.view), JSON.stringify(view)).toBe(true);
    const told = vector.problems.map((wanted, index) =>
      Object.fromEntries(Object.keys(wanted).map((key) => [key, problems[index]?.[key as keyof Problem]])),
    );
    expect(problems.length, JSON.stringify(problems)).toBe(vector.problems.length);
    expect(told).toEqual(vector.problems);
  });

  it('reads a text as it reads its bytes', () => {
    for (const vector of vectors<Vector>('packages.yaml')) {
      if (vector.body === undefined) continue;
      const read = READ[vector.package];
      expect(read(vector.body)).toEqual(read(Buffer.from(vector.body)));
    }
  });

  it('never throws, whatever comes', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 200 }), (bytes) => {
        for (const read of Object.values(READ)) expect(read(bytes).problems).toBeInstanceOf(Array);
      }),
    );
    fc.assert(
      fc.property(fc.json(), (json) => {
        for (const read of Object.values(READ)) read(Buffer.from(json));
      }),
    );
  });

  it('reads what it writes', () => {
    const word = fc.string({ minLength: 1 });
    fc.assert(
      fc.property(fc.array(fc.array(word, { minLength: 1 }), { minLength: 1 }), (commands) => {
        const { view, problems } = readPackageTwo(writePackageTwo(commands));
        expect(problems).toEqual([]);
        expect(view?.commands.map(({ raw }) => raw)).toEqual(commands);
      }),
    );
    fc.assert(
      fc.property(fc.array(fc.record({ sc: fc.integer({ min: 100, max: 599 }), URI: fc.array(word) })), (statuses) => {
        const { view, problems } = readPackageThree(writePackageThree({ statuses }));
        expect(problems).toEqual([]);
        expect(view?.statuses.map(({ sc, uris }) => ({ sc, URI: uris }))).toEqual(statuses);
      }),
    );
    fc.assert(
      fc.property(
        fc.array(fc.record({ AlertType: word })),
        fc.array(fc.record({ MOID: word, MIID: fc.array(word) })),
        (alerts, mos) => {
          const { view, problems } = readPackageOne(writePackageOne({ alerts, mos }));
          expect(problems).toEqual([]);
          expect(view?.alerts.map(({ type }) => type)).toEqual(alerts.map(({ AlertType }) => AlertType));
          expect(view?.mos?.map(({ miids }) => miids)).toEqual(mos.map(({ MIID }) => MIID));
        },
      ),
    );
  });
});

describe('what is told of a package', () => {
  const body = (value: unknown): Buffer => Buffer.from(JSON.stringify(value));
  const pointers = (problems: readonly Problem[]): readonly string[] => problems.map(({ pointer }) => pointer);

  it.each<[string, unknown, unknown, readonly string[]]>([
    ['empty', {}, { mos: undefined, alerts: [], hasCommands: false }, []],
    ['with CMD', { CMD: null }, { mos: undefined, alerts: [], hasCommands: true }, []],
    ['with empty lists', { MOS: [], Alert: [] }, { mos: [], alerts: [], hasCommands: false }, []],
    [
      'whose lists are none',
      { MOS: {}, Alert: 'x' },
      { mos: undefined, alerts: [], hasCommands: false },
      ['/MOS', '/Alert'],
    ],
    [
      'with MOs',
      { MOS: [{ DDF: 'd', MOID: 'm', MIID: ['1', '2'] }, { MIID: [] }] },
      {
        mos: [
          { ddf: 'd', moid: 'm', miids: ['1', '2'] },
          { ddf: undefined, moid: undefined, miids: [] },
        ],
      },
      [],
    ],
    [
      'with MOs that are none',
      { MOS: [{ DDF: 1, MOID: {}, MIID: ['1', 2, null, '3'] }, 'm', { MIID: '1' }] },
      { mos: [{ ddf: undefined, moid: undefined, miids: ['1', '3'] }, { miids: [] }, { miids: [] }] },
      ['/MOS/0/DDF', '/MOS/0/MOID', '/MOS/0/MIID/1', '/MOS/0/MIID/2', '/MOS/1', '/MOS/2/MIID'],
    ],
  ])('#1 %s', (_what, value, view, at) => {
    const reading = readPackageOne(body(value));
    expect(reading.view).toMatchObject(view as object);
    expect(reading.view?.mos?.map(({ raw }) => raw)).toEqual(
      Array.isArray((value as { MOS?: unknown }).MOS) ? (value as { MOS: unknown }).MOS : undefined,
    );
    expect(pointers(reading.problems)).toEqual(at);
  });

  it.each<[string, unknown, readonly unknown[], boolean, readonly string[]]>([
    ['without END', { CMD: [['GET', 'u']] }, [['GET', 'well-formed']], false, []],
    [
      'with END',
      { CMD: [['GET', 'u'], ['END']] },
      [
        ['GET', 'well-formed'],
        ['END', 'well-formed'],
      ],
      true,
      [],
    ],
    ['with an END that is malformed', { CMD: [['END', 1]] }, [['END', 'malformed']], true, ['/CMD/0/1']],
    ['with end', { CMD: [['end']] }, [['end', 'unknown']], false, []],
    ['without commands', { CMD: [] }, [], false, []],
    ['without CMD', {}, [], false, ['/CMD']],
    ['whose CMD is none', { CMD: { 0: ['END'] } }, [], false, ['/CMD']],
    [
      'with no command',
      { CMD: ['END', []] },
      [
        [undefined, 'malformed'],
        [undefined, 'malformed'],
      ],
      false,
      ['/CMD/0', '/CMD/1'],
    ],
  ])('#2 %s', (_what, value, commands, hasEnd, at) => {
    const { view, problems } = readPackageTwo(body(value));
    expect(view?.commands.map(({ name, standing }) => [name, standing])).toEqual(commands);
    expect(view?.hasEnd).toBe(hasEnd);
    expect(pointers(problems)).toEqual(at);
  });

  it.each<[string, unknown, unknown, readonly string[]]>([
    ['no more than its code', { sc: 200 }, { sc: 200, uris: [], data: {} }, []],
    [
      'all it may have',
      { sc: 200, URI: ['a', 'b'], MO: [1], x: null },
      { sc: 200, uris: ['a', 'b'], data: { MO: [1], x: null } },
      [],
    ],
    ['a code that is no number', { sc: '200' }, { sc: undefined, uris: [], data: {} }, ['/Status/0/sc']],
    ['no code', { URI: [1, 'a'] }, { sc: undefined, uris: ['a'], data: {} }, ['/Status/0/sc', '/Status/0/URI/0']],
    ['one URI that is no list', { sc: 0, URI: 'a' }, { sc: 0, uris: [], data: {} }, ['/Status/0/URI']],
    ['nothing of an object', 200, { sc: undefined, uris: [], data: {} }, ['/Status/0']],
    ['nothing at all', null, { sc: undefined, uris: [], data: {} }, ['/Status/0']],
    ['a list', [200], { sc: undefined, uris: [], data: {} }, ['/Status/0']],
  ])('#3 whose status has %s', (_what, status, wanted, at) => {
    const { view, problems } = readPackageThree(body({ Status: [status] }));
    expect(view?.statuses).toEqual([{ raw: status, ...(wanted as object) }]);
    expect(pointers(problems)).toEqual(at);
  });

  it.each<[string, unknown, Record<string, unknown>]>([
    ['no other member', { Status: [], Alert: [] }, { hasCommands: false, hasOthers: false }],
    ['CMD', { Status: [], CMD: [] }, { hasCommands: true, hasOthers: false }],
    ['a member that DM does not name', { Status: [], status: 1 }, { hasCommands: false, hasOthers: true }],
    ['MOS, which is of #1', { Status: [], MOS: [] }, { hasCommands: false, hasOthers: true }],
    [
      'an alert',
      { Status: [], Alert: [{ AlertType: 'x' }, 5] },
      { alerts: [{ type: 'x' }, { type: undefined, raw: 5 }] },
    ],
  ])('#3 with %s', (_what, value, wanted) => {
    expect(readPackageThree(body(value)).view).toMatchObject(wanted);
  });

  it('a number too large for JSON is no code', () => {
    expect(readPackageThree('{"Status":[{"sc":1e999}]}').view?.statuses[0]?.sc).toBeUndefined();
  });

  it.each(['[]', '"x"', '5', 'null', 'true'])('%s is no package', (text) => {
    for (const read of Object.values(READ)) {
      const { view, problems } = read(text);
      expect(view).toBeUndefined();
      expect(problems).toMatchObject([{ kind: 'shape', pointer: '' }]);
    }
  });

  it('what is no JSON has no view, and what follows it or its encoding is told beside its shape', () => {
    expect(readPackageTwo('{')).toMatchObject({ view: undefined, problems: [{ kind: 'json' }] });
    expect(readPackageTwo('{').problems).toHaveLength(1);
    const { view, problems } = readPackageTwo('{"CMD":[["END"],1]} x');
    expect(view?.hasEnd).toBe(true);
    expect(problems.map(({ kind, pointer }) => [kind, pointer])).toEqual([
      ['trailing', ''],
      ['shape', '/CMD/1'],
    ]);
    expect(readPackageTwo('{"CMD":[]} x').problems.map(({ kind }) => kind)).toEqual(['trailing']);
  });
});

it('packages are written in UTF-8, without what is not given', () => {
  expect(writePackageOne({}).toString()).toBe('{}');
  expect(writePackageOne({ mos: [{ MIID: ['\u00fc'] }], alerts: [{ AlertType: 'a' }] }).toString('utf8')).toBe(
    '{"MOS":[{"MIID":["\u00fc"]}],"Alert":[{"AlertType":"a"}]}',
  );
  expect(writePackageTwo([['GET', 'u'], ['END']]).toString()).toBe('{"CMD":[["GET","u"],["END"]]}');
  expect(writePackageThree({ statuses: [{ sc: 200, URI: ['u'], MO: [] }] }).toString()).toBe(
    '{"Status":[{"sc":200,"URI":["u"],"MO":[]}]}',
  );
  expect(writePackageThree({ statuses: [], alerts: [] }).toString()).toBe('{"Status":[],"Alert":[]}');
});
