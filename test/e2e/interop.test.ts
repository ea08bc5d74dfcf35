import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { Ajv2020 } from 'ajv/dist/2020.js';
import addFormats from 'ajv-formats';
import { describe, expect, it } from 'vitest';
import type { Interop, InteropCell, SessionOutcome } from '../../harness/model/interop.js';
import type { Result } from '../../harness/model/result.js';
import { dmconform, emptyFolder } from './cli.js';

const SAMPLES = fileURLToPath(new URL('../../fixtures/implementations/', import.meta.url));
const SERVER = fileURLToPath(new URL('server-without-notify.mjs', import.meta.url));

const ajv = new Ajv2020({ allErrors: true });
addFormats.default(ajv);
const SCHEMA = new URL('../../reports/schema/interop.schema.json', import.meta.url);
const isInterop = ajv.compile(JSON.parse(readFileSync(SCHEMA, 'utf8')));

/** A matrix, its record as the published schema wants it. */
async function matrix(
  args: readonly string[],
): Promise<{ readonly interop: Interop; readonly out: string; readonly code: number | null; readonly stdout: string }> {
  const out = emptyFolder();
  const { code, stdout } = await dmconform(['interop', ...args, '--out', out], out);
  const interop: unknown = JSON.parse(readFileSync(join(out, 'interop.json'), 'utf8'));
  expect(isInterop(interop), JSON.stringify(isInterop.errors)).toBe(true);
  return { interop: interop as Interop, out, code, stdout };
}

function cellOf({ cells }: Interop, client: string, server: string): InteropCell {
  const cell = cells.find((one) => one.client === client && one.server === server);
  if (cell === undefined) throw new Error(`no cell ${client} ${server}`);
  return cell;
}

function sessionOf({ sessions }: InteropCell, name: string): SessionOutcome {
  const session = sessions.find((one) => one.session === name);
  if (session === undefined) throw new Error(`no session ${name}`);
  return session;
}

/** A server that cannot be asked to notify, and what it says to an operation that does not exist. */
function serverWithoutNotify(madeUp: string): string {
  const file = join(emptyFolder(), 'implementation.yaml');
  writeFileSync(
    file,
    [
      'name: quiet-server',
      'role: server',
      'start:',
      '  process:',
      `    command: [node, ${SERVER}, "{port}", "{controlPort}", "${madeUp}"]`,
      '    ready: control ready',
      'control: { http: "http://127.0.0.1:{controlPort}" }',
      'account: { serverID: dm.example.com, notification: { secret: reference-notification-secret, data: reference-notification-data } }',
      'endpoint: "http://127.0.0.1:{port}/dm"',
    ].join('\n'),
  );
  return file;
}

describe('dmconform interop', () => {
  it('plays the reference pair, and leaves a record that is judged for either role', async () => {
    const { interop, out, code, stdout } = await matrix(['--clients', 'reference', '--servers', 'reference']);
    expect(code).toBe(0);
    expect(interop.cells).toHaveLength(1);
    const cell = cellOf(interop, 'reference-client', 'reference-server');
    expect(cell.sessions.map(({ session, outcome }) => `${session} ${outcome}`)).toEqual(
      interop.catalogue.map(({ name }) => `${name} worked`),
    );
    expect(stdout).toContain('21 of 21 worked');
    for (const view of ['interop.html', 'interop.md'])
      expect(readFileSync(join(out, view), 'utf8')).toContain('reference-server');
    for (const role of ['client', 'server'] as const) {
      const trace = join(out, cell.folder, 'trace.ndjson');
      const judged = JSON.parse((await dmconform(['judge', trace, '--role', role, '--json'])).stdout) as Result;
      expect(judged.role).toBe(role);
      expect(judged.target.name).toBe(`reference-${role}`);
      expect(judged.counts).toMatchObject({ fail: 0, error: 0, pass: cell.rows[role].pass });
    }
  });

  it('keeps what faults on the way came to beside the sessions', async () => {
    const args = ['--clients', 'reference', '--servers', 'reference', '--only', 'client-initiated'];
    const { interop } = await matrix([...args, '--faults', 'duplicate,reset']);
    const { faults = [] } = cellOf(interop, 'reference-client', 'reference-server');
    expect(faults.map(({ fault }) => fault)).toEqual(['duplicate', 'reset']);
  });

  it('calls an operation unsupported only when one that does not exist is answered alike', async () => {
    const args = ['--clients', 'reference', '--only', 'client-initiated,notified', '--patience', '3s'];
    const believed = await matrix([...args, '--servers', serverWithoutNotify('404')]);
    const quiet = sessionOf(cellOf(believed.interop, 'reference-client', 'quiet-server'), 'notified');
    expect(quiet).toMatchObject({ outcome: 'unsupported', missing: { side: 'server', key: 'control.operations' } });
    expect(quiet.missing?.probe).toContain('it was answered 404, and one that does not exist 404');
    expect(believed.code).toBe(0);
    const doubted = await matrix([...args, '--servers', serverWithoutNotify('200')]);
    const odd = sessionOf(cellOf(doubted.interop, 'reference-client', 'quiet-server'), 'notified');
    expect(odd.outcome).toBe('inconclusive');
    expect(odd.reason).toContain('was answered 200, so that is not taken for "not offered"');
  });

  it.each([
    [['--clients', 'reference', '--servers', join(SAMPLES, 'reference-client')]],
    [['--clients', 'reference', '--servers', 'reference', '--only', 'nothing']],
    [['--clients', 'reference', '--servers', 'reference', '--faults', 'rain']],
  ])('says what is wrong with %j', async (args) => {
    const { code, stderr } = await dmconform(['interop', ...args]);
    expect(code).toBe(2);
    expect(stderr).toContain('USAGE');
  });
});

const TOOLS = ['python3', 'java', 'javac', 'curl', 'jq', 'bash'];
const missing = TOOLS.filter((tool) => spawnSync('sh', ['-c', `command -v ${tool}`]).status !== 0);

describe.runIf(existsSync(join(SAMPLES, 'java-server')) && missing.length === 0)(
  'clients and servers that nobody here shares code with',
  () => {
    it('make a matrix of three by two', async () => {
      const sample = (name: string): string => join(SAMPLES, name);
      const { interop, code } = await matrix([
        ...['--clients', `reference,${sample('python-client')},${sample('curl-client')}`],
        ...['--servers', `reference,${sample('java-server')}`],
      ]);
      expect(interop.cells.flatMap(({ errors }) => errors)).toEqual([]);
      for (const server of ['reference-server', 'java-server']) {
        expect(cellOf(interop, 'reference-client', server).outcome).toBe('worked');
        const python = cellOf(interop, 'python-client', server);
        expect(python.sessions.filter(({ outcome }) => outcome !== 'worked').map(({ session }) => session)).toEqual([
          'show',
        ]);
        expect(sessionOf(python, 'show')).toMatchObject({
          outcome: 'unsupported',
          missing: { key: 'supports.commands' },
        });
        // It has the command, and a tree that nobody may write to: nothing to blame it for, and nothing that worked.
        const curl = cellOf(interop, 'curl-client', server);
        expect(sessionOf(curl, 'hget').outcome).toBe('inconclusive');
        expect(sessionOf(curl, 'hget').reason).toContain('HGET was answered 405');
        expect(sessionOf(curl, 'notified')).toMatchObject({
          outcome: 'unsupported',
          missing: { side: 'client', key: 'control' },
        });
        expect(sessionOf(curl, 'long').outcome).toBe('worked');
      }
      expect(code).toBe(0);
    });
  },
);
