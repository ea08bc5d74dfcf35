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
