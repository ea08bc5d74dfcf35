import { accessSync, constants } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import type { Command } from 'commander';
import { findBrowser } from '../harness/reference/find-browser.js';
import { findNginx } from '../harness/run/web-server.js';
import { findEngine } from '../harness/targets/container-engine.js';

interface Check {
  readonly what: string;
  /** `needed`: without it nothing works; `optional`: some rows, or some targets, need it. */
  readonly need: 'needed' | 'optional';
  readonly good: boolean;
  readonly says: string;
}

/** What every run needs of Node.js: package.json says the same. */
const NODE = [20, 19] as const;

export function defineDoctor(program: Command): void {
  program
    .command('doctor')
    .description('what this machine has that the suite uses: Node.js, ports, browser, web server, container engine')
    .option('--json', 'as JSON')
    .action(async ({ json }: { readonly json?: boolean }) => {
      const checks = await examine();
      const healthy = checks.every(({ good, need }) => good || need === 'optional');
      if (json === true) process.stdout.write(`${JSON.stringify({ healthy, checks }, null, 2)}\n`);
      else for (const check of checks) process.stdout.write(`${lineOf(check)}\n`);
      process.exitCode = healthy ? 0 : 3;
    });
}

function lineOf({ what, need, good, says }: Check): string {
  const word = good ? 'ok     ' : need === 'needed' ? 'MISSING' : 'absent ';
  return `${word}  ${what.padEnd(16)}  ${says}`;
}

async function examine(): Promise<readonly Check[]> {
  const [major = 0, minor = 0] = process.versions.node.split('.').map(Number);
  const enough = major > NODE[0] || (major === NODE[0] && minor >= NODE[1]);
  const browser = findBrowser();
  const nginx = findNginx();
  const engine = await findEngine();
  const [loopback, second, sixth] = await Promise.all(['127.0.0.1', '127.0.0.2', '::1'].map(canListen));
  return [
    { what: 'Node.js', need: 'needed', good: enough, says: `${process.version}, needed ${NODE.join('.')} or later` },
    {
      what: 'loopback',
      need: 'needed',
      good: loopback === undefined,
      says: loopback ?? 'ports of 127.0.0.1 can be opened',
    },
    { what: 'temporary files', need: 'needed', ...writable() },
    {
      what: 'another host',
      need: 'optional',
      good: second === undefined || sixth === undefined,
      says:
        second === undefined || sixth === undefined
          ? 'a second loopback address can be used'
          : `rows with a repository on another host stay inconclusive (${second})`,
    },
    {
      what: 'web browser',
      need: 'optional',
      good: browser.path !== undefined,
      says: browser.path ?? `${browser.reason}; SHOW of the reference client is then not judged with a real one`,
    },
    {
      what: 'web server',
      need: 'optional',
      good: nginx !== undefined,
      says: nginx ?? 'no nginx on the search path or in /usr/sbin; rows with a web server of others stay inconclusive',
    },
    {
      what: 'container engine',
      need: 'optional',
      good: engine.version !== undefined,
      says:
        engine.version === undefined
          ? `${engine.reason}; only targets in containers need one`
          : `${engine.version} at ${engine.where}`,
    },
  ];
}

function writable(): { readonly good: boolean; readonly says: string } {
  try {
    accessSync(tmpdir(), constants.W_OK);
    return { good: true, says: tmpdir() };
  } catch (error) {
    return { good: false, says: error instanceof Error ? error.message : String(error) };
  }
}

/** Why no port of that address can be opened; undefined when one can. */
function canListen(host: string): Promise<string | undefined> {
  return new Promise((resolve) => {
    const server = createServer();
    server.once('error', (error) => resolve(error.message));
    server.listen(0, host, () => server.close(() => resolve(undefined)));
  });
}
