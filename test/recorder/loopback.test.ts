import { afterEach, describe, expect, it } from 'vitest';
import type { PeerHandler } from '../../harness/stimuli/peer.js';
import { WireTransport } from '../../harness/stimuli/wire-transport.js';
import { ofKind, type Recorded, recordedServer, until } from './helpers.js';

const open: { close(): Promise<void> }[] = [];

afterEach(async () => {
  for (const one of open.splice(0).reverse()) await one.close();
});

const echo: PeerHandler = (request) => ({
  status: 200,
  headers: [['X-Target', request.target]],
  body: Buffer.from(`${request.method} ${request.body.toString('latin1')}`),
});

async function start(handler: PeerHandler = echo): Promise<Recorded & { raw: WireTransport }> {
  const recorded = await recordedServer(handler);
  const raw = new WireTransport({ patienceMs: 2000 });
  open.push(recorded.server, raw);
  return { ...recorded, raw };
}

const bytes = (text: string): Buffer => Buffer.from(text, 'latin1');
const byByte = (text: string): Buffer[] => [...bytes(text)].map((byte) => Buffer.from([byte]));

describe('a tapped server and a raw client', () => {
  it('records a request that comes byte by byte once, with its pieces and its first byte', async () => {
    const { server, events, raw } = await start();
    const text = 'POST /t-1/dm HTTP/1.1\r\nhOsT:  h \r\nContent-Length: 5\r\n\r\nhello';
    const answer = await raw.sendRaw(server.origin, byByte(text), { pauseMs: 1 });
    expect(answer.messages[0]?.body.toString()).toBe('POST hello');
    const [request, ...others] = ofKind(events, 'http-request');
    expect(others).toEqual([]);
    expect(request).toMatchObject({ method: 'POST', target: '/t-1/dm', scenario: 't-1', from: 'client', to: 'server' });
    expect(request?.headers[0]).toEqual(['hOsT', 'h']);
    expect(request?.rawHead).toContain('hOsT:  h \r\n');
    expect(request?.body).toEqual({ size: 5, text: 'hello' });
    const segments = request?.framing.segments ?? [];
    expect(segments.reduce((sum, size) => sum + size, 0)).toBe(text.length);
    expect(segments.length).toBeGreaterThan(text.length / 2);
    expect(request?.began ?? 0).toBeLessThan((request?.t ?? 0) - 20);
  });

  it('answers pipelined requests in order, each exchange with its own scenario', async () => {
    const { server, events, raw } = await start(async (request) => {
      await new Promise((resolve) => setTimeout(resolve, request.target.includes('slow') ? 30 : 0));
      return echo(request);
    });
    const two = bytes(
      'GET /t-1/slow HTTP/1.1\r\nHost: h\r\n\r\nHEAD /t-2/quick HTTP/1.1\r\nHost: h\r\n\r\nGET /t-3/x HTTP/1.1\r\nHost: h\r\n\r\n',
    );
    const answer = await raw.sendRaw(server.origin, [two]);
    expect(answer.closed).toBe('open');
    expect(answer.messages.map((message) => message.headers[0]?.[1])).toEqual(['/t-1/slow', '/t-2/quick', '/t-3/x']);
    const requests = ofKind(events, 'http-request');
    const responses = ofKind(events, 'http-response');
    expect(requests.map((event) => event.scenario)).toEqual(['t-1', 't-2', 't-3']);
    expect(responses.map((event) => event.scenario)).toEqual(['t-1', 't-2', 't-3']);
    expect(responses.map((event) => event.exchange)).toEqual(requests.map((event) => event.exchange));
    expect(new Set(requests.map((event) => event.exchange)).size).toBe(3);
    expect(responses[1]?.body).toEqual({ size: 0 });
  });

  it('records a request before the handler sees it', async () => {
    const seen: number[] = [];
    const { server, events, raw } = await start((request) => {
      seen.push(ofKind(events, 'http-request').length);
      return echo(request);
    });
    await raw.sendRaw(server.origin, [bytes('GET / HTTP/1.1\r\nHost: h\r\n\r\n')]);
    expect(seen).toEqual([1]);
  });

  it('reads chunks, whatever their sizes, and keeps the sizes', async () => {
    const { server, events, raw } = await start();
    const answer = await raw.sendRaw(server.origin, [
      bytes('PUT /t-1 HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\n3;x=y\r\nabc\r\n'),
      bytes('A\r\n0123456789\r\n0\r\nX-Trailer: 1\r\n\r\n'),
    ]);
    expect(answer.messages[0]?.body.toString()).toBe('PUT abc0123456789');
    const [request] = ofKind(events, 'http-request');
    expect(request?.framing).toMatchObject({ by: 'chunked', chunks: [3, 10] });
    expect(request?.defect).toBeUndefined();
  });

  it('answers garbage with 400 and a close, and records it with its defect', async () => {
    const { server, events, raw } = await start();
    const answer = await raw.sendRaw(server.origin, [bytes('\x16\x03\x01 no http at all\r\n\r\n')], { lingerMs: 500 });
    expect(answer).toMatchObject({ closed: 'closed' });
    expect(answer.messages.map((message) => message.status)).toEqual([400]);
    const [request] = ofKind(events, 'http-request');
    expect(request?.defect).toContain('garbage');
    expect(request?.method).toBe('');
    expect(ofKind(events, 'http-response')[0]?.exchange).toBe(request?.exchange);
    await until(() => ofKind(events, 'connection').some((event) => event.phase === 'closed'), 'closed');
    const stray = ofKind(events, 'connection').find((event) => event.phase === 'stray');
    expect(stray?.detail).toContain('no http at all');
  });

  it('records a request that is cut in mid-body with its defect, then who closed', async () => {
    const { server, events, raw } = await start();
    const cut = bytes('POST /t-9/dm HTTP/1.1\r\nHost: h\r\nContent-Length: 100\r\n\r\nhalf');
    const answer = await raw.sendRaw(server.origin, [cut], { half: true });
    expect(answer).toMatchObject({ messages: [], closed: 'closed' });
    await until(() => ofKind(events, 'connection').some((event) => event.phase === 'closed'), 'closed');
    const [request] = ofKind(events, 'http-request');
    expect(request).toMatchObject({ scenario: 't-9', body: { size: 4, text: 'half' } });
    expect(request?.defect).toContain('cut');
    const closed = ofKind(events, 'connection').at(-1);
    expect(closed).toMatchObject({ phase: 'closed', from: 'client', to: 'server', scenario: 't-9' });
    expect(closed?.seq).toBeGreaterThan(request?.seq ?? Number.POSITIVE_INFINITY);
  });

  it('gives leave to a client that expects it, and records the interim response in the same exchange', async () => {
    const { server, events, raw } = await start();
    const head = bytes('POST /t-1 HTTP/1.1\r\nHost: h\r\nExpect: 100-continue\r\nContent-Length: 2\r\n\r\n');
    const answer = await raw.sendRaw(server.origin, [head, bytes('ok')], { pauseMs: 30 });
    expect(answer.messages.map((message) => message.status)).toEqual([100, 200]);
    const [request] = ofKind(events, 'http-request');
    const responses = ofKind(events, 'http-response');
    expect(responses.map((event) => event.status)).toEqual([100, 200]);
    expect(responses.map((event) => event.exchange)).toEqual([request?.exchange, request?.exchange]);
    expect(responses.map((event) => event.scenario)).toEqual(['t-1', 't-1']);
    expect(responses[0]?.seq).toBeLessThan(request?.seq ?? 0);
  });

  it.each([
    ['HTTP/1.0', 'GET /t-1 HTTP/1.0\r\n\r\n'],
    ['Connection: close', 'GET /t-1 HTTP/1.1\r\nHost: h\r\nConnection: close\r\n\r\n'],
  ])('closes after %s', async (_name, text) => {
    const { server, events, raw } = await start();
    const answer = await raw.sendRaw(server.origin, [bytes(text)], { lingerMs: 500 });
    expect(answer).toMatchObject({ closed: 'closed' });
    expect(answer.messages[0]?.status).toBe(200);
    await until(() => ofKind(events, 'connection').some((event) => event.phase === 'closed'), 'closed');
    expect(ofKind(events, 'connection').at(-1)).toMatchObject({ from: 'server', detail: 'closed by server' });
  });
});

