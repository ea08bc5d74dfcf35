import { createHash } from 'node:crypto';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  algorithmOf,
  digestResponse,
  offersAuth,
  readBasic,
  readChallenges,
  readCredentials,
  writeAuth,
  writeBasic,
  writeDigest,
} from '../../harness/protocol/http-auth.js';

const MUFASA = {
  user: 'Mufasa',
  password: 'Circle of Life',
  realm: 'http-auth@example.org',
  nonce: '7ypf/xlj9XXwfDPEoM4URrv/xwf94BcCAzFZH4GiTo0v',
  nc: '00000001',
  cnonce: 'f2/wE4q74E6zIJEtWaHKaf5wv/H5QzzpXusqGemxURZJ',
  method: 'GET',
  uri: '/dir/index.html',
} as const;

describe('challenges', () => {
  it('are read from one field each, or several from one', () => {
    const fields = ['Digest realm="a, \\"b\\"", qop="auth,auth-int" , nonce=abc', 'Basic realm="x"'];
    const apart = readChallenges(fields);
    expect(apart.map(({ scheme }) => scheme)).toEqual(['digest', 'basic']);
    expect(apart[0]?.params.get('realm')).toBe('a, "b"');
    expect(apart[0]?.params.get('nonce')).toBe('abc');
    expect(readChallenges([fields.join(', ')])).toEqual(apart);
  });

  it('without parameters, and with a token, are told apart from parameters', () => {
    const read = readChallenges(['Negotiate, NTLM abc==, , Basic  REALM = "q"']);
    expect(read.map(({ scheme, token }) => [scheme, token])).toEqual([
      ['negotiate', undefined],
      ['ntlm', 'abc=='],
      ['basic', undefined],
    ]);
    expect(read[2]?.params).toEqual(new Map([['realm', 'q']]));
  });

  it('say their algorithm and their quality of protection', () => {
    const [md5, sha, other] = readChallenges(['Digest qop="auth", Digest algorithm=sha-256, Digest algorithm="X"']);
    expect([md5, sha, other].map((item) => item && algorithmOf(item))).toEqual(['MD5', 'SHA-256', undefined]);
    expect([md5, sha].map((item) => item && offersAuth(item))).toEqual([true, false]);
  });

  it('of any text are read without an exception', () => {
    fc.assert(
      fc.property(fc.string(), (text) => {
        expect(Array.isArray(readChallenges([text]))).toBe(true);
      }),
    );
  });

  it('that were written are read as they were', () => {
    const name = fc.stringMatching(/^[a-z][a-z0-9-]{0,8}$/);
    const params = fc.uniqueArray(fc.tuple(name, fc.string({ unit: 'grapheme-ascii' })), { selector: ([key]) => key });
    fc.assert(
      fc.property(name, params, (scheme, list) => {
        fc.pre(list.length > 0);
        expect(readCredentials(writeAuth(scheme, list))).toEqual({ scheme, token: undefined, params: new Map(list) });
      }),
    );
  });
});

describe('credentials', () => {
  it('of Basic come back as they were, in UTF-8', () => {
    fc.assert(
      fc.property(fc.stringMatching(/^[^:]*$/), fc.string({ unit: 'grapheme' }), (user, password) => {
        const read = readCredentials(writeBasic(user, password));
        expect(read && readBasic(read)).toEqual({ user: Buffer.from(user).toString(), password });
      }),
    );
  });

  it('of Digest are those of the examples of RFC 7616 3.9.1', () => {
    expect(digestResponse({ ...MUFASA, algorithm: 'MD5' })).toBe('8ca523f5e9506fed4657c9700eebdbec');
    const sha = '753927fa0e85d155564e2e272a28d1802ca10daf4496794697cf8db5856cb6c1';
    expect(readCredentials(writeDigest({ ...MUFASA, algorithm: 'SHA-256' }, 'o'))?.params.get('response')).toBe(sha);
  });

  it('that are none are none', () => {
    expect(readCredentials(undefined)).toBeUndefined();
    expect(readCredentials('')).toBeUndefined();
    expect(readBasic({ scheme: 'basic', token: 'YQ==', params: new Map() })).toBeUndefined();
  });
});

