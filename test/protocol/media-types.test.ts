import { describe, expect, it } from 'vitest';
import {
  accepts,
  acceptWeight,
  isJsonType,
  MEDIA,
  mediaTypeOf,
  parseAccept,
  parseMediaType,
} from '../../harness/protocol/media-types.js';

describe('a media type', () => {
  it.each<[text: string, essence: string, parameters: Record<string, string>]>([
    ['a/b', 'a/b', {}],
    [' Text / HTML ', 'text/html', {}],
    ['application/vnd.oma.dm.request+json', MEDIA.request, {}],
    ["!#$%&'*+-.^_`|~09Az/!#$%&'*+-.^_`|~09Az", "!#$%&'*+-.^_`|~09az/!#$%&'*+-.^_`|~09az", {}],
    ['a/b;', 'a/b', {}],
    ['a/b; charset=UTF-8', 'a/b', { charset: 'UTF-8' }],
    ['a/b ; Charset = utf-8 ;q=1', 'a/b', { charset: 'utf-8', q: '1' }],
    ['a/b;x=1;X=2', 'a/b', { x: '1' }],
    ['a/b;x', 'a/b', {}],
    ['a/b;=1', 'a/b', {}],
    ['a/b; =1;x=y', 'a/b', { x: 'y' }],
    ['a/b;x=', 'a/b', { x: '' }],
    ['a/b;x=""', 'a/b', { x: '' }],
    ['a/b;x="', 'a/b', { x: '"' }],
    ['a/b;x="y', 'a/b', { x: '"y' }],
    ['a/b;x=y"', 'a/b', { x: 'y"' }],
    ['a/b;x="1;y=2";z=3', 'a/b', { x: '1;y=2', z: '3' }],
    ['a/b;x="\\"";y=2', 'a/b', { x: '"', y: '2' }],
    ['a/b;x="a\\"b;c\\\\";y=2', 'a/b', { x: 'a"b;c\\', y: '2' }],
    ['a/b;x="\\\n"', 'a/b', { x: '\n' }],
    ['a/b;x=\\;y=2', 'a/b', { x: '\\', y: '2' }],
    ['a/b;x="1;y=2', 'a/b', { x: '"1;y=2' }],
    ['a/b;x="y"z;w=1', 'a/b', { x: '"y"z', w: '1' }],
  ])('%s is %s', (text, essence, parameters) => {
    const read = parseMediaType(text);
    const [type, subtype] = essence.split('/');
    expect(read).toMatchObject({ essence, type, subtype });
    expect(read?.parameters).toEqual(new Map(Object.entries(parameters)));
    expect(mediaTypeOf(text)).toBe(essence);
  });

  it.each(['', ' ', ';', 'a', 'a/', '/b', '/', 'a b/c', 'a/b c', 'a/b/c', 'a@/b', 'a/b@', ';a/b', '"a/b"', 'a/\u00fc'])(
    '"%s" is none',
    (text) => {
      expect(parseMediaType(text)).toBeUndefined();
      expect(mediaTypeOf(text)).toBeUndefined();
    },
  );

  it('of no field is none', () => {
    expect(mediaTypeOf(undefined)).toBeUndefined();
  });

  it.each(Object.values(MEDIA))('%s is known in any case, and JSON', (type) => {
    expect(mediaTypeOf(type)).toBe(type);
    expect(mediaTypeOf(`${type.toUpperCase()};charset=utf-8`)).toBe(type);
    expect(isJsonType(type)).toBe(true);
  });

  it.each<[string | undefined, boolean]>([
    ['application/json', true],
    ['Application/JSON; charset=utf-8', true],
    ['text/json', true],
    ['a/b+json', true],
    ['a/+json', true],
    ['a/json', false],
    ['application/jsonp', false],
    ['application/json+xml', false],
    ['text/plain', false],
    ['json', false],
    [undefined, false],
  ])('%s is JSON: %s', (header, json) => {
    expect(isJsonType(header)).toBe(json);
  });
});

describe('Accept', () => {
  it('is a list of ranges with weights (RFC 9110 12.5.1)', () => {
    const { ranges, malformed } = parseAccept('text/*;q=0.3, ,a/b;x="1,2";Q=0.7 , */*, nonsense, */b, *, a/*');
    expect(ranges.map(({ essence, q }) => [essence, q])).toEqual([
      ['text/*', 0.3],
      ['a/b', 0.7],
      ['*/*', 1],
      ['a/*', 1],
    ]);
    expect(ranges[1]?.parameters.get('x')).toBe('1,2');
    expect(malformed).toEqual(['nonsense', '*/b', '*']);
    expect(parseAccept('')).toEqual({ ranges: [], malformed: [] });
    expect(parseAccept(' , ')).toEqual({ ranges: [], malformed: [] });
  });

  it.each<[q: string, weight: number]>([
    ['0', 0],
    ['0.', 0],
    ['0.0', 0],
    ['0.000', 0],
    ['0.5', 0.5],
    ['0.123', 0.123],
    ['0.123456', 0.123456],
    ['1', 1],
    ['1.', 1],
    ['1.000', 1],
    ['"0.5"', 0.5],
    ['', 1],
    ['2', 1],
    ['1.5', 1],
    ['00', 1],
    ['00.5', 1],
    ['-0.5', 1],
    ['.5', 1],
    ['0.5x', 1],
    ['x0.5', 1],
    ['0.x', 1],
    ['0x0', 1],
    ['low', 1],
  ])('reads the weight %s as %s, and 1 for what is none', (q, weight) => {
    expect(parseAccept(`a/b;q=${q}`).ranges.map((range) => range.q)).toEqual([weight]);
    expect(acceptWeight(`a/b;q=${q}`, 'a/b')).toBe(weight);
  });

  it.each<[header: string | undefined, type: string, weight: number]>([
    [undefined, 'a/b', 1],
    ['', 'a/b', 1],
    ['  ', 'a/b', 1],
    [undefined, 'nonsense', 1],
    ['a/b', 'a/b', 1],
    ['A/B', 'a/b', 1],
    ['a/b', 'A/B; x=y', 1],
    ['a/b', 'a/c', 0],
    ['a/*', 'a/b', 1],
    ['a/*', 'b/a', 0],
    ['*/*', 'a/b', 1],
    ['*/*;q=0.1', 'a/b', 0.1],
    ['b/*, */*;q=0.2', 'a/b', 0.2],
    ['a/b;q=0.1, a/*;q=0.2, */*;q=0.3', 'a/b', 0.1],
    ['*/*;q=0.3, a/*;q=0.2, a/b;q=0.1', 'a/b', 0.1],
    ['a/*;q=0.2, */*;q=0.3', 'a/b', 0.2],
    ['a/b;q=0, */*', 'a/b', 0],
    ['a/*;q=0, */*', 'a/b', 0],
    ['a/b;q=0.9, a/b;q=0.1', 'a/b', 0.9],
    ['a/b;q=0.1, a/b;q=0.9', 'a/b', 0.9],
    ['a/b;q=0.4;level=1', 'a/b', 0.4],
    ['nonsense', 'a/b', 0],
    [',', 'a/b', 0],
    ['a/b', 'nonsense', 0],
    ['*/*', 'nonsense', 0],
    ['c/b', 'a/b', 0],
  ])('%s gives %s the weight %s', (header, type, weight) => {
    expect(acceptWeight(header, type)).toBe(weight);
    expect(accepts(header, type)).toBe(weight > 0);
  });
});
