import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { chmodSync, cpSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';

const SCRIPT = fileURLToPath(new URL('../../scripts/ensure.mjs', import.meta.url));
/** Stands in for npm and for tsc: writes down how it was called and leaves behind what the real one would. */
const FAKE_NPM = `#!/usr/bin/env node
const fs = require('node:fs');
fs.appendFileSync('calls', 'npm ' + process.argv.slice(2).join(' ') + '\\n');
console.log('npm talks');
if (fs.existsSync('npm-fails')) process.exit(7);
fs.mkdirSync('node_modules/typescript/bin', { recursive: true });
fs.copyFileSync('fake-tsc', 'node_modules/typescript/bin/tsc');
`;
const FAKE_TSC = `
const fs = require('node:fs');
fs.appendFileSync('calls', 'tsc\\n');
const out = process.argv[process.argv.indexOf('--outDir') + 1];
fs.mkdirSync(out, { recursive: true });
fs.writeFileSync(out + '/built', '');
if (fs.existsSync('tsc-fails')) process.exit(2);
`;

let root = '';

beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'dmconform-ensure-'));
  for (const folder of ['scripts', 'harness', 'bin-fake']) mkdirSync(join(root, folder));
  cpSync(SCRIPT, join(root, 'scripts/ensure.mjs'));
  write('package-lock.json', '{}');
  write('tsconfig.json', '{}');
  write('harness/a.ts', '1');
  write('fake-tsc', FAKE_TSC);
  write('bin-fake/npm', FAKE_NPM);
  chmodSync(join(root, 'bin-fake/npm'), 0o755);
});

afterEach(() => {
  rmSync(root, { recursive: true, force: true });
});

function write(file: string, text: string): void {
  writeFileSync(join(root, file), text);
}

const env = (): NodeJS.ProcessEnv => ({
  ...process.env,
  PATH: `${join(root, 'bin-fake')}${delimiter}${process.env.PATH}`,
});

function ensure(...parameters: readonly string[]) {
  return spawnSync(process.execPath, [join(root, 'scripts/ensure.mjs'), ...parameters], {
    env: env(),
    encoding: 'utf8',
    cwd: root,
  });
}

/** What was called since the last time. */
function calls(): readonly string[] {
  const file = join(root, 'calls');
  if (!existsSync(file)) return [];
  const lines = readFileSync(file, 'utf8').trim().split('\n');
  rmSync(file);
  return lines;
}

describe.skipIf(process.platform === 'win32')('scripts/ensure.mjs', () => {
  it('installs and builds once, and is quiet when there is nothing to do', () => {
    const first = ensure('node', '-e', 'console.log("ran")');
    expect(first).toMatchObject({ status: 0, stdout: 'ran\n' });
    expect(first.stderr).toContain('installing dependencies');
    expect(calls()).toEqual(['npm ci --include=dev', 'tsc']);
    expect(ensure('node', '-e', 'console.log("ran")')).toMatchObject({ status: 0, stdout: 'ran\n', stderr: '' });
    expect(calls()).toEqual([]);
  });

  it('does again only what has changed', () => {
    ensure('--build-only');
    calls();
    write('harness/a.ts', '2');
    ensure('--build-only');
    expect(calls()).toEqual(['tsc']);
    write('harness/b.ts', '');
    ensure('--build-only');
    expect(calls()).toEqual(['tsc']);
    write('package-lock.json', '{"a":1}');
    ensure('--build-only');
    expect(calls()).toEqual(['npm ci --include=dev', 'tsc']);
    rmSync(join(root, 'dist'), { recursive: true });
    ensure('--build-only');
    expect(calls()).toEqual(['tsc']);
    expect(existsSync(join(root, 'dist/built'))).toBe(true);
  });

  it('leaves nothing of a source that is gone in the output', () => {
    ensure('--build-only');
    write('dist/left-over.js', '');
    write('harness/a.ts', '2');
    ensure('--build-only');
    expect(existsSync(join(root, 'dist/left-over.js'))).toBe(false);
  });

  it.each([
    ['npm-fails', 'installing dependencies failed'],
    ['tsc-fails', 'building failed'],
  ])('exits 3 and runs nothing with %s, and tries again next time', (file, message) => {
    write(file, '');
    const failed = ensure('node', '-e', 'console.log("ran")');
    expect(failed).toMatchObject({ status: 3, stdout: '' });
    expect(failed.stderr).toContain(message);
    rmSync(join(root, file));
    expect(ensure('node', '-e', 'console.log("ran")')).toMatchObject({ status: 0, stdout: 'ran\n' });
  });

  it('passes exit codes on', () => {
    expect(ensure('node', '-e', 'process.exit(42)').status).toBe(42);
    expect(ensure('node', '-e', 'process.kill(process.pid, "SIGKILL")').status).toBe(137);
    expect(ensure('no-such-command').status).toBe(3);
  });

  it('passes signals on', async () => {
    ensure('--build-only');
    const code = 'process.on("SIGTERM", () => process.exit(5)); setInterval(() => 1, 1000); console.log("up")';
    const child = spawn(process.execPath, [join(root, 'scripts/ensure.mjs'), 'node', '-e', code], {
      env: env(),
      stdio: ['ignore', 'pipe', 'ignore'],
    });
    await once(child.stdout, 'data');
    child.kill('SIGTERM');
    expect(await once(child, 'exit')).toEqual([5, null]);
  });

  it('takes over the lock of a process that is gone', () => {
    mkdirSync(join(root, '.stamps'));
    write('.stamps/lock', String(spawnSync(process.execPath, ['-e', '']).pid));
    expect(ensure('--build-only').status).toBe(0);
    expect(existsSync(join(root, '.stamps/lock'))).toBe(false);
  });

  it('lets two at once install one time', async () => {
    const start = () =>
      spawn(process.execPath, [join(root, 'scripts/ensure.mjs'), '--build-only'], { env: env(), stdio: 'ignore' });
    await Promise.all([once(start(), 'exit'), once(start(), 'exit')]);
    expect(calls()).toEqual(['npm ci --include=dev', 'tsc']);
  });
});
