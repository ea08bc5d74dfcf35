import { Readable } from 'node:stream';
import { request } from 'undici';
import { afterAll, describe, expect, it } from 'vitest';
import { EventBus } from '../../harness/recorder/bus.js';
import { WebServer } from '../../harness/run/web-server.js';
import type { TraceEvent } from '../../harness/trace/event.js';

const bus = new EventBus();
const events: TraceEvent[] = [];
bus.subscribe((event) => events.push(event));
const server = new WebServer({
  onSocket: () => undefined,
  tap: { bus, local: 'repository', remote: 'client', claim: () => 'g' },
});
const missing = await server.start();
afterAll(() => server.close());

// Where there is no nginx the suite's own scenarios are inconclusive; there is nothing to test then.
describe.skipIf(missing !== undefined)('the ordinary web server', () => {
  it('gives files by their media types', async () => {
    server.put('/x/g/value.json', '[]');
    const answer = await request(`${server.origin ?? ''}/x/g/value.json`);
    expect([answer.statusCode, answer.headers['content-type'], await answer.body.text()]).toEqual([
      200,
      'application/dmmo+json',
      '[]',
    ]);
  });

  it('takes PUT by length or in chunks, gives it back, and takes POST', async () => {
    const url = `${server.origin ?? ''}/x/g/deep/down`;
    async function* chunks() {
      yield Buffer.from('one');
      yield await Promise.resolve(Buffer.from('two'));
    }
    const puts = [
      await request(url, { method: 'PUT', body: 'first' }),
      await request(url, { method: 'PUT', body: Readable.from(chunks()) }),
    ];
    expect(puts.map(({ statusCode }) => statusCode)).toEqual([201, 204]);
    expect(await (await request(url)).body.text()).toBe('onetwo');
    expect((await request(url, { method: 'POST', body: 'x' })).statusCode).toBe(201);
  });

  it('is recorded like any other repository', () => {
    const kinds = events.filter(({ kind }) => kind === 'http-request' || kind === 'http-response');
    expect(kinds.length).toBeGreaterThanOrEqual(8);
    expect(kinds.every(({ scenario }) => scenario === 'g')).toBe(true);
  });

  it('leaves nothing behind', async () => {
    const url = server.origin ?? '';
    await server.close();
    await expect(request(url)).rejects.toThrow();
  });
});
