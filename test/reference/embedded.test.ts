import { createServer } from 'node:net';
import { afterEach, describe, expect, it } from 'vitest';
import { writeMoSerialization } from '../../harness/protocol/mo-data.js';
import { readPackageThree } from '../../harness/protocol/read-packages.js';
import { startEmbeddedClient, startEmbeddedServer } from '../../harness/reference/embedded.js';
import type { ClientHooks, ServerHooks } from '../../harness/reference/hooks.js';
import { serveHttp } from '../../harness/reference/http-front.js';
import { RepositoryCore } from '../../harness/reference/repository-core.js';
import { ReferenceServer } from '../../harness/reference/server-core.js';
import type { PeerRequest } from '../../harness/stimuli/peer.js';

const DEVICE = 'IMEI:004402990020434';
const open: { close(): Promise<void> }[] = [];
afterEach(async () => {
  await Promise.all(open.splice(0).map((each) => each.close()));
});

async function call(base: string, path: string, body: unknown = {}, method = 'POST') {
  const answer = await fetch(base + path, { method, body: JSON.stringify(body) });
  const text = await answer.text();
  return { status: answer.status, body: text === '' ? undefined : JSON.parse(text) };
}

async function pair(hooks: { readonly client?: ClientHooks; readonly server?: ServerHooks } = {}) {
  const server = await startEmbeddedServer(hooks.server === undefined ? {} : { hooks: hooks.server });
  open.push(server);
  const client = await startEmbeddedClient({
    serverUrl: server.endpoint,
    ...(hooks.client === undefined ? {} : { hooks: hooks.client }),
  });
  open.push(client);
  return { server, client };
}

/** A DM Server and a repository of the test's own, so that it sees what the client sends. */
async function observed() {
  const seen: PeerRequest[] = [];
  const server = new ReferenceServer();
  const repository = new RepositoryCore();
  const dm = await serveHttp((request) => {
    seen.push(request);
    return server.handle(request);
  });
  const repo = await serveHttp(repository.handle);
  open.push(dm, repo);
  const client = await startEmbeddedClient({ serverUrl: `${dm.origin}/dm` });
  open.push(client);
  const codes = () =>
    seen
      .filter(({ headers }) => headers.some(([, value]) => value.includes('dm.response')))
      .map(({ body }) => readPackageThree(body).view?.statuses.map(({ sc }) => sc));
  return { seen, server, repository, repo, dm, client, codes };
}