describe('what an Authorization field holds', () => {
  const params = (entries: Readonly<Record<string, string>>) => new Map(Object.entries(entries));

  it.each<[value: string, scheme: string, token: string | undefined, list: Record<string, string>]>([
    ['Basic', 'basic', undefined, {}],
    ['Basic YQ==', 'basic', 'YQ==', {}],
    [' ,\tBasic\tYQ==\t', 'basic', 'YQ==', {}],
    ['Bearer a.b_c~d+e/f-0==', 'bearer', 'a.b_c~d+e/f-0==', {}],
    ['Digest a=b', 'digest', undefined, { a: 'b' }],
    ['Digest A = "b" , c= d', 'digest', undefined, { a: 'b', c: 'd' }],
    ['Digest a="", b="\\\\\\"", c=e', 'digest', undefined, { a: '', b: '\\"', c: 'e' }],
    ['Digest a="x\\\ny"', 'digest', undefined, { a: 'x\ny' }],
    ['Digest a=1, A=2', 'digest', undefined, { a: '1' }],
    ['Digest a=1,, ,b=2', 'digest', undefined, { a: '1', b: '2' }],
    ['Digest a=', 'digest', 'a=', {}],
    ['Digest a=1, b=', 'digest', undefined, { a: '1' }],
    ['Digest a="b', 'digest', undefined, {}],
    ['Digest a=1, b=(, c=2', 'digest', undefined, { a: '1' }],
    ['Digest a=1 (, c=2', 'digest', undefined, { a: '1' }],
    ['a=b', 'a', undefined, {}],
    ['a', 'a', undefined, {}],
  ])('%s', (value, scheme, token, list) => {
    expect(readCredentials(value)).toEqual({ scheme, token, params: params(list) });
  });

  it.each(['', ' , ', '=x', '"x"', '(', '\u00e9'])('"%s" is nothing', (value) => {
    expect(readCredentials(value)).toBeUndefined();
    expect(readChallenges([value])).toEqual([]);
  });

  it('may be several challenges', () => {
    const read = readChallenges(['A x=1, B, C t0k, D y="2", y=3 , z=4', 'E']);
    expect(read.map(({ scheme, token, params: list }) => [scheme, token, Object.fromEntries(list)])).toEqual([
      ['a', undefined, { x: '1' }],
      ['b', undefined, {}],
      ['c', 't0k', {}],
      ['d', undefined, { y: '2', z: '4' }],
      ['e', undefined, {}],
    ]);
  });
});

describe('Basic', () => {
  const item = (token: string | undefined, scheme = 'basic') => ({ scheme, token, params: new Map<string, string>() });

  it('is user, colon and password in UTF-8 (RFC 7617 2)', () => {
    expect(writeBasic('Aladdin', 'open sesame')).toBe('Basic QWxhZGRpbjpvcGVuIHNlc2FtZQ==');
    expect(writeBasic('test', '123\u00a3')).toBe('Basic dGVzdDoxMjPCow==');
    expect(readBasic(item('dGVzdDoxMjPCow=='))).toEqual({ user: 'test', password: '123\u00a3' });
    expect(readBasic(item('YTpiOmM='))).toEqual({ user: 'a', password: 'b:c' });
    expect(readBasic(item('Og=='))).toEqual({ user: '', password: '' });
  });

  it('is not what another scheme holds, nor what has no token or no colon', () => {
    expect([readBasic(item('YTpi', 'digest')), readBasic(item(undefined)), readBasic(item('YQ=='))]).toEqual([
      undefined,
      undefined,
      undefined,
    ]);
  });
});

describe('Digest', () => {
  it('is written as in the example of RFC 7616 3.9.1', () => {
    const input = { ...MUFASA, algorithm: 'MD5' } as const;
    const wanted = [
      'Digest username="Mufasa"',
      'realm="http-auth@example.org"',
      'uri="/dir/index.html"',
      'algorithm=MD5',
      'nonce="7ypf/xlj9XXwfDPEoM4URrv/xwf94BcCAzFZH4GiTo0v"',
      'nc=00000001',
      'cnonce="f2/wE4q74E6zIJEtWaHKaf5wv/H5QzzpXusqGemxURZJ"',
      'qop=auth',
      'response="8ca523f5e9506fed4657c9700eebdbec"',
    ];
    expect(writeDigest(input)).toBe(wanted.join(', '));
    expect(writeDigest(input, 'a"b')).toBe([...wanted, 'opaque="a\\"b"'].join(', '));
    expect(writeDigest(input, '')).toBe([...wanted, 'opaque=""'].join(', '));
  });

  it('hashes its words in UTF-8', () => {
    const input = { ...MUFASA, user: 'J\u00e4s\u00f8n', algorithm: 'SHA-256' } as const;
    const hash = (text: string) => createHash('sha256').update(Buffer.from(text, 'utf8')).digest('hex');
    const { realm, password, nonce, nc, cnonce } = MUFASA;
    const wanted = hash(
      `${hash(`J\u00e4s\u00f8n:${realm}:${password}`)}:${nonce}:${nc}:${cnonce}:auth:${hash('GET:/dir/index.html')}`,
    );
    expect(digestResponse(input)).toBe(wanted);
  });

  const digest = (list: Readonly<Record<string, string>>) => ({
    scheme: 'digest',
    token: undefined,
    params: new Map(Object.entries(list)),
  });

  it.each<[algorithm: string | undefined, known: string | undefined]>([
    [undefined, 'MD5'],
    ['MD5', 'MD5'],
    ['md5', 'MD5'],
    ['sha-256', 'SHA-256'],
    ['SHA-256', 'SHA-256'],
    ['MD5-sess', undefined],
    ['SHA-512-256', undefined],
    ['', undefined],
  ])('with algorithm=%s speaks %s', (algorithm, known) => {
    expect(algorithmOf(digest(algorithm === undefined ? {} : { algorithm }))).toBe(known);
  });

  it.each<[qop: string | undefined, offers: boolean]>([
    ['auth', true],
    ['AUTH', true],
    ['auth-int, auth', true],
    ['auth ,auth-int', true],
    ['auth-int', false],
    ['authentic', false],
    ['', false],
    [undefined, false],
  ])('with qop="%s" can be answered with auth: %s', (qop, offers) => {
    expect(offersAuth(digest(qop === undefined ? {} : { qop }))).toBe(offers);
  });
});
