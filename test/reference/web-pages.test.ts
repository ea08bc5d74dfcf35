import { describe, expect, it } from 'vitest';
import { WebPages } from '../../harness/reference/web-pages.js';
import { request } from './support.js';

const URI = 'http://127.0.0.1:1/pages/choice?ui=1';

async function at(pages: WebPages, method: string, target: string, body = '') {
  return await pages.handle(request({ method, target, body: Buffer.from(body), fields: {} }));
}

describe('the web pages of the server', () => {
  it('ask the user, and turn the answer into a command of the device, once', async () => {
    const pages = new WebPages();
    pages.shown([['SHOW', URI]], 'a');
    expect((await at(pages, 'GET', '/pages/choice?ui=1')).body.toString()).toContain('<form method="post">');
    expect(pages.takeAnswers('a')).toEqual([]);
    expect((await at(pages, 'POST', '/pages/choice?ui=1', 'choice=Mod')).status).toBe(200);
    expect(pages.takeAnswers('b')).toEqual([]);
    expect(pages.takeAnswers('a')).toEqual([['GET', 'urn:oma:mo:oma-dm-devinfo:1.2//Mod']]);
    expect(pages.takeAnswers('a')).toEqual([]);
  });

  it('tell UI sessions apart by their URIs', async () => {
    const pages = new WebPages();
    pages.shown([['SHOW', URI]], 'a');
    pages.shown([['SHOW', URI.replace('ui=1', 'ui=2')]], 'b');
    await at(pages, 'POST', '/pages/choice?ui=2', 'choice=Man');
    expect([pages.takeAnswers('a').length, pages.takeAnswers('b').length]).toEqual([0, 1]);
  });

  it('refuse what was none of the choices, and answers to no UI session', async () => {
    const pages = new WebPages();
    pages.shown([['SHOW', URI]], 'a');
    expect((await at(pages, 'POST', '/pages/choice?ui=1', 'choice=%00')).status).toBe(400);
    await at(pages, 'POST', '/pages/choice?ui=9', 'choice=Man');
    expect((await at(pages, 'GET', '/pages/other')).status).toBe(404);
    expect((await at(pages, 'PUT', '/pages/choice')).status).toBe(405);
    expect(pages.takeAnswers('a')).toEqual([]);
  });
});
