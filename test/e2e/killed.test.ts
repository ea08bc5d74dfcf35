import { spawnSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { dmconform, emptyFolder, start } from './cli.js';

/** Whether a process with this word in its command line is running. */
function isRunning(word: string): boolean {
  const { stdout } = spawnSync('ps', ['-eo', 'stat,args']);
  return stdout
    .toString()
    .split('\n')
    .some((line) => line.includes(word) && !/^Z|dmconform\.js/.test(line));
}

it('a suite that is killed leaves no process of the target behind', async () => {
  const folder = emptyFolder();
  const word = `${40_000 + (process.pid % 10_000)}`;
  const text = `name: a\nrole: server\nendpoint: "http://127.0.0.1:9/"\nstart: { process: { command: "sleep ${word} & sleep ${word}", ready: never } }\n`;
  writeFileSync(join(folder, 'implementation.yaml'), text);
  const run = start(['run', '--target', folder, '--out', folder], folder);
  await expect.poll(() => isRunning(`sleep ${word}`), { timeout: 20_000 }).toBe(true);
  run.child.kill('SIGKILL');
  await run.finished;
  await expect.poll(() => isRunning(`sleep ${word}`), { timeout: 10_000 }).toBe(false);
  expect((await dmconform(['judge', join(folder, 'trace.ndjson')])).code).not.toBe(2);
});
