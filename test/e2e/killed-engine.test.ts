import { spawnSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { randomFrom } from '../../harness/run/seed.js';
import { dmconform, emptyFolder, resultIn, start } from './cli.js';
import { MARKED_SERVER, marked, nothingLeft, pause, readable, told } from './kill-moments.js';
import { NODE_IMAGE, OwnEngine } from './own-engine.js';

/** So many runs go on while the engine is killed under them. */
const AT_ONCE = 3;
/** Who is killed: in each run either its suite or its container; the engine under all of them. */
const VICTIMS = ['one of both', 'the engine', 'the engine, early'] as const;
const SEEDS = VICTIMS.length * AT_ONCE;
/** The moment is drawn from the time that a run takes to start, or from the time after its container is up; in milliseconds. */
const STARTING_MS = 3000;
const RUNNING_MS = 2000;

const started = await OwnEngine.start().catch((error: unknown) => String(error));
const engine = typeof started === 'string' ? undefined : started;
/** Said in the name, since a skipped test has nothing else to say it with. */
const unless = typeof started === 'string' ? ` (skipped: ${started})` : '';

afterAll(() => engine?.close());

/** A statement of a server in a container of the engine; the folder that it lies in. */
function statement(mark: string, more = `image: ${NODE_IMAGE}`): string {
  const folder = emptyFolder();
  const [port, command] = ['{container.port.8000}', `${process.execPath}, /server.mjs, 0.0.0.0, "8000", ${mark}`];
  writeFileSync(join(folder, 'server.mjs'), MARKED_SERVER);
  writeFileSync(
    join(folder, 'implementation.yaml'),
    `name: killed
role: server
endpoint: "http://127.0.0.1:${port}/dm"
start:
  container: { ${more}, command: [${command}], files: [{ from: server.mjs, to: /server.mjs }], ports: [8000], ready: server is up }
`,
  );
  return folder;
}

function begin(folder: string, own: OwnEngine): ReturnType<typeof start> {
  const words = ['run', '--target', folder, '--chapter', 'SES,PKG,FLW', '--patience', '300ms', '--out', folder];
  return start(words, folder, own.environment);
}

/** No container of any run, nor what leads a port into one, and nothing of the marked servers. */
async function allGone(own: OwnEngine, folders: ReadonlyMap<string, string>, where: string): Promise<void> {
  await expect.poll(() => own.containers(), { timeout: 60_000, message: `${where}: containers` }).toBe('');
  await expect.poll(() => own.portHolders, { timeout: 30_000, message: `${where}: their ports` }).toEqual([]);
  for (const [mark, folder] of folders) {
    await nothingLeft(mark, join(folder, 'trace.ndjson'), where);
    readable(join(folder, 'trace.ndjson'), where);
  }
}

describe.skipIf(engine === undefined)(
  `a run on a container whose engine is killed${unless}`,
  { timeout: 300_000 },
  () => {
    const own = engine as OwnEngine;

    it('ends by itself with 3 and says why; what is left goes when the engine is back', async () => {
      const mark = `mark-${process.pid}-gone-`;
      const folder = statement(mark);
      const trace = join(folder, 'trace.ndjson');
      const run = begin(folder, own);
      await told(run.child, trace, 'scenario-end');
      await own.kill();
      const { code, stdout } = await run.finished;
      expect([code, resultIn(folder).errors]).toEqual([
        3,
        [expect.stringMatching(/^CONTAINER_ENGINE_GONE: .* does not answer any more; .* removed when it is back/)],
      ]);
      expect(stdout).toContain('ERROR CONTAINER_ENGINE_GONE');
      expect(resultIn(folder).requirements.filter(({ verdict }) => verdict === 'fail')).toEqual([]);
      const judged = await dmconform(['judge', trace, '--json']);
      expect(JSON.parse(judged.stdout)).toMatchObject({ source: 'trace', partial: expect.stringContaining('engine') });
      await own.again();
      await allGone(own, new Map([[mark, folder]]), 'engine killed');
    });

    it('while it builds the image ends with 3, too', async () => {
      const mark = `mark-${process.pid}-build-`;
      const folder = statement(mark, 'dockerfile: Dockerfile');
      const sleeps = `["${process.execPath}", "-e", "process.on('SIGTERM', process.exit); setTimeout(() => {}, 1e6)", "${mark}"]`;
      writeFileSync(join(folder, 'Dockerfile'), `FROM ${NODE_IMAGE}\nRUN ${sleeps}\n`);
      const run = begin(folder, own);
      await expect.poll(() => marked(mark, 'setTimeout').length, { timeout: 60_000 }).toBeGreaterThan(0);
      await own.kill();
      expect((await run.finished).code).toBe(3);
      expect(resultIn(folder).errors).toEqual([expect.stringMatching(/^CONTAINER_ENGINE_GONE: /)]);
      await own.again();
      // The container of the build is the engine's own, with no label; it has ended with the engine.
      await own.docker('container', 'prune', '--force');
      await allGone(own, new Map([[mark, folder]]), 'engine killed while it built');
    });

    it('the next run removes what neither the suite nor its guard lived to remove', async () => {
      const mark = `mark-${process.pid}-next-`;
      const folder = statement(mark);
      const run = begin(folder, own);
      await told(run.child, join(folder, 'trace.ndjson'), 'server is up');
      const guard = guardOf(run.child.pid);
      expect(guard).toBeGreaterThan(0);
      process.kill(guard, 'SIGKILL');
      run.child.kill('SIGKILL');
      await run.finished;
      expect((await own.containers()).split('\n')).toEqual([expect.stringContaining(`.${run.child.pid}.`)]);
      const next = statement(`mark-${process.pid}-after-`);
      expect((await begin(next, own).finished).code).toBe(0);
      await allGone(own, new Map([[mark, folder]]), 'suite and guard killed');
    });

    it(`leaves nothing behind and a trace that can be judged, whoever is killed whenever, ${SEEDS} times`, async () => {
      let met = 0;
      for (const [index, victim] of VICTIMS.entries()) {
        const up = await killedAt(index * AT_ONCE, victim, own);
        met += up;
      }
      expect(met).toBeGreaterThan(SEEDS / 4);
    }, 600_000);
  },
);

/** Runs side by side, of which each loses its suite or its container, or all lose the engine. Resolves with how many were up by then. */
async function killedAt(first: number, victim: (typeof VICTIMS)[number], own: OwnEngine): Promise<number> {
  const folders = new Map<string, string>();
  let met = 0;
  const where = `seeds from ${first}, ${victim}`;
  const atMoment = moments();
  const engine = async (): Promise<void> => {
    await atMoment.all;
    await own.kill();
  };
  const dead = victim === 'one of both' ? undefined : engine();
  const one = async (seed: number): Promise<void> => {
    const random = randomFrom(`kill a container ${seed}`);
    const mark = `mark-${process.pid}-box-${seed}-`;
    const folder = statement(mark);
    folders.set(mark, folder);
    const run = begin(folder, own);
    const early = victim === 'one of both' ? random() < 0.3 : victim === 'the engine, early';
    if (early) await pause(random() * STARTING_MS);
    else {
      const wasUp = await told(run.child, join(folder, 'trace.ndjson'), 'server is up');
      if (wasUp) met += 1;
      await pause(random() * RUNNING_MS);
    }
    atMoment.reached();
    await dead;
    // Of those whose engine is gone some lose their suite as well.
    const suiteDies = random() < 0.5;
    if (suiteDies) run.child.kill('SIGKILL');
    else if (dead === undefined) await killContainer(own, run.child.pid);
    const { code } = await run.finished;
    if (suiteDies) return;
    // Whoever was not killed ends by itself, and says what broke, if anything did before it was done.
    expect([0, 1, 3, 4], where).toContain(code);
    if (dead !== undefined && code === 3)
      expect(resultIn(folder).errors.join(), where).toMatch(/CONTAINER_ENGINE_GONE|no container engine answers/);
  };
  await Promise.all(Array.from({ length: AT_ONCE }, (_, index) => one(first + index)));
  if (dead !== undefined) await own.again();
  await allGone(own, folders, where);
  return met;
}

/** `all` resolves when each of the runs has come to its moment. */
function moments(): { readonly reached: () => void; readonly all: Promise<void> } {
  let left = AT_ONCE;
  let open: () => void = () => undefined;
  const all = new Promise<void>((resolve) => {
    open = resolve;
  });
  const reached = (): void => {
    left -= 1;
    if (left === 0) open();
  };
  return { reached, all };
}

async function killContainer(own: OwnEngine, suite: number | undefined): Promise<void> {
  const line = (await own.containers()).split('\n').find((one) => one.includes(`.${suite}.`));
  const [id] = (line ?? '').split(' ');
  // It may be gone by now.
  if (id !== undefined && id !== '') await own.docker('kill', id).catch(() => undefined);
}

/** The process that watches over this suite. */
function guardOf(suite: number | undefined): number {
  const { stdout } = spawnSync('ps', ['-o', 'pid=,args=', '--ppid', `${suite}`]);
  const line = stdout
    .toString()
    .split('\n')
    .find((one) => one.includes('guard-main'));
  return Number.parseInt(line ?? '', 10);
}
