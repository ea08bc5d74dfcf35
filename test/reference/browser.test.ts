import { describe, expect, it } from 'vitest';
import { ChromiumBrowser } from '../../harness/reference/chromium-browser.js';
import { realClock } from '../../harness/reference/clock.js';
import { findBrowser } from '../../harness/reference/find-browser.js';
import { serveHttp } from '../../harness/reference/http-front.js';

describe('the search for a browser', () => {
  it('takes the one that the environment names, or says why not', () => {
    expect(findBrowser({ DMCONFORM_BROWSER: process.execPath })).toEqual({ path: process.execPath });
    expect(findBrowser({ DMCONFORM_BROWSER: '/not/there' }).reason).toContain('/not/there');
  });
});

const found = findBrowser();

// Without a browser on this machine there is nothing to test here; the suite's own scenarios say so.
describe.skipIf(found.path === undefined)('the browser component', () => {
  it('loads each page once, exactly as given, and nothing else', async () => {
    const targets: string[] = [];
    let loaded: () => void = () => undefined;
    const both = new Promise<void>((resolve) => {
      loaded = resolve;
    });
    const front = await serveHttp(({ target }) => {
      targets.push(target);
      if (targets.length === 2) loaded();
      const body = Buffer.from('<!doctype html><link rel="icon" href="data:,"><p>A page.');
      return { status: 200, headers: [['Content-Type', 'text/html']], body };
    });
    const browser = new ChromiumBrowser(found.path ?? '', realClock);
    await browser.launch(`${front.origin}/one?ui=a%26b`);
    await browser.launch(`${front.origin}/two`);
    await both;
    await browser.close();
    await front.close();
    expect(targets.sort()).toEqual(['/one?ui=a%26b', '/two']);
  });

  it('shows nothing but web addresses', async () => {
    await expect(new ChromiumBrowser(found.path ?? '', realClock).launch('file:///etc/hosts')).rejects.toThrow(
      'cannot show',
    );
  });

  it('says so when it cannot start', async () => {
    const broken = new ChromiumBrowser('/bin/false', realClock);
    await expect(broken.launch('http://127.0.0.1:9/')).rejects.toThrow();
    await broken.close();
  });
});
