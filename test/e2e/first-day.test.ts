import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { ROOT, readLedger } from '../../cli/paths.js';
import { rulesByRequirement } from '../../cli/scenarios.js';
import { readImplementation } from '../../harness/model/implementation.js';
import { needsOf } from '../../harness/run/needs.js';
import type { ActionEvent, TraceEvent } from '../../harness/trace/event.js';
import { parseTrace } from '../../harness/trace/ndjson.js';
import { dmconform, emptyFolder } from './cli.js';

const SAMPLES = fileURLToPath(new URL('../../fixtures/implementations/', import.meta.url));

describe('init', () => {
  it.each([
    ['a client', ['--role', 'client', '--name', 'acme', '--command', 'acme {server.url}']],
    [
      'a server',
      [
        '--role',
        'server',
        '--name',
        'acme',
        '--url',
        'http://127.0.0.1:{port}/dm',
        '--command',
        'acme {port}',
        '--ready',
        'up',
      ],
    ],
    ['a client that runs already', ['--role', 'client', '--name', 'acme', '--control', 'http://127.0.0.1:99']],
    ['a container', ['--role', 'client', '--name', 'acme', '--image', 'acme:1', '--vendor', 'Acme']],
  ])('writes a statement of %s that can be read', async (_, flags) => {
    const folder = emptyFolder();
    const { code, stdout } = await dmconform(['init', ...flags, '--out', 'sub/implementation.yaml'], folder);
    const path = join(folder, 'sub', 'implementation.yaml');
    expect([code, stdout]).toEqual([0, expect.stringContaining('dmconform check sub/implementation.yaml')]);
    expect(readImplementation({ path, text: readFileSync(path, 'utf8') }).name).toBe('acme');
  });

  it('never writes over a file, nor half a statement', async () => {
    const folder = emptyFolder();
    writeFileSync(join(folder, 'implementation.yaml'), 'mine');
    const whole = ['init', '--role', 'client', '--name', 'acme', '--command', 'acme {server.url}'];
    expect((await dmconform(whole, folder)).code).toBe(2);
    expect(readFileSync(join(folder, 'implementation.yaml'), 'utf8')).toBe('mine');
    const other = emptyFolder();
    const { code, stderr } = await dmconform(['init', '--role', 'server', '--name', 'acme'], other);
    expect([code, stderr, existsSync(join(other, 'implementation.yaml'))]).toEqual([
      2,
      expect.stringContaining('--url'),
      false,
    ]);
  });
});

describe('check', () => {
  it('tries the control operations and says that all can be judged', async () => {
    const { code, stdout } = await dmconform(['check', join(SAMPLES, 'reference-server'), '--json']);
    const told = JSON.parse(stdout);
    expect([code, told.canBeJudged > 50]).toEqual([0, true]);
    expect(
      told.operations.map(({ operation, standing }: Record<string, string>) => `${operation} ${standing}`),
    ).toEqual(['queue offered', 'sendNotification offered', 'reset offered']);
  });

  it('says what is missing, and for which requirements', async () => {
    const folder = emptyFolder();
    const text = readFileSync(join(SAMPLES, 'reference-client', 'implementation.yaml'), 'utf8')
      .replace('cwd: ../../..', `cwd: ${ROOT}`)
      .replace('{controlPort}"\nsupports', '{controlPort}"\n  operations: [startSession, reset]\nsupports')
      .replace(/ {2}permanent:.*\n/, '');
    writeFileSync(join(folder, 'implementation.yaml'), text);
    const { code, stdout } = await dmconform(['check', folder]);
    expect(code).toBe(0);
    expect(stdout).toMatch(/without control operation raiseAlert:\n {4}ALT-01/);
    expect(stdout).toMatch(/without nodes\.permanent:\n/);
  });

  it('a target that is not there ends with 3 and what it said', async () => {
    const folder = emptyFolder();
    writeFileSync(
      join(folder, 'implementation.yaml'),
      'name: a\nrole: server\nendpoint: "http://127.0.0.1:{port}/"\nstart: { process: { command: "echo no licence; exit 1", ready: up } }\n',
    );
    const { code, stdout } = await dmconform(['check', folder]);
    expect([code, stdout]).toEqual([3, expect.stringMatching(/cannot be reached[\s\S]*no licence/)]);
  });
});

describe('explain', () => {
  it('every requirement of the ledger', async () => {
    const { code, stdout } = await dmconform(['explain', 'ses-05']);
    expect(code).toBe(0);
    for (const part of ['MUST', 'D-29', 'What typically breaks it', 'A good exchange', 'A bad exchange', 'Expected:'])
      expect(stdout).toContain(part);
  });

  it('an id that does not exist is wrong usage', async () => {
    expect((await dmconform(['explain', 'SES-99'])).code).toBe(2);
  });
});

it('doctor tells what there is', async () => {
  const { code, stdout } = await dmconform(['doctor', '--json']);
  const { healthy, checks } = JSON.parse(stdout);
  expect([code, healthy, checks.length]).toEqual([0, true, 7]);
});

/** Which operation an action is the use of. */
const OPERATION_OF: Readonly<Partial<Record<ActionEvent['action']['name'], string>>> = {
  'raise-alert': 'raiseAlert',
  'set-node': 'setNode',
  bootstrap: 'bootstrap',
  browser: 'setBrowser',
  queue: 'queue',
  'ask-notification': 'sendNotification',
};

function operationOf(event: TraceEvent, role: 'client' | 'server'): string | undefined {
  if (event.kind === 'notification') return role === 'client' ? 'notify' : undefined;
  return event.kind === 'action' ? OPERATION_OF[event.action.name] : undefined;
}

describe('what a scenario is said to need is what it uses', () => {
  it.each(['client', 'server'] as const)('%s', async (role) => {
    const out = emptyFolder();
    await dmconform(['run', '--role', role, '--out', out]);
    const { events } = parseTrace(readFileSync(join(out, 'trace.ndjson'), 'utf8'));
    const used = new Map<string, Set<string>>();
    const rowsOf = new Map<string, readonly string[]>();
    for (const event of events) {
      const { scenario = '' } = event;
      if (event.kind === 'action' && event.action.name === 'scenario-begin')
        rowsOf.set(scenario, event.action.requirements);
      const operation = operationOf(event, role);
      for (const id of operation === undefined ? [] : (rowsOf.get(scenario) ?? []))
        used.set(id, (used.get(id) ?? new Set()).add(operation ?? ''));
    }
    const rules = rulesByRequirement();
    const rows = readLedger().requirements.filter((row) => row.on === role);
    const differing = rows.flatMap(({ id }) => {
      const stated = new Set(rules.get(id)?.scenarios.flatMap(({ steps }) => [...needsOf(role, steps).operations]));
      stated.delete('reset');
      const [a, b] = [[...stated].sort().join(), [...(used.get(id) ?? [])].sort().join()];
      return a === b ? [] : [`${id}: said ${a}, used ${b}`];
    });
    expect(differing).toEqual([]);
  });
});
