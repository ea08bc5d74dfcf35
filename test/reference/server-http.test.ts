import { describe, expect, it } from 'vitest';
import { MEDIA } from '../../harness/protocol/media-types.js';
import { headerValue } from '../../harness/stimuli/peer.js';
import { commandsOf, cookieOf, GET_A, ONE, setUp } from './server-support.js';
import { request } from './support.js';

describe('what is refused', () => {
  const { server, one } = setUp();

  it.each(['GET', 'PUT', 'DELETE', 'OPTIONS', 'HEAD'])('%s: 405 with Allow', async (method) => {
    const reply = await server.handle(request({ method, body: Buffer.alloc(0) }));
    expect(reply.status).toBe(405);
    expect(headerValue(reply.headers, 'allow')).toBe('POST');
  });

  it.each<[number, string, Readonly<Record<string, string>>]>([
    [415, 'another type', { 'Content-Type': 'text/xml' }],
    [200, 'plain JSON, as the refusal says', { 'Content-Type': 'application/json' }],
    [415, 'no type', { 'Content-Type': '' }],
    [406, 'an Accept without the request type', { Accept: 'text/html' }],
    [406, 'an Accept that excludes it', { Accept: `*/*, ${MEDIA.request};q=0` }],
    [200, 'an Accept that allows it', { Accept: 'text/html;q=0.9, application/*' }],
    [
      200,
      'a type in another case with parameters',
      { 'Content-Type': `${MEDIA.initiation.toUpperCase()}; charset=utf-8` },
    ],
  ])('%i: %s', async (status, _what, fields) => {
    expect((await one({ fields })).status).toBe(status);
  });

  it('400: no OMADM-DevID', async () => {
    const fields = { 'Content-Type': MEDIA.initiation, Accept: MEDIA.request };
    expect((await server.handle(request({ fields }))).status).toBe(400);
  });

  it.each(['', '{', '[]', '{} {}', '{"Alert":{}}', '\uFEFF{}'])('400: a #1 that is %j', async (text) => {
    expect(await one({ body: Buffer.from(text) })).toMatchObject({ status: 400, body: Buffer.alloc(0) });
  });

  it('400: a malformed #3, after which the session goes on', async () => {
    const { server: other, one: open, three, send } = setUp();
    other.queue('D1', [GET_A]);
    await open();
    expect((await send(MEDIA.response, { body: Buffer.from('{"Status":3}') })).status).toBe(400);
    expect(commandsOf(await three([200]))).toEqual([['END']]);
  });
});

describe('a lenient server', () => {
  it('goes on wherever it can tell what was meant', async () => {
    const { server } = setUp({ tolerance: 'lenient' });
    server.queue('', [GET_A]);
    const open = await server.handle(request({ method: 'PUT', body: ONE }));
    expect(commandsOf(open)).toEqual(GET_A);
    const body = Buffer.from('{"Status":[{"sc":"200"}]}');
    expect(commandsOf(await server.handle(request({ body })))).toEqual([['END']]);
  });

  it('finds a session by its cookie when the device has changed its name', async () => {
    const { server, one, three } = setUp({ tolerance: 'lenient' });
    server.queue('D1', [GET_A]);
    const cookie = cookieOf(await one());
    expect(commandsOf(await three([200], { device: 'other', cookie }))).toEqual([['END']]);
  });

  it('still refuses what has no meaning', async () => {
    const { server } = setUp({ tolerance: 'lenient' });
    expect((await server.handle(request({ method: 'GET', body: Buffer.alloc(0) }))).status).toBe(405);
    expect((await server.handle(request({ body: Buffer.from('{') }))).status).toBe(400);
  });
});
