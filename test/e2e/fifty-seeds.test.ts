import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { connect } from 'node:net';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { ORACLES } from '../../harness/oracles/index.js';
import { judgeEvents } from '../../harness/run/judging.js';
import { randomFrom } from '../../harness/run/seed.js';
import { parseTrace } from '../../harness/trace/ndjson.js';
import { emptyFolder, start } from './cli.js';

const SEEDS = 50;
const AT_ONCE = 8;
/** The moment is drawn from the time that the suite takes to start, or from the time after the implementation is up; in milliseconds. */
const STARTING_MS = 1500;
const RUNNING_MS = 1500;

/** A DM Server that ends every session, with a child that would outlive it; it writes its port and both process ids down. */
const SERVER = `
import { spawn } from 'node:child_process'; import { createServer } from 'node:http'; import { writeFileSync } from 'node:fs';
const child = spawn('sleep', ['1000']);
const [port, notes] = process.argv.slice(2);
createServer((request, response) => { request.resume(); request.on('end', () => {
  response.writeHead(200, { 'content-type': 'application/vnd.oma.dm.request+json' }).end('{"CMD":[["END"]]}');
}); }).listen(Number(port), '127.0.0.1', () => {
  writeFileSync(notes, JSON.stringify({ port: Number(port), pids: [process.pid, child.pid] }));
  console.log('server is up');
});
`;

interface Notes {
  readonly port: number;
  readonly pids: readonly number[];
}

/** A process that nobody has waited for yet is gone all the same. */
function isAlive(pid: number): boolean {
  const { stdout } = spawnSync('ps', ['-o', 'stat=', '-p', `${pid}`]);
  const state = stdout.toString().trim();
  return state !== '' && !state.startsWith('Z');
}

function takesConnections(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1');
    socket.once('connect', () => {
      socket.destroy();
      resolve(true);
    });
    socket.once('error', () => resolve(false));
  });
}

/** One run whose victim is killed at a random moment; what must hold afterwards. Resolves with whether the implementation was up by then. */
async function killedAt(seed: number): Promise<boolean> {
  const random = randomFrom(`kill ${seed}`);
  const folder = emptyFolder();
  const notes = join(folder, 'notes.json');
  writeFileSync(join(folder, 'server.mjs'), SERVER);
  writeFileSync(
    join(folder, 'implementation.yaml'),
    `name: a
role: server
endpoint: "http://127.0.0.1:{port}/dm"
start: { process: { command: [node, server.mjs, "{port}", ${notes}], ready: server is up } }
`,
  );
  const victim = random() < 0.5 ? 'harness' : 'implementation';
  const run = start(
    ['run', '--target', folder, '--chapter', 'SES,PKG,FLW', '--patience', '300ms', '--out', folder],
    folder,
  );
  const over = run.finished.then(() => true);
  const pause = (ms: number): Promise<boolean> => new Promise((resolve) => setTimeout(resolve, ms, false));
  if (random() < 0.3) await pause(random() * STARTING_MS);
  else {
    while (!existsSync(notes) && !(await Promise.race([over, pause(10)])));
    await pause(random() * RUNNING_MS);
  }
  const before = existsSync(notes) ? (JSON.parse(readFileSync(notes, 'utf8')) as Notes) : undefined;
  if (victim === 'harness') run.child.kill('SIGKILL');
  else if (before?.pids[0] !== undefined && isAlive(before.pids[0])) process.kill(before.pids[0], 'SIGKILL');
  await run.finished;
  const where = `seed ${seed}, ${victim} killed`;
  const after = existsSync(notes) ? (JSON.parse(readFileSync(notes, 'utf8')) as Notes) : undefined;
  for (const pid of after?.pids ?? [])
    await expect.poll(() => isAlive(pid), { timeout: 20_000, message: `${where}: ${pid} lives` }).toBe(false);
  if (after !== undefined) expect(await takesConnections(after.port), `${where}: the port is taken`).toBe(false);
  const trace = join(folder, 'trace.ndjson');
  if (!existsSync(trace)) return before !== undefined;
  const { header, events } = parseTrace(readFileSync(trace, 'utf8'), trace);
  expect(header.role, where).toBe('server');
  expect(() => judgeEvents(header, events, () => undefined, ORACLES), where).not.toThrow();
  return before !== undefined;
}

describe('a run whose suite or implementation is killed at a random moment', () => {
  it(`leaves no process and no port behind, and a trace that can be judged, ${SEEDS} times`, async () => {
    const left = Array.from({ length: SEEDS }, (_, index) => index + 1);
    let met = 0;
    const work = async (): Promise<void> => {
      for (let seed = left.shift(); seed !== undefined; seed = left.shift()) {
        const wasUp = await killedAt(seed);
        if (wasUp) met += 1;
      }
    };
    await Promise.all(Array.from({ length: AT_ONCE }, work));
    expect(met).toBeGreaterThan(SEEDS / 4);
  }, 600_000);
});
