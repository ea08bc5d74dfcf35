import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { dmconform, emptyFolder, resultIn, verdicts } from './cli.js';

const SAMPLES = fileURLToPath(new URL('../../fixtures/implementations/', import.meta.url));
const BIN = fileURLToPath(new URL('../../bin/dmconform.js', import.meta.url));

/** Runs against a statement with this text, in a folder of its own. */
async function runStatement(text: string, more: readonly string[] = []) {
  const folder = emptyFolder();
  const path = join(folder, 'implementation.yaml');
  writeFileSync(path, text);
  const out = join(folder, 'out');
  return { finished: await dmconform(['run', '--target', path, '--out', out, ...more], folder), out };
}

const trace = (out: string): string => readFileSync(join(out, 'trace.ndjson'), 'utf8');

describe('the reference peers as foreign processes', () => {
  it('the server passes its whole ledger', async () => {
    const out = emptyFolder();
    const { code } = await dmconform(['run', '--target', join(SAMPLES, 'reference-server'), '--out', out]);
    const others = Object.entries(verdicts(resultIn(out))).filter(([, verdict]) => verdict !== 'pass');
    // It serves no TLS and asks its devices for nothing; the reasons name the keys that would say otherwise.
    expect([code, others.every(([id, verdict]) => id.startsWith('SEC-') && verdict === 'inconclusive')]).toEqual([
      0,
      true,
    ]);
  });

  it('the resident client passes its whole ledger in real time', async () => {
    const out = emptyFolder();
    const { code } = await dmconform(['run', '--target', join(SAMPLES, 'reference-client'), '--out', out]);
    const others = Object.entries(verdicts(resultIn(out))).filter(([, verdict]) => verdict !== 'pass');
    expect([code, others]).toEqual([0, []]);
    // The secret of the account is a secret, whatever the client's command line says.
    expect(trace(out)).not.toContain('reference-notification-secret');
    const judged = await dmconform(['judge', join(out, 'trace.ndjson')]);
    expect(judged.code).toBe(0);
  }, 300_000);
});

it('a server that says nothing of when it is ready is waited for at its port', async () => {
  const command = `sleep 1.5; exec node ${JSON.stringify(BIN)} serve server --port {port} --control-port {controlPort}`;
  const { finished, out } = await runStatement(
    `name: late\nrole: server\nstart: { process: { command: ${JSON.stringify(command)} } }\nendpoint: "http://127.0.0.1:{port}/dm"\n`,
    ['--only', 'FLW-03'],
  );
  expect([finished.code, verdicts(resultIn(out))['FLW-03']]).toEqual([0, 'pass']);
});

/** A resident client of a few lines that knows one session and one control operation. */
const CLIENT = `
import http from 'node:http';
const [, , server, port, ...more] = process.argv;
const send = (type, body) => new Promise((resolve, reject) => {
  const headers = { 'Content-Type': type, Accept: 'application/vnd.oma.dm.request+json', 'OMADM-DevID': 'IMEI:004402990020434' };
  const request = http.request(server, { method: 'POST', headers }, (response) => {
    let text = '';
    response.on('data', (piece) => { text += piece; });
    response.on('end', () => resolve(JSON.parse(text)));
  });
  request.on('error', reject);
  request.end(JSON.stringify(body));
});
async function session() {
  let { CMD } = await send('application/vnd.oma.dm.initiation+json', { Alert: [{ AlertType: 'urn:oma:at:dm:2.0:ClientInitiatedMgmt' }] });
  while (!CMD.some(([name]) => name === 'END'))
    ({ CMD } = await send('application/vnd.oma.dm.response+json', { Status: CMD.map(() => ({ sc: 501 })) }));
}
http.createServer((request, response) => {
  if (request.url !== '/session') return response.writeHead(404).end();
  response.writeHead(202).end();
  session().catch((error) => { console.error(String(error)); if (more.includes('fragile')) process.exit(7); });
}).listen(Number(port), '127.0.0.1', () => console.log('up'));
console.error('a word on standard error');
`;

function small(extra = '', command = 'node client.mjs "{server.url}" {controlPort}'): string {
  const file = join(emptyFolder(), 'client.mjs');
  writeFileSync(file, CLIENT);
  return `name: small
role: client
start: { process: { command: '${command.replace('client.mjs', file)}', ready: up } }
control: { http: "http://127.0.0.1:{controlPort}" }
account: { serverID: dm.example.com }
patience: 2s
${extra}`;
}

describe('a resident client by its statement', () => {
  it('is judged where it can be brought to it; the rest names the operation that is missing', async () => {
    const { finished, out } = await runStatement(small(), ['--only', 'SES-01,PKG-09,ALT-01,NOT-01,SES-07']);
    expect(finished.code).toBe(0);
    expect(verdicts(resultIn(out))).toMatchObject({ 'SES-01': 'pass', 'PKG-09': 'pass', 'ALT-01': 'inconclusive' });
    const reason = resultIn(out).requirements.find(({ id }) => id === 'ALT-01')?.reason;
    expect(reason).toContain('no control operation "raiseAlert"');
    expect(trace(out)).toContain('a word on standard error');
  });

  it('is started again when it ends in the middle, and what it did is in the record', async () => {
    const text = small('', 'node client.mjs "{server.url}" {controlPort} fragile');
    const { out } = await runStatement(text, ['--only', 'PKG-17']);
    expect(verdicts(resultIn(out))).toMatchObject({ 'PKG-17': 'fail' });
    expect(resultIn(out).requirements.find(({ id }) => id === 'PKG-17')?.findings[0]?.message).toMatch(
      /process ended after a malformed/,
    );
    expect(trace(out).match(/"phase":"started"/g)?.length).toBeGreaterThan(1);
  });

  it('decisions and patience are those of the statement', async () => {
    const { out } = await runStatement(small('decisions: { D-29: optional }\n'), ['--only', 'SES-01']);
    const header = JSON.parse(trace(out).split('\n', 1)[0] ?? '');
    expect(header).toMatchObject({ patienceMs: 2000, decisions: { 'D-29': 'optional' } });
  });
});

describe('a target that does not come up is no green run', () => {
  it.each([
    ['one that ends', 'echo no licence; exit 4', /ended before it was ready .*no licence/],
    ['one that is never ready', 'sleep 4747', /not ready within 500 ms \(no line "up"/],
    ['one that is not there', 'exec /no/such/server', /ended before it was ready/],
  ])('%s', async (_, command, why) => {
    const text = `name: a\nrole: server\nendpoint: "http://127.0.0.1:{port}/"\nstart: { process: { command: "${command}", ready: up, within: 500ms } }\n`;
    const { finished, out } = await runStatement(text);
    expect(finished.code).toBe(3);
    expect(resultIn(out).errors.join()).toMatch(why);
  });

  it('a statement that cannot be read ends with 2 and says where', async () => {
    const { finished } = await runStatement('name: a\nrole: client\nstrat: {}\n');
    expect(finished.code).toBe(2);
    expect(finished.stderr).toMatch(
      /STATEMENT_INVALID.*implementation\.yaml:3 strat; found the key "strat"; expected one of/,
    );
  });
});

it('a client of one process for each session needs no control at all', async () => {
  const text = `name: once\nrole: client\nstart: { process: { command: [node, "${BIN}", --version, "{server.url}"] } }\npatience: 300ms\n`;
  const { finished, out } = await runStatement(text, ['--only', 'SES-01']);
  expect([finished.code, resultIn(out).errors.join()]).toEqual([3, expect.stringContaining('TARGET_UNREACHABLE')]);
});
