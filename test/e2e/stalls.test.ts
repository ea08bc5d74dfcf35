import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, it } from 'vitest';
import { emptyFolder, resultIn, start } from './cli.js';

const ROOT = fileURLToPath(new URL('../../', import.meta.url));
/** How long the client waits for an answer, in milliseconds, and for how long the suite stands still. */
const GIVES_UP_MS = 500;
const STALL_MS = 2000;
/** When the suite is stopped: so many answers of the server after the first that holds the word, which stands where a scenario begins. */
const MOMENTS: readonly (readonly [string, number])[] = [
  ['', 2],
  ['', 9],
  ['', 17],
  ['"FLW-08"', 5],
  // A session of 200 rounds: whenever it is, the client is in the middle of it.
  ['"FLW-15"', 40],
];

/** The statement of the reference client as a foreign process, which is impatient. */
function impatient(folder: string): void {
  const text = readFileSync(join(ROOT, 'fixtures/implementations/reference-client/implementation.yaml'), 'utf8');
  const statement = text
    .replace('cwd: ../../..', `cwd: ${JSON.stringify(ROOT)}`)
    .replace('- 3s', `- ${GIVES_UP_MS}ms`)
    .replace('package: 3s', `package: ${GIVES_UP_MS}ms`);
  writeFileSync(join(folder, 'implementation.yaml'), statement);
}

const sleep = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));

function recordIn(folder: string): readonly string[] {
  try {
    return readFileSync(join(folder, 'trace.ndjson'), 'utf8').split('\n');
  } catch {
    return [];
  }
}

function hasCome(folder: string, [word, answers]: (typeof MOMENTS)[number]): boolean {
  const record = recordIn(folder);
  const begun = record.findIndex((line) => line.includes('"scenario-begin"') && line.includes(word));
  const since = begun < 0 ? [] : record.slice(begun);
  return since.filter((line) => line.includes('"http-response"') && line.includes('"from":"server"')).length >= answers;
}

it('no row fails because the suite itself stood still', { timeout: 180_000 }, async () => {
  const folder = emptyFolder();
  impatient(folder);
  const args = ['run', '--target', folder, '--out', folder, '--chapter', 'FLW,END,STA', '--patience', '2s'];
  const run = start(args, folder);
  let over = false;
  void run.finished.then(() => {
    over = true;
  });
  let stopped = 0;
  for (const moment of MOMENTS) {
    while (!hasCome(folder, moment) && !over) await sleep(5);
    if (over) break;
    run.child.kill('SIGSTOP');
    stopped += 1;
    await sleep(STALL_MS);
    run.child.kill('SIGCONT');
  }
  const { code, stdout } = await run.finished;
  const stalls = recordIn(folder).flatMap((line) => {
    const ms = /"name":"stall","ms":(\d+)/.exec(line)?.[1];
    return ms === undefined ? [] : [Number(ms)];
  });
  expect(stopped).toBe(MOMENTS.length);
  expect(stalls.filter((ms) => ms >= STALL_MS - 100).length).toBeGreaterThanOrEqual(stopped);
  const { requirements, errors } = resultIn(folder);
  expect(errors).toEqual([]);
  expect(requirements.filter(({ verdict }) => verdict === 'fail' || verdict === 'warn')).toEqual([]);
  expect(code, stdout).toBe(0);
  // Without what the record says of the suite the same client would fail: it did leave sessions.
  const words = recordIn(folder).join('\n');
  const blind = words.replace(`"timeouts":{"package":${GIVES_UP_MS}}`, '"timeouts":{"package":60000}');
  expect(blind).not.toBe(words);
  writeFileSync(join(folder, 'blind.ndjson'), blind);
  const judged = start(['judge', 'blind.ndjson', '--out', join(folder, 'blind')], folder);
  await judged.finished;
  const blamed = resultIn(join(folder, 'blind')).requirements.filter(({ verdict }) => /fail|warn/.test(verdict));
  expect(blamed.map(({ id }) => id)).toEqual(expect.arrayContaining([expect.stringMatching(/^FLW-/)]));
});