describe('the embedded pair', () => {
  it('runs a session with every command', async () => {
    const { server, repository, repo, dm, client, codes } = await observed();
    const sample = 'urn:oma:mo:moid:1.0';
    const item = { clientUri: `${sample}//`, data: { ID: 'new' } };
    repository.serve('/new', { body: writeMoSerialization([item]) });
    repository.serve('/setting', { body: writeMoSerialization([{ ...item, data: { Setting: '0xC3' } }]) });
    repository.page('/page', 'hello');
    server.queue(DEVICE, [
      [
        ['HGET', `${repo.origin}/new`],
        ['HGET', `${repo.origin}/setting`, `${sample}/left/Setting`],
        ['HPUT', `${repo.origin}/put`, `${sample}/left/`],
        ['HPOST', `${repo.origin}/post`, `${sample}/left/Setting`, `${sample}/right/ID`],
        ['DELETE', `${sample}/right/Data/1`],
        ['EXEC', 'urn:example:mo:task:1.0//Run'],
        ['GET', `${sample}/left/Setting`],
        ['SHOW', `${repo.origin}/page`],
      ],
      [
        ['CONT', `${dm.origin}/dm/next?x=1`],
        ['DEFAULT', `${repo.origin}/new`, sample],
        ['SUB', `${sample}/left/`, `${repo.origin}/sub`],
        ['HGET', `${repo.origin}/setting`, `${sample}/left/Setting`],
        ['UNSUB', `${sample}/left/`],
      ],
      [['EXEC', 'urn:example:mo:task:1.0//Run', `${dm.origin}/dm/result`], ['END']],
    ]);
    expect((await call(client.controlUrl, '/session')).status).toBe(200);
    expect((await call(client.controlUrl, '/clock', { advanceMs: 1000 })).body).toEqual({ idle: true, inFlight: 0 });
    expect(codes()).toEqual([
      [200, 200, 200, 200, 200, 200, 200, 200],
      [200, 200, 200, 200, 200],
    ]);
    expect(JSON.parse(String(repository.uploads('/put')[0]?.body))[0].MOData.Setting).toBe('0xC3');
    expect(JSON.parse(String(repository.uploads('/post')[0]?.body))).toHaveLength(2);
    expect(repository.uploads('/sub').map(({ method }) => method)).toEqual(['PUT']);
  });

  it('says in a new session what came of an EXEC with a ServerURI', async () => {
    const { server, dm, client, seen } = await observed();
    server.queue(DEVICE, [[['EXEC', 'urn:example:mo:task:1.0//Run', `${dm.origin}/result`]]]);
    await call(client.controlUrl, '/session');
    await call(client.controlUrl, '/clock', { advanceMs: 0 });
    expect(seen.map(({ target }) => target)).toEqual(['/dm', '/dm', '/result']);
    expect(String(seen[2]?.body)).toContain('exec-result');
  });

  it('answers a made-up operation with 404, another method with 405, an unusable body with 400', async () => {
    const { client, server } = await pair();
    expect((await call(client.controlUrl, '/made-up')).status).toBe(404);
    expect((await call(client.controlUrl, '/session', {}, 'PUT')).status).toBe(405);
    expect((await call(server.controlUrl, '/queue', { device: 1 })).status).toBe(400);
    expect((await call(server.controlUrl, '/clock', { advanceMs: 5 })).body).toEqual({ idle: true, inFlight: 0 });
  });

  it('says that it is not idle while its package is withheld, and costs no real time', async () => {
    const silent = createServer((socket) => socket.on('error', () => undefined).resume());
    await new Promise<void>((resolve) => silent.listen(0, '127.0.0.1', resolve));
    const address = silent.address();
    const port = typeof address === 'object' ? address?.port : 0;
    const client = await startEmbeddedClient({ serverUrl: `http://127.0.0.1:${port}/dm` });
    await call(client.controlUrl, '/session');
    const before = performance.now();
    const clock = await call(client.controlUrl, '/clock', { advanceMs: 10_000, graceMs: 20 });
    expect(clock.body).toEqual({ idle: false, inFlight: 1 });
    expect(performance.now() - before).toBeLessThan(2_000);
    // After the client's own time-out it is done.
    expect((await call(client.controlUrl, '/clock', { advanceMs: 60_000, graceMs: 20 })).body.idle).toBe(true);
    await client.close();
    await new Promise((resolve) => silent.close(resolve));
  });

  it('keeps alerts until they are delivered, and goes back to the start when it is reset', async () => {
    const { client, seen } = await observed();
    const node = 'urn:oma:mo:moid:1.0/left/Setting';
    expect((await call(client.controlUrl, '/alert', { AlertType: 'urn:x:event' })).status).toBe(200);
    expect((await call(client.controlUrl, '/node', { ClientURI: node, value: 'set' }, 'PUT')).status).toBe(200);
    expect((await call(client.controlUrl, '/node', { ClientURI: 'urn:none:1//x', value: 1 }, 'PUT')).status).toBe(400);
    for (let session = 0; session < 2; session += 1) {
      await call(client.controlUrl, '/session');
      await call(client.controlUrl, '/clock', { advanceMs: 0 });
    }
    expect(seen.map(({ body }) => String(body).includes('urn:x:event'))).toEqual([true, false]);
    await call(client.controlUrl, '/alert', { AlertType: 'urn:x:lost' });
    await call(client.controlUrl, '/reset');
    await call(client.controlUrl, '/session');
    await call(client.controlUrl, '/clock', { advanceMs: 0 });
    expect(String(seen[2]?.body)).not.toContain('urn:x:lost');
  });

  it('bootstraps: the first session says so and goes to the new address', async () => {
    const { client, seen, dm } = await observed();
    const account = { SrvID: 'dm.example.com', SrvURI: `${dm.origin}/boot`, MOIDs: ['urn:oma:mo:moid:1.0'] };
    expect((await call(client.controlUrl, '/bootstrap', account)).status).toBe(200);
    await call(client.controlUrl, '/clock', { advanceMs: 0 });
    expect(seen[0]?.target).toBe('/boot');
    expect(String(seen[0]?.body)).toContain('BootstrapComplete');
  });
});
