import { fork } from 'node:child_process';
import { once } from 'node:events';
import { createServer } from 'node:http';
import { fileURLToPath } from 'node:url';
import { Client } from 'undici';
import { MEDIA } from '../harness/protocol/media-types.js';
import { serveReference } from '../harness/reference/serve.js';
import { median } from './statistics.js';

const CONNECTIONS = 64;
const SPAN_MS = 1500;
const ROUNDS = 5;

const ONE = JSON.stringify({
  MOS: [{ DDF: 'http://vendor.example/devinfo.ddf', MOID: 'urn:oma:mo:oma-dm-devinfo:1.2', MIID: ['di1'] }],
  Alert: [{ AlertType: 'urn:oma:at:dm:2.0:ClientInitiatedMgmt' }],
});
const TWO = Buffer.from('{"CMD":[["END"]]}');

/** A server that parses the JSON and answers the same #2, and does nothing else. */
function bareServer(): Promise<string> {
  const server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      JSON.parse(Buffer.concat(chunks).toString('utf8'));
      response.writeHead(200, { 'Content-Type': MEDIA.request, 'Content-Length': TWO.length });
      response.end(TWO);
    });
  });
  return new Promise((resolve) => {
    server.listen(0, '127.0.0.1', () => {
      const address = server.address();
      resolve(`http://127.0.0.1:${typeof address === 'object' && address !== null ? address.port : 0}`);
    });
  });
}

/** Requests per second over 64 kept connections for a bounded time: whole sessions, a #1 answered by END. */
async function load(origin: string): Promise<number> {
  const clients = Array.from({ length: CONNECTIONS }, () => new Client(origin));
  const until = performance.now() + SPAN_MS;
  let count = 0;
  await Promise.all(
    clients.map(async (client, index) => {
      const headers = { 'content-type': MEDIA.initiation, accept: MEDIA.request, 'omadm-devid': `IMEI:${index}` };
      while (performance.now() < until) {
        const { body } = await client.request({ path: '/dm', method: 'POST', headers, body: ONE });
        await body.dump();
        count += 1;
      }
    }),
  );
  await Promise.all(clients.map((client) => client.close()));
  return (count * 1000) / SPAN_MS;
}

/** Requests per second of the reference server and of a bare node:http server, each in a process of its own, in turn. */
export async function serverLoad(): Promise<{
  readonly reference: number;
  readonly bare: number;
  readonly ratio: number;
}> {
  const servers = await Promise.all(['reference', 'bare'].map(startServer));
  const [reference, bare] = servers;
  if (reference === undefined || bare === undefined) throw new Error('the servers did not start');
  const rates: { readonly reference: number; readonly bare: number }[] = [];
  await load(reference.origin);
  await load(bare.origin);
  for (let round = 0; round < ROUNDS; round += 1)
    rates.push({ reference: await load(reference.origin), bare: await load(bare.origin) });
  for (const { stop } of servers) stop();
  return {
    reference: median(rates.map((rate) => rate.reference)),
    bare: median(rates.map((rate) => rate.bare)),
    ratio: median(rates.map((rate) => rate.reference / rate.bare)),
  };
}

async function startServer(which: string): Promise<{ readonly origin: string; stop(): void }> {
  const child = fork(fileURLToPath(import.meta.url), [which]);
  const [origin] = (await once(child, 'message')) as [string];
  return { origin, stop: () => child.kill() };
}

if (process.send !== undefined) {
  const origin =
    process.argv[2] === 'bare'
      ? await bareServer()
      : new URL((await serveReference({ peer: 'server' })).url ?? '').origin;
  process.send(origin);
}
