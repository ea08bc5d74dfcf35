import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { addressOf, resembles } from '../../harness/oracles/content-common.js';

const web = fc.webUrl({ withQueryParameters: true, withFragments: true, validSchemes: ['http', 'https'] });

describe('addresses of transfers', () => {
  it('keep path and query of any web address as they stand', () => {
    fc.assert(
      fc.property(web, (url) => {
        const [beforeFragment = ''] = url.split('#');
        const address = addressOf(url);
        expect(address?.target.startsWith('/')).toBe(true);
        expect(beforeFragment.toLowerCase()).toContain(address?.authority);
        expect(
          beforeFragment.endsWith(address?.target ?? '?') ||
            address?.target.startsWith('/?') ||
            address?.target === '/',
        ).toBe(true);
      }),
    );
  });

  it('resemble what loses its query, its escapes or gains a slash, and not themselves or others', () => {
    expect(resembles('/a%2Fb', '/a%2Fb?x=1')).toBe(true);
    expect(resembles('/a/b?x=1', '/a%2Fb?x=1')).toBe(true);
    expect(resembles('/a/', '/a')).toBe(true);
    expect(resembles('/a', '/a')).toBe(false);
    expect(resembles('/b', '/a')).toBe(false);
    expect(resembles('/%', '/%25')).toBe(true);
  });

  it('are undefined for anything else', () => {
    fc.assert(fc.property(fc.string(), (text) => /^https?:\/\/[^/?#]/i.test(text) || addressOf(text) === undefined));
  });
});