describe('what the server does on purpose', () => {
  const get = bytes('GET /t-1 HTTP/1.1\r\nHost: h\r\n\r\n');

  it('a second response is stray, not an answer', async () => {
    const one = 'HTTP/1.1 200 OK\r\nContent-Length: 1\r\n\r\n';
    const { server, events, raw } = await start(() => ({
      status: 200,
      headers: [],
      body: Buffer.alloc(0),
      delivery: { raw: bytes(`${one}a${one}b`) },
    }));
    const answer = await raw.sendRaw(server.origin, [get], { lingerMs: 20 });
    expect(answer.messages.length).toBe(2);
    expect(ofKind(events, 'http-response').map((event) => event.body)).toEqual([{ size: 1, text: 'a' }]);
    const [stray] = ofKind(events, 'connection').filter((event) => event.phase === 'stray');
    expect(stray).toMatchObject({ from: 'server', to: 'client', detail: `${one}b`, scenario: 't-1' });
  });

  it.each(['close', 'reset'] as const)('a response cut by a %s is recorded with its defect', async (how) => {
    const { server, events, raw } = await start(() => ({
      status: 200,
      headers: [],
      body: Buffer.from('0123456789'),
      delivery: { cut: { afterBytes: 45, how } },
    }));
    const answer = await raw.sendRaw(server.origin, [get]);
    expect(answer.closed).toBe(how === 'reset' ? 'reset' : 'closed');
    await until(
      () => ofKind(events, 'connection').some((event) => event.phase === (how === 'reset' ? 'reset' : 'closed')),
      how,
    );
    const [response] = ofKind(events, 'http-response');
    expect(response?.defect).toContain('cut');
    expect(response?.body.size).toBeLessThan(10);
    expect(ofKind(events, 'connection').at(-1)).toMatchObject({ from: 'server', to: 'client' });
  });

  it('a reset by the client is told apart from a close', async () => {
    const { server, events, raw } = await start(() => new Promise(() => undefined));
    const dropped = raw.sendWith({ method: 'GET', url: `${server.origin}/t-1`, headers: [] }, { drop: 'reset' });
    await expect(dropped).rejects.toMatchObject({ failure: 'dropped' });
    await until(() => ofKind(events, 'connection').some((event) => event.phase === 'reset'), 'reset');
    expect(ofKind(events, 'connection').at(-1)).toMatchObject({ from: 'client', to: 'server', scenario: 't-1' });
  });
});
