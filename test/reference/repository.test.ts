import { describe, expect, it } from 'vitest';
import { MEDIA } from '../../harness/protocol/media-types.js';
import { RepositoryCore } from '../../harness/reference/repository-core.js';
import { headerValue } from '../../harness/stimuli/peer.js';
import { request } from './support.js';

async function ask(core: RepositoryCore, method: string, target: string, body = '', type = 'text/plain') {
  return await core.handle(request({ method, target, body: Buffer.from(body), fields: { 'Content-Type': type } }));
}

describe('the repository', () => {
  it('knows nothing at first', async () => {
    expect((await ask(new RepositoryCore(), 'GET', '/a')).status).toBe(404);
    expect((await ask(new RepositoryCore(), 'DELETE', '/a')).status).toBe(405);
  });

  it('answers in turn, the last answer for ever', async () => {
    const core = new RepositoryCore();
    core.serve('/a', { body: '[]' }, { status: 503 });
    const first = await ask(core, 'GET', '/a');
    expect(headerValue(first.headers, 'content-type')).toBe(MEDIA.mo);
    expect([first.status, (await ask(core, 'GET', '/a')).status, (await ask(core, 'GET', '/a')).status]).toEqual([
      200, 503, 503,
    ]);
  });

  it('tells queries apart where it was told to', async () => {
    const core = new RepositoryCore();
    core.serve('/a', { body: 'any' });
    core.serve('/a?x=1', ({ target }) => ({ body: target }));
    expect(String((await ask(core, 'GET', '/a?x=2')).body)).toBe('any');
    expect(String((await ask(core, 'GET', '/a?x=1')).body)).toBe('/a?x=1');
  });

  it('keeps what is put and posted, in order, and gives back what was put', async () => {
    const core = new RepositoryCore();
    await ask(core, 'PUT', '/a?q', 'one', 'image/png');
    await ask(core, 'POST', '/a', 'two');
    expect(core.uploads('/a').map(({ method, target, body }) => `${method} ${target} ${body}`)).toEqual([
      'PUT /a?q one',
      'POST /a two',
    ]);
    const back = await ask(core, 'GET', '/a');
    expect([headerValue(back.headers, 'content-type'), String(back.body)]).toEqual(['image/png', 'one']);
    core.reset();
    expect((await ask(core, 'GET', '/a')).status).toBe(404);
  });

  it('keeps a bounded number of uploads', async () => {
    const core = new RepositoryCore();
    for (let upload = 0; upload < 10_005; upload += 1) await ask(core, 'PUT', '/a', String(upload));
    expect(core.uploads('/a')).toHaveLength(10_000);
    expect(String(core.uploads('/a')[0]?.body)).toBe('5');
  });

  it('may refuse an upload that it stores all the same', async () => {
    const core = new RepositoryCore();
    core.answer('PUT', '/a', { status: 503 });
    expect((await ask(core, 'PUT', '/a', 'x')).status).toBe(503);
    expect(core.uploads('/a')).toHaveLength(1);
  });

  it('shows pages', async () => {
    const core = new RepositoryCore();
    core.page('/page', 'Hello', '<p>there</p>');
    const page = await ask(core, 'GET', '/page');
    expect(headerValue(page.headers, 'content-type')).toContain('text/html');
    expect(String(page.body)).toContain('<p>there</p>');
  });
});
