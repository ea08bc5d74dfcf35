import { connect } from 'node:net';
import { afterEach, describe, expect, it } from 'vitest';
import { ConformError } from '../../harness/model/errors.js';
import { type HttpFront, serveHttp } from '../../harness/reference/http-front.js';
import { UndiciTransport } from '../../harness/reference/undici-transport.js';
import type { PeerHandler, PeerReply } from '../../harness/stimuli/peer.js';

const open: { close(): Promise<void> }[] = [];
afterEach(async () => {
  await Promise.all(open.splice(0).map((each) => each.close()));
});

async function serve(handler: PeerHandler, options = {}): Promise<HttpFront> {
  const front = await serveHttp(handler, options);
  open.push(front);
  return front;
}

function transport(): UndiciTransport {
  const made = new UndiciTransport();
  open.push(made);
  return made;
}

const OK: PeerReply = { status: 200, headers: [['Content-Type', 'text/plain']], body: Buffer.from('ok') };
const echo: PeerHandler = ({ method, target, headers, body }) => ({
  ...OK,
  body: Buffer.from(JSON.stringify({ method, target, headers, body: body.toString() })),
});

/** Sends bytes and collects what comes until the other side ends. */
function raw(port: number, bytes: string): Promise<string> {
  return new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1');
    let seen = '';
    socket.on('data', (chunk) => {
      seen += chunk.toString('latin1');
    });
    socket.on('error', () => undefined);
    socket.on('close', () => resolve(seen));
    socket.write(bytes);
  });
}

describe('the node:http front and the undici transport', () => {
  it('carry method, target, header fields and body as they are', async () => {
    const front = await serve(echo);
    const url = `${front.origin}/a%2Fb/%7e?q=%20x&y=(z)`;
    const answer = await transport().send({
      method: 'POST',
      url,
      headers: [['OMADM-DevID', 'x']],
      body: Buffer.from('é'),
    });
    const seen = JSON.parse(answer.body.toString());
    expect(seen).toMatchObject({ method: 'POST', target: '/a%2Fb/%7e?q=%20x&y=(z)', body: 'é' });
    expect(seen.headers).toContainEqual(['OMADM-DevID', 'x']);
    expect(answer.headers).toContainEqual(['content-type', 'text/plain']);
  });

  it('sends chunks where they are asked for', async () => {
    const front = await serve(echo);
    const headers = [['Transfer-Encoding', 'chunked']] as const;
    const answer = await transport().send({ method: 'PUT', url: front.origin, headers, body: Buffer.from('abc') });
    expect(JSON.parse(answer.body.toString())).toMatchObject({ target: '/', body: 'abc' });
    expect(answer.body.toString().toLowerCase()).toContain('chunked');
  });

  it('follows no redirect and sends nothing twice', async () => {
    let count = 0;
    const front = await serve(() => {
      count += 1;
      return { status: count === 1 ? 307 : 503, headers: [['Location', '/x']], body: Buffer.alloc(0) };
    });
    const net = transport();
    expect((await net.send({ method: 'POST', url: front.origin, headers: [] })).status).toBe(307);
    expect((await net.send({ method: 'GET', url: front.origin, headers: [] })).status).toBe(503);
    expect(count).toBe(2);
  });

  it('rejects a cut answer, a dead port and an exchange that is given up', async () => {
    const never = new Promise<PeerReply>(() => undefined);
    const front = await serve(({ target }) =>
      target === '/never' ? never : { ...OK, delivery: { cut: { afterBytes: 60, how: 'close' } } },
    );
    const net = transport();
    await expect(net.send({ method: 'GET', url: front.origin, headers: [] })).rejects.toThrow();
    await expect(net.send({ method: 'GET', url: 'http://127.0.0.1:1/', headers: [] })).rejects.toThrow();
    const stop = new AbortController();
    const given = net.send({ method: 'GET', url: `${front.origin}/never`, headers: [] }, stop.signal);
    setTimeout(() => stop.abort(), 20);
    await expect(given).rejects.toThrow('given up');
    await expect(net.send({ method: 'GET', url: front.origin, headers: [] }, stop.signal)).rejects.toThrow();
  });

  it('honours deliveries, and closes after them', async () => {
    const front = await serve(() => ({
      ...OK,
      delivery: { framing: 'chunked', chunkSize: 1, headerCase: 'upper', segmentBytes: 3 },
    }));
    const seen = await raw(front.port, 'GET / HTTP/1.1\r\nHost: x\r\n\r\n');
    expect(seen).toContain('CONTENT-TYPE: text/plain');
    expect(seen).toContain('1\r\no\r\n1\r\nk\r\n0\r\n\r\n');
  });
});

describe('the node:http front', () => {
  it('answers garbage with 400 and lives on', async () => {
    const front = await serve(() => OK);
    expect(await raw(front.port, 'what is this?\r\n\r\n')).toMatch(/^HTTP\/1.1 400 /);
    expect(await raw(front.port, 'GET / HTTP/1.1\r\nConnection: close\r\nHost: x\r\n\r\n')).toMatch(/^HTTP\/1.1 200 /);
  });

  it('answers a handler that throws with 500 and lives on', async () => {
    const front = await serve(({ target }) => {
      if (target === '/throw') throw new Error('mistake');
      return target === '/reject' ? Promise.reject(new Error('mistake')) : OK;
    });
    const net = transport();
    for (const [path, status] of [
      ['/throw', 500],
      ['/reject', 500],
      ['/', 200],
    ] as const) {
      expect((await net.send({ method: 'GET', url: front.origin + path, headers: [] })).status).toBe(status);
    }
  });

  it('refuses a body that is too large with 413', async () => {
    const front = await serve(() => OK, { maxBody: 1000 });
    const body = 'x'.repeat(5000);
    expect(await raw(front.port, `POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 5000\r\n\r\n${body}`)).toMatch(
      /^HTTP\/1.1 413 /,
    );
  });

  it('leaves no port when it is closed, also with connections open', async () => {
    const front = await serveHttp(() => new Promise<PeerReply>(() => undefined));
    const waiting = raw(front.port, 'GET / HTTP/1.1\r\nHost: x\r\n\r\n');
    await new Promise((resolve) => setTimeout(resolve, 20));
    await Promise.all([front.close(), front.close()]);
    expect(await waiting).toBe('');
    await (await serveHttp(() => OK, { port: front.port })).close();
  });

  it('says which port it could not have', async () => {
    const front = await serve(() => OK);
    const error: unknown = await serveHttp(() => OK, { port: front.port }).catch((reason: unknown) => reason);
    expect(error).toBeInstanceOf(ConformError);
    expect(error).toMatchObject({ code: 'PORT_IN_USE' });
  });
});
