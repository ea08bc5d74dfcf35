import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { randomFrom } from '../../harness/run/seed.js';
import { emptyFolder, start } from './cli.js';
import { MARKED_SERVER, marked, nothingLeft, pause, readable, told } from './kill-moments.js';

const SEEDS = 50;
const AT_ONCE = 8;
/** The moment is drawn from the time that the suite takes to start, or from the time after the implementation is up; in milliseconds. */
const STARTING_MS = 1500;
const RUNNING_MS = 1500;

/** One run whose victim is killed at a random moment; what must hold afterwards. Resolves with whether the implementation was up by then. */
async function killedAt(seed: number): Promise<boolean> {
  const random = randomFrom(`kill ${seed}`);
  const folder = emptyFolder();
  const mark = `mark-${process.pid}-${seed}-`;
  writeFileSync(join(folder, 'server.mjs'), MARKED_SERVER);
  writeFileSync(
    join(folder, 'implementation.yaml'),
    `name: a
role: server
endpoint: "http://127.0.0.1:{port}/dm"
start: { process: { command: [node, server.mjs, 127.0.0.1, "{port}", ${mark}], ready: server is up } }
`,
  );
  const victim = random() < 0.5 ? 'harness' : 'implementation';
  const trace = join(folder, 'trace.ndjson');
  const run = start(
    ['run', '--target', folder, '--chapter', 'SES,PKG,FLW', '--patience', '300ms', '--out', folder],
    folder,
  );
  let wasUp = false;
  if (random() < 0.3) await pause(random() * STARTING_MS);
  else {
    wasUp = await told(run.child, trace, 'server is up');
    await pause(random() * RUNNING_MS);
  }
  if (victim === 'harness') run.child.kill('SIGKILL');
  else for (const pid of marked(mark, 'server.mjs')) end(pid);
  await run.finished;
  const where = `seed ${seed}, ${victim} killed`;
  await nothingLeft(mark, trace, where);
  readable(trace, where);
  return wasUp;
}

/** It may have ended by itself a moment ago. */
function end(pid: number): void {
  try {
    process.kill(pid, 'SIGKILL');
  } catch (error) {
    expect((error as NodeJS.ErrnoException).code).toBe('ESRCH');
  }
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
