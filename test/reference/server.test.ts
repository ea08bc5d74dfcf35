import { describe, expect, it } from 'vitest';
import { MEDIA } from '../../harness/protocol/media-types.js';
import { VirtualClock } from '../../harness/reference/clock.js';
import type { ServerEvent } from '../../harness/reference/server-core.js';
import { headerValue } from '../../harness/stimuli/peer.js';
import type { CommandList } from '../../harness/stimuli/plan.js';
import { commandsOf, cookieOf, GET_A, GET_B, setUp, TWICE } from './server-support.js';

describe('the plan', () => {
  it('is END when nothing is queued', async () => {
    const { one } = setUp();
    const reply = await one();
    expect(reply.status).toBe(200);
    expect(headerValue(reply.headers, 'content-type')).toBe(MEDIA.request);
    expect(commandsOf(reply)).toEqual([['END']]);
  });

  it('is sent in its order, then END', async () => {
    const { server, one, three } = setUp();
    server.queue('D1', [TWICE, GET_A]);
    expect(commandsOf(await one())).toEqual(TWICE);
    expect(commandsOf(await three([200, 404]))).toEqual(GET_A);
    expect(commandsOf(await three([500]))).toEqual([['END']]);
  });

  it('belongs to one session up to its END; later calls append', async () => {
    const { server, one } = setUp();
    server.queue('D1', [GET_A]);
    server.queue('D1', [[...GET_B, ['END']], [['END']]]);
    expect(commandsOf(await one())).toEqual(GET_A);
    // A #1 in mid-session starts over (D-26).
    expect(commandsOf(await one())).toEqual(GET_A);
  });

  it('may compute its turns from the reports', async () => {
    const { one, three } = setUp({
      planFor: () => ({
        turns: [{ commands: GET_A }, { commands: ({ reports }) => [['GET', String(reports[0]?.statuses[0]?.sc)]] }],
      }),
    });
    await one();
    expect(commandsOf(await three([404]))).toEqual([['GET', '404']]);
  });

  it('may carry any body, status, type and delivery', async () => {
    const { one } = setUp({
      planFor: () => ({
        turns: [
          {
            commands: [],
            body: Buffer.from('{'),
            status: 503,
            contentType: 'text/plain',
            delivery: { framing: 'chunked' },
          },
        ],
      }),
    });
    expect(await one()).toMatchObject({ status: 503, body: Buffer.from('{'), delivery: { framing: 'chunked' } });
  });

  it('is over with a reply that can bring no #3', async () => {
    const { server, one } = setUp();
    server.queuePlan('D1', { turns: [{ commands: GET_A, status: 503 }] });
    expect((await one()).status).toBe(503);
    expect(commandsOf(await one())).toEqual([['END']]);
  });
});

