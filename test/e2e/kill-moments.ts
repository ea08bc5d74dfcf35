import { type ChildProcess, spawnSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { request } from 'node:http';
import { expect } from 'vitest';
import { ORACLES } from '../../harness/oracles/index.js';
import { judgeEvents } from '../../harness/run/judging.js';
import { parseTrace } from '../../harness/trace/ndjson.js';

/**
 * A DM Server that ends every session, with a child that would outlive it. Its words: address, port, and a mark that nothing else on the machine has,
 * by which its processes are known, and which it answers to whatever is no POST.
 */
export const MARKED_SERVER = `
import { spawn } from 'node:child_process'; import { createServer } from 'node:http';
const [address, port, mark] = process.argv.slice(2);
spawn(process.execPath, ['-e', 'setTimeout(() => {}, 1e6)', mark]);
process.on('SIGTERM', () => process.exit());
createServer((request, response) => {
  if (request.method !== 'POST') return response.writeHead(405).end(mark);
  request.resume();
  request.on('end', () => {
    response.writeHead(200, { 'content-type': 'application/vnd.oma.dm.request+json' }).end('{"CMD":[["END"]]}');
  });
}).listen(Number(port), address, () => console.log('server is up'));
`;

/** Ids of the processes with that mark (and word), which are not the suite's own; one that nobody has waited for yet is gone all the same. */
export function marked(mark: string, word = ''): readonly number[] {
  const { stdout } = spawnSync('ps', ['-eo', 'pid=,stat=,args=']);
  return stdout
    .toString()
    .split('\n')
    .filter((line) => line.includes(mark) && line.includes(word) && !/^\s*\d+\s+Z|dmconform\.js/.test(line))
    .map((line) => Number.parseInt(line, 10));
}

/** Whether that port is the marked server's: somebody else may have it by now. */
function serves(port: number, mark: string): Promise<boolean> {
  return new Promise((resolve) => {
    const asked = request({ host: '127.0.0.1', port, timeout: 2000, agent: false }, (response) => {
      let text = '';
      response.on('data', (piece: Buffer) => {
        text += piece.toString();
      });
      response.once('close', () => resolve(text === mark));
    });
    asked.once('timeout', () => asked.destroy());
    asked.once('error', () => resolve(false));
    asked.end();
  });
}

export const pause = (ms: number): Promise<boolean> => new Promise((resolve) => setTimeout(resolve, ms, false));

/** The trace as far as it is written. */
export function textOf(trace: string): string {
  return existsSync(trace) ? readFileSync(trace, 'utf8') : '';
}

/** Resolves when the trace tells of it, or the suite has ended: then with false. */
export async function told(child: ChildProcess, trace: string, what: string): Promise<boolean> {
  while (!textOf(trace).includes(what)) {
    if (child.exitCode !== null || child.signalCode !== null) return false;
    await pause(40);
  }
  return true;
}

/** Nothing of the marked server is left, in bounded time. */
export async function nothingLeft(mark: string, trace: string, where: string): Promise<void> {
  await expect.poll(() => marked(mark), { timeout: 60_000, message: `${where}: processes` }).toEqual([]);
  const port = /"Host","127\.0\.0\.1:(\d+)"/.exec(textOf(trace))?.[1];
  if (port !== undefined) expect(await serves(Number(port), mark), `${where}: port ${port}`).toBe(false);
}

/** The trace, if the run came to begin one, can be judged. */
export function readable(trace: string, where: string): void {
  if (!existsSync(trace)) return;
  const { header, events } = parseTrace(readFileSync(trace, 'utf8'), trace);
  expect(header.role, where).toBe('server');
  expect(() => judgeEvents(header, events, () => undefined, ORACLES), where).not.toThrow();
}
