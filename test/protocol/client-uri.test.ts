import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  type ClientUri,
  type Instance,
  parseClientUri,
  type Segment,
  type UriProblem,
} from '../../harness/protocol/client-uri.js';
import { vectors } from './vectors.js';
import { formatClientUri } from './written-uri.js';

interface Vector {
  readonly uri: string;
  readonly is?: Readonly<Record<string, unknown>>;
  readonly bad?: readonly string[];
  readonly at?: readonly number[];
  readonly unreadable?: boolean;
}

/** A segment as the vectors write it. */
function written(segment: Segment | Instance): unknown {
  if (segment.kind === 'only') return '';
  if (segment.kind === 'any') return '*';
  if (segment.kind === 'xname') return `(${segment.name})`;
  return /^[(*]/.test(segment.name) ? { name: segment.name } : segment.name;
}

function summary(uri: ClientUri): Record<string, unknown> {
  const { moid, instance, path, nv, cv, others } = uri;
  return {
    moid,
    instance: written(instance),
    path: path.map(written),
    nv: nv.map((one) => ({ ...one, path: one.path.map(written) })),
    ...(cv === undefined ? {} : { cv }),
    ...(others.length === 0 ? {} : { others }),
  };
}

describe('ClientURIs', () => {
  const all = vectors<Vector>('client-uris.yaml');

  it.each(all.filter(({ is }) => is !== undefined).map((vector) => [vector.uri, vector.is] as const))(
    '%s is read',
    (text, is) => {
      const { uri, problems } = parseClientUri(text);
      expect(problems).toEqual([]);
      expect(uri === undefined ? undefined : summary(uri)).toEqual(is);
    },
  );

  it.each(all.filter(({ bad }) => bad !== undefined).map((vector) => [vector.uri, vector] as const))(
    '%s is malformed, and where is told',
    (text, vector) => {
      const { uri, problems } = parseClientUri(text);
      expect(problems.map(({ part }) => part)).toEqual(vector.bad);
      if (vector.at !== undefined) expect(problems.map(({ at }) => at)).toEqual(vector.at);
      if (vector.unreadable === true) expect(uri).toBeUndefined();
    },
  );

  it('are read as they were written, whatever names and values they have', () => {
    const name = fc.string({ unit: 'grapheme', minLength: 1 });
    const segment: fc.Arbitrary<Segment> = fc.oneof(
      name.map((text) => ({ kind: 'name' as const, name: text })),
      fc.constant({ kind: 'any' as const }),
    );
    const parts = fc.record({
      xname: name,
      below: fc.array(segment, { minLength: 1 }),
      value: fc.string({ unit: 'grapheme' }),
      path: fc.array(segment),
      cv: fc.option(fc.string({ unit: 'grapheme' }), { nil: undefined }),
      others: fc.array(fc.tuple(fc.stringMatching(/^[a-b]+$/), fc.stringMatching(/^[a-z:/?=]*$/))),
    });
    fc.assert(
      fc.property(parts, ({ xname, below, value, path, cv, others }) => {
        const uri: ClientUri = {
          moid: 'urn:oma:mo:moid:1.0',
          instance: { kind: 'xname', name: xname },
          path,
          nv: [{ xname, path: below, value }],
          cv,
          others,
        };
        expect(parseClientUri(formatClientUri(uri))).toEqual({ uri, problems: [] });
      }),
    );
  });

  it('never throw, whatever comes', () => {
    fc.assert(fc.property(fc.string(), (text) => void parseClientUri(text)));
  });
});

interface Found {
  readonly part: UriProblem['part'];
  readonly at: number;
  readonly message: string;
}

describe('what is wrong with a ClientURI', () => {
  const problem = (part: Found['part'], at: number, message: string): Found => ({ part, at, message });
  const noMoid = (moid: string): Found =>
    problem('moid', 0, `"${moid}" is no MOID: a URN is expected before the first "/"`);
  const noSlash = (at: number): Found => problem('moid', at, 'no "/" after the MOID');
  const noEnd = (at: number): Found => problem('instance', at, 'no "/" after the instance');
  const hex = '"%" is not followed by two hexadecimal digits';

  it.each<[text: string, problems: readonly Found[]]>([
    ['', [noMoid(''), noSlash(0)]],
    ['?cv=1/2', [noMoid(''), noSlash(0)]],
    ['/m/', [noMoid('')]],
    ['urn:x', [noSlash(5)]],
    ['urn:x?cv=a/b', [noSlash(5)]],
    ['1urn:x/m/', [noMoid('1urn:x')]],
    ['urn:/m/', [noMoid('urn:')]],
    ['u/m/', [noMoid('u')]],
    ['u_n:x/m/', [noMoid('u_n:x')]],
    [' urn:x/m/', [problem('path', 0, 'character " " must be percent-encoded'), noMoid(' urn:x')]],
    ['u:x/m/', []],
    ['U9+.-:x/m/', []],
    ['urn:x/', [noEnd(6)]],
    ['urn:x/m', [noEnd(7)]],
    ['urn:x/m?cv=1', [noEnd(7)]],
    ['urn:x/m/a/', [problem('path', 10, 'a path segment is empty')]],
    ['urn:x/m//a', [problem('path', 8, 'a path segment is empty')]],
    ['urn:x/m/"', [problem('path', 8, 'character "\\"" must be percent-encoded')]],
    ['urn:x/m/a"?cv=1', [problem('path', 9, 'character "\\"" must be percent-encoded')]],
    [
      'urn:x/m/[?cv=]',
      [
        problem('path', 8, 'character "[" must be percent-encoded'),
        problem('query', 13, 'character "]" must be percent-encoded'),
      ],
    ],
    ['urn:x/m/%4', [problem('path', 8, hex)]],
    ['urn:x/%zz/', [problem('instance', 6, hex)]],
    ['urn:x/m/a%ff%fe/b', [problem('path', 9, '%ff%fe is not UTF-8')]],
    ['urn:x/m/a?cv=%', [problem('query', 13, hex)]],
    ['urn:x/m/a?cv=a%ff', [problem('query', 14, '%ff is not UTF-8')]],
    [
      'urn:x/()/',
      [problem('instance', 6, 'an x-name has no name'), problem('x-name', 6, 'no nv field resolves x-name ""')],
    ],
    ['urn:x/m/(%z)', [problem('path', 9, hex), problem('x-name', 8, 'no nv field resolves x-name "%z"')]],
    ['urn:x/(x)/?nv=(x)/%z:v', [problem('query', 18, hex)]],
    ['urn:x/(x)/?nv=(x)/a/%z:v', [problem('query', 20, hex)]],
    ['urn:x/(x)/?nv=(x)/a:v%z', [problem('query', 21, hex)]],
    ['urn:x/(%z)/?nv=(%z)/a:v', [problem('instance', 7, hex), problem('query', 16, hex)]],
    ['urn:x/(x)/?nv=(x)/a//b:v', [problem('query', 20, 'a path segment is empty')]],
    ['urn:x/(x)/?nv=(x)/:v', [problem('query', 18, 'a path segment is empty')]],
    ['urn:x/(x)/?nv=(x)/(y)/*:v', []],
    ['urn:x/(x)/?nv=(x)/():v', [problem('query', 18, 'an x-name has no name')]],
    ['urn:x/(x)/(x)?nv=(x)/a:v', [problem('x-name', 10, 'x-name "x" stands twice')]],
    ['urn:x/(x)/', [problem('x-name', 6, 'no nv field resolves x-name "x"')]],
    ['urn:x/m/?nv=(x)/a:v&nv=(x)/b:v', [problem('x-name', 9, 'nv resolves "x", which the path does not have')]],
    ['urn:x/m/?', [problem('query', 9, '"" is no field=value')]],
    ['urn:x/m/?cv=1&', [problem('query', 14, '"" is no field=value')]],
    ['urn:x/m/?cv', [problem('query', 9, '"cv" is no field=value')]],
    ['urn:x/m/?=1', [problem('query', 9, '"=1" is no field=value')]],
    ['urn:x/m/?cv=1&cv=2', [problem('query', 14, 'cv stands more than once')]],
    ['urn:x/m/?cv=&cv=2', [problem('query', 13, 'cv stands more than once')]],
    ['urn:x/m/a?b?/c=d:@e', []],
  ])('%s', (text, problems) => {
    expect(parseClientUri(text).problems).toEqual(problems);
  });

  it.each([
    'x/a:v',
    '(x)/a',
    '(x):v',
    '(x)',
    '()/a:v',
    'a(x)/b:v',
    '(x)a/b:v',
    '((x)/a:v',
    '(x)x)/a:v',
    '(a/b)/c:v',
    '',
    '/a:v',
    ':v',
  ])('nv=%s is no node value', (value) => {
    const { uri, problems } = parseClientUri(`urn:x/m/?nv=${value}`);
    const message = `nv ${JSON.stringify(value)} does not read (x)/path:value`;
    expect(problems).toEqual([{ part: 'query', at: 12, message }]);
    expect(uri?.nv).toEqual([]);
  });

  it.each<[text: string, uri: Partial<ClientUri>]>([
    ['urn:x', { moid: 'urn:x', instance: { kind: 'only' }, path: [] }],
    ['urn:x?cv=1', { moid: 'urn:x', instance: { kind: 'only' }, cv: '1' }],
    ['urn:x/m', { moid: 'urn:x', instance: { kind: 'name', name: 'm' }, path: [] }],
    ['urn:x/m//a', { path: [{ kind: 'name', name: 'a' }] }],
    ['urn:x/(x/x)', { instance: { kind: 'name', name: '(x' }, path: [{ kind: 'name', name: 'x)' }] }],
    ['urn:x/m/()', { path: [{ kind: 'xname', name: '' }] }],
    ['urn:x/m/?cv=1&cv=2', { cv: '1' }],
    ['urn:x/m/?cv=a=b', { cv: 'a=b' }],
    [
      'urn:x/m/?a=b&&c=&a=%20',
      {
        cv: undefined,
        others: [
          ['a', 'b'],
          ['c', ''],
          ['a', '%20'],
        ],
      },
    ],
    ['urn:x/m/?CV=1', { cv: undefined, others: [['CV', '1']] }],
    [
      'urn:x/(a%20b)/?nv=(a%20b)/c%2Fd/e:f:g%2F/h',
      {
        instance: { kind: 'xname', name: 'a b' },
        nv: [
          {
            xname: 'a b',
            path: [
              { kind: 'name', name: 'c/d' },
              { kind: 'name', name: 'e' },
            ],
            value: 'f:g//h',
          },
        ],
      },
    ],
    ['urn:x/(a:b)/?nv=(a:b)/c:d', { nv: [{ xname: 'a:b', path: [{ kind: 'name', name: 'c' }], value: 'd' }] }],
  ])('%s is read all the same', (text, uri) => {
    expect(parseClientUri(text).uri).toMatchObject(uri);
  });
});
