// Makes sure that dependencies and build are up to date, then runs the command given as arguments:
//   node scripts/ensure.mjs [--build-only | --install-only] [command [argument ...]]
// Compares stamps of package-lock.json and of the sources; runs `npm ci --include=dev` and `tsc` only where they differ. Quiet when there is nothing to do.
// What it has to say goes to standard error. A failed installation or build exits 3, since it says nothing about any target. Has no dependencies.
import { spawn, spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { constants } from 'node:os';
import { delimiter, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const ROOT = fileURLToPath(new URL('../', import.meta.url));
const STAMPS = join(ROOT, '.stamps');
const LOCK = join(STAMPS, 'lock');
const SOURCE_FOLDERS = ['bench', 'cli', 'harness', 'reports', 'steps'];
const BROKEN = 3;
/** How long another process may take to install and build, in milliseconds. */
const LOCK_PATIENCE = 600_000;

const [first, ...others] = process.argv.slice(2);
const only = first === '--build-only' || first === '--install-only' ? first : undefined;
const command = only !== undefined || first === undefined ? others : [first, ...others];

const INSTALL = {
  name: 'install',
  digest: () => digestOf(['package-lock.json'], `node ${process.versions.modules} ${process.platform} ${process.arch}`),
  isThere: () => existsSync(join(ROOT, 'node_modules/typescript/bin/tsc')),
  work: () => call('npm', ['ci', '--include=dev'], 'installing dependencies'),
};
const BUILD = {
  name: 'build',
  digest: () => digestOf(['package-lock.json', 'tsconfig.json', ...SOURCE_FOLDERS.flatMap(sourcesIn)]),
  isThere: () => existsSync(join(ROOT, 'dist')),
  work: build,
};

for (const step of only === '--install-only' ? [INSTALL] : [INSTALL, BUILD]) ensure(step);
if (command.length > 0) run(command);

function ensure(step) {
  if (isCurrent(step)) return;
  withLock(() => {
    // Somebody else may have done it while we waited for the lock.
    if (isCurrent(step)) return;
    const digest = step.digest();
    rmSync(stampOf(step), { force: true });
    step.work();
    writeFileSync(stampOf(step), digest);
  });
}

function isCurrent(step) {
  return step.isThere() && existsSync(stampOf(step)) && readFileSync(stampOf(step), 'utf8') === step.digest();
}

function stampOf(step) {
  return join(STAMPS, step.name);
}

/** Builds beside the old output and puts it in its place, so that what runs from there meanwhile finds all its files, and none of a source that is gone stays. */
function build() {
  const fresh = join(STAMPS, 'dist');
  rmSync(fresh, { recursive: true, force: true });
  call(process.execPath, ['node_modules/typescript/bin/tsc', '-p', 'tsconfig.json', '--outDir', fresh], 'building');
  rmSync(join(ROOT, 'dist'), { recursive: true, force: true });
  renameSync(fresh, join(ROOT, 'dist'));
}

function call(program, parameters, what) {
  process.stderr.write(`dmconform: ${what}\n`);
  const result = spawnSync(program, parameters, {
    cwd: ROOT,
    stdio: ['ignore', 2, 2],
    shell: process.platform === 'win32' && program === 'npm',
  });
  if (result.status === 0) return;
  unlock();
  process.stderr.write(`dmconform: ${what} failed${result.error ? `: ${result.error.message}` : ''}\n`);
  process.exit(BROKEN);
}

function sourcesIn(folder) {
  const path = join(ROOT, folder);
  if (!existsSync(path)) return [];
  return readdirSync(path, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && /\.(ts|json)$/.test(entry.name))
    .map((entry) => join(entry.parentPath ?? entry.path, entry.name).slice(ROOT.length))
    .filter((file) => !/^reports[\\/]out[\\/]/.test(file))
    .sort();
}

function digestOf(files, more = '') {
  const hash = createHash('sha256').update(more);
  for (const file of files) {
    const path = join(ROOT, file);
    hash.update(`\0${file}\0`).update(existsSync(path) ? readFileSync(path) : '');
  }
  return hash.digest('hex');
}

/** One process at a time installs or builds. A lock whose owner is gone is taken over. */
function withLock(work) {
  const giveUpAt = Date.now() + LOCK_PATIENCE;
  mkdirSync(STAMPS, { recursive: true });
  while (!tryLock()) {
    if (Date.now() > giveUpAt) {
      process.stderr.write(`dmconform: another process holds ${LOCK}; remove it if none is at work\n`);
      process.exit(BROKEN);
    }
    Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 100);
  }
  try {
    work();
  } finally {
    unlock();
  }
}

function tryLock() {
  try {
    writeFileSync(LOCK, String(process.pid), { flag: 'wx' });
    return true;
  } catch (error) {
    if (error.code !== 'EEXIST') throw error;
  }
  if (!isAlive(ownerOfLock())) rmSync(LOCK, { force: true });
  return false;
}

/** Process id in the lock; undefined while its owner has not written it yet or has just removed it. */
function ownerOfLock() {
  try {
    const owner = Number(readFileSync(LOCK, 'utf8'));
    return owner > 0 ? owner : undefined;
  } catch {
    return undefined;
  }
}

function isAlive(owner) {
  if (owner === undefined) return true;
  try {
    process.kill(owner, 0);
    return true;
  } catch (error) {
    return error.code === 'EPERM';
  }
}

function unlock() {
  if (ownerOfLock() === process.pid) rmSync(LOCK, { force: true });
}

/** Runs the command in our place: its exit code is ours, and signals go to it. */
function run([program, ...parameters]) {
  const path = `${join(ROOT, 'node_modules/.bin')}${delimiter}${process.env.PATH ?? ''}`;
  const child = spawn(program === 'node' ? process.execPath : program, parameters, {
    stdio: 'inherit',
    env: { ...process.env, PATH: path },
    shell: process.platform === 'win32' && program !== 'node',
  });
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) {
    process.on(signal, () => {
      // On a terminal Ctrl-C reaches the child by itself; a second one would count as impatience.
      if (signal !== 'SIGINT' || !process.stdin.isTTY) child.kill(signal);
    });
  }
  child.on('error', (error) => {
    process.stderr.write(`dmconform: ${program} could not be started: ${error.message}\n`);
    process.exitCode = BROKEN;
  });
  child.on('exit', (code, signal) => {
    process.exitCode = signal === null ? (code ?? BROKEN) : 128 + (constants.signals[signal] ?? 0);
  });
}
