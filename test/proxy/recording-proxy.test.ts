import { createServer, request as httpRequest } from 'node:http';
import { connect } from 'node:net';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { RecordingProxy } from '../../harness/proxy/recording-proxy.js';
import { EventBus } from '../../harness/recorder/bus.js';
import type { TraceEvent } from '../../harness/trace/event.js';
import { collected, received, stand } from './helpers.js';

const pieces = fc.array(fc.uint8Array({ minLength: 1, maxLength: 3000 }), { maxLength: 8 });

describe('the recording proxy', () => {
  it('hands on every byte of both directions, however it is cut, and each end by itself', async () => {
    const at = await stand();
    try {
      await fc.assert(
        fc.asyncProperty(pieces, pieces, fc.boolean(), async (up, down, clientFirst) => {
          const { client, server } = await at.open();
          const [atServer, atClient] = [collected(server), collected(client)];
          for (let index = 0; index < Math.max(up.length, down.length); index += 1) {
            const [sent, answered] = [up[index], down[index]];
            if (sent !== undefined) client.write(sent);
            if (answered !== undefined) server.write(answered);
          }
          const [first, second] = clientFirst ? [client, server] : [server, client];
          first.end();
          await (clientFirst ? atServer : atClient);
          second.end();
          expect(Buffer.compare((await atServer).bytes, Buffer.concat(up))).toBe(0);
          expect(Buffer.compare((await atClient).bytes, Buffer.concat(down))).toBe(0);
          expect([(await atServer).how, (await atClient).how]).toEqual(['end', 'end']);
        }),
        { numRuns: 60 },
      );
    } finally {
      await at.close();
    }
  });

  it('lets the server answer on after the client has ended its direction', async () => {
    const at = await stand();
    const { client, server } = await at.open();
    const atServer = collected(server);
    client.end('ask');
    expect((await atServer).bytes.toString()).toBe('ask');
    const atClient = collected(client);
    server.end('a late answer');
    expect((await atClient).bytes.toString()).toBe('a late answer');
    await at.close();
  });

  it('passes a megabyte on to a reader that takes its time', async () => {
    const at = await stand();
    const { client, server } = await at.open();
    const bytes = Buffer.alloc(4 * 1024 * 1024, 'dm');
    server.end(bytes);
    client.pause();
    await new Promise((resolve) => setTimeout(resolve, 50));
    const all = collected(client);
    client.resume();
    expect(Buffer.compare((await all).bytes, bytes)).toBe(0);
    await at.close();
  });

  it.each(['client', 'server'] as const)('passes a reset by the %s on as a reset', async (by) => {
    const at = await stand();
    const sockets = await at.open();
    const [one, other] = by === 'client' ? [sockets.client, sockets.server] : [sockets.server, sockets.client];
    one.write('x');
    await received(other, 1);
    const end = collected(other);
    one.resetAndDestroy();
    expect((await end).how).toBe('reset');
    await until(() => at.events.some((event) => event.kind === 'connection' && event.phase === 'reset'));
    const reset = at.events.find((event) => event.kind === 'connection' && event.phase === 'reset');
    expect(reset).toMatchObject({ detail: `reset by ${by}` });
    await at.close();
  });

  it('records kept connections, chunks and 100-continue as they were', async () => {
    const seen: string[] = [];
    const server = createServer((request, response) => {
      const bodies: Buffer[] = [];
      request.on('data', (bytes: Buffer) => bodies.push(bytes));
      request.on('end', () => {
        seen.push(`${request.headers.host} ${Buffer.concat(bodies).toString()}`);
        response.writeHead(200, { 'Content-Type': 'text/plain' });
        response.write('one ');
        setImmediate(() => response.end('two'));
      });
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const { port } = server.address() as { readonly port: number };
    const bus = new EventBus();
    const events: TraceEvent[] = [];
    bus.subscribe((event) => events.push(event));
    const proxy = await RecordingProxy.listen({ bus, claim: () => 'i1', upstream: `http://127.0.0.1:${port}/` });
    const socket = connect(proxy.port, '127.0.0.1');
    const head = (extra: string): string => `POST /dm HTTP/1.1\r\nHost: as.the-client-says\r\n${extra}\r\n\r\n`;
    socket.write(`${head('Content-Length: 5\r\nExpect: 100-continue')}`);
    expect((await received(socket, 25)).toString()).toBe('HTTP/1.1 100 Continue\r\n\r\n');
    // What comes while nobody listens would be lost.
    const answer = received(socket, 40);
    socket.write('hello');
    await answer;
    socket.write(`${head('Transfer-Encoding: chunked')}3\r\nabc\r\n2\r\nde\r\n0\r\n\r\n`);
    await until(() => events.filter(({ kind }) => kind === 'http-response').length === 3);
    socket.destroy();
    expect(seen).toEqual(['as.the-client-says hello', 'as.the-client-says abcde']);
    const messages = events.filter((event) => event.kind === 'http-request' || event.kind === 'http-response');
    expect(messages.map((event) => ('status' in event ? event.status : event.method))).toEqual([
      100,
      'POST',
      200,
      'POST',
      200,
    ]);
    expect(new Set(messages.map(({ connection }) => connection)).size).toBe(1);
    expect(messages[3]).toMatchObject({ framing: { by: 'chunked', chunks: [3, 2] }, body: { text: 'abcde' } });
    expect(messages[4]).toMatchObject({ framing: { by: 'chunked', chunks: [4, 3] }, body: { text: 'one two' } });
    expect(bus.faults).toEqual([]);
    await proxy.close();
    server.close();
    server.closeAllConnections();
  });

  it('resets a client whose server is not there, and counts it', async () => {
    const proxy = await RecordingProxy.listen({
      bus: new EventBus(),
      claim: () => undefined,
      upstream: 'http://127.0.0.1:9/',
    });
    const end = httpRequest({ port: proxy.port, method: 'POST' });
    await new Promise<void>((resolve) => end.once('error', () => resolve()).end());
    expect(proxy.refused).toBe(1);
    await proxy.close();
  });

  it('takes no https endpoint', async () => {
    const listening = RecordingProxy.listen({
      bus: new EventBus(),
      claim: () => undefined,
      upstream: 'https://127.0.0.1/',
    });
    await expect(listening).rejects.toThrow('sees nothing inside TLS');
  });
});

async function until(done: () => boolean): Promise<void> {
  for (let turn = 0; turn < 500 && !done(); turn += 1) await new Promise((resolve) => setTimeout(resolve, 4));
}