describe('sessions', () => {
  it('of different devices are never mixed', async () => {
    const { server, one, three } = setUp();
    server.queue('D1', [GET_A, GET_A]);
    server.queue('D2', [GET_B, GET_B]);
    expect(commandsOf(await one({ device: 'D1' }))).toEqual(GET_A);
    expect(commandsOf(await one({ device: 'D2' }))).toEqual(GET_B);
    expect(commandsOf(await three([200], { device: 'D1' }))).toEqual(GET_A);
    expect(commandsOf(await three([200], { device: 'D2' }))).toEqual(GET_B);
  });

  it('are served at any address of the endpoint, so that a CONT works', async () => {
    const { server, one, three } = setUp();
    server.queue('D1', [[['CONT', 'http://dm.test/dm/next?x=1']], GET_B]);
    await one();
    expect(commandsOf(await three([200], { target: '/dm/next?x=1' }))).toEqual(GET_B);
  });

  it('end with END: what comes then is refused, and a fresh #1 is served', async () => {
    const { one, three } = setUp();
    await one();
    expect(await three([200])).toMatchObject({ status: 409, body: Buffer.alloc(0) });
    expect(commandsOf(await one())).toEqual([['END']]);
  });

  it('that were never opened are refused', async () => {
    const { three } = setUp();
    expect((await three([200])).status).toBe(409);
  });

  it('that were replaced are recognised by their cookie', async () => {
    const { server, one, three } = setUp();
    server.queue('D1', [GET_A]);
    const old = cookieOf(await one());
    const fresh = cookieOf(await one());
    expect((await three([200], { cookie: old })).status).toBe(409);
    expect(commandsOf(await three([200], { cookie: fresh }))).toEqual([['END']]);
  });

  it('are kept in bounded number', async () => {
    const { server, one, three } = setUp({ maxSessions: 100 });
    for (let device = 0; device < 1000; device += 1) {
      server.queue(`D${device}`, [GET_A]);
      await one({ device: `D${device}` });
    }
    expect(server.sessions).toBe(100);
    expect((await three([200], { device: 'D0' })).status).toBe(409);
  });

  it('with nothing to do leave no trace', async () => {
    const { server, one } = setUp();
    await one();
    expect(server.sessions).toBe(0);
  });

  it('are kept for a bounded time', async () => {
    const clock = new VirtualClock();
    const { server, one, three } = setUp({ clock, idleMs: 1000 });
    server.queue('D1', [GET_A]);
    await one();
    await clock.advance(1001);
    expect((await three([200])).status).toBe(409);
    server.queue('D2', [GET_A]);
    for (let again = 0; again < 64; again += 1) await one({ device: 'D2' });
    expect(server.sessions).toBe(1);
  });

  it('are told to whoever drives the server', async () => {
    const events: ServerEvent[] = [];
    const { server, one, three } = setUp({ onEvent: (event) => events.push(event) });
    server.queue('D1', [GET_A]);
    await one();
    await three([200]);
    await three([200]);
    expect(events.map(({ kind }) => kind)).toEqual(['opened', 'report', 'ended', 'refused']);
  });
});

describe('a #3 that comes twice (D-31)', () => {
  const plan: readonly CommandList[] = [GET_A, GET_B, TWICE];

  it('gets the same answer again when its cookie says that the answer was lost', async () => {
    const { server, one, three } = setUp();
    server.queue('D1', plan);
    const cookie = cookieOf(await one());
    expect(commandsOf(await three([200], { cookie }))).toEqual(GET_B);
    const again = await three([200], { cookie });
    expect(commandsOf(again)).toEqual(GET_B);
    expect(commandsOf(await three([200], { cookie: cookieOf(again) }))).toEqual(TWICE);
  });

  it('gets the same answer again when it cannot answer the last #2, also without a cookie', async () => {
    const { server, one, three } = setUp();
    server.queue('D1', [GET_A, TWICE, GET_B]);
    await one();
    expect(commandsOf(await three([200]))).toEqual(TWICE);
    expect(commandsOf(await three([200]))).toEqual(TWICE);
    expect(commandsOf(await three([200, 200]))).toEqual(GET_B);
  });

  it('is told from an equal #3 that answers the next package', async () => {
    const { server, one, three } = setUp();
    server.queue('D1', plan);
    await one();
    expect(commandsOf(await three([200]))).toEqual(GET_B);
    expect(commandsOf(await three([200]))).toEqual(TWICE);
  });

  it('is guessed at once for each #2, so that no client is kept in a package for ever', async () => {
    const { server, one, three } = setUp();
    server.queue('D1', [GET_A, TWICE, GET_B]);
    await one();
    const replies: unknown[] = [];
    for (let round = 0; round < 4; round += 1) replies.push(commandsOf(await three([200])));
    expect(replies).toEqual([TWICE, TWICE, GET_B, [['END']]]);
  });

  it('is recognised by the data that it carries', async () => {
    const { server, one, send } = setUp();
    server.queue('D1', plan);
    const body = Buffer.from('{"Status":[{"sc":200,"MO":[{"ClientURI":"urn:a:1//a","MOData":{"a":1}}]}]}');
    await one();
    expect(commandsOf(await send(MEDIA.response, { body }))).toEqual(GET_B);
    expect(commandsOf(await send(MEDIA.response, { body }))).toEqual(GET_B);
  });
});
