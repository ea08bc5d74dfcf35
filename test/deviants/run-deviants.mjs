// Plays the suite against every deviant and every legal variant of one role and prints a line of JSON for each: { name, verdicts, bad, errors }, the
// conformant peer first (name ""). Runs on the compiled suite, in one process: node run-deviants.mjs client|server [name ...]
// With a name like 1/2 only that share of the peers is played.
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse } from 'yaml';
import { ROOT, readLedger, STEPS_GLOB } from '../../dist/cli/paths.js';
import { DEVIANTS, VARIANTS } from '../../dist/harness/deviants/index.js';
import { runSuite } from '../../dist/harness/run/run-suite.js';

const [role, ...wanted] = process.argv.slice(2);
const peers = [...DEVIANTS, ...VARIANTS].filter((peer) => peer.role === role);
const [, share, shares] = /^(\d+)\/(\d+)$/.exec(wanted[0] ?? '') ?? [];
const played = peers.filter(({ name }, index) =>
  share === undefined ? wanted.length === 0 || wanted.includes(name) : index % Number(shares) === Number(share) - 1,
);
const ledger = readLedger();

/** Rows whose scenarios take long: only the peers that break one of them play those. */
const slow = readdirSync(join(ROOT, 'features'), { recursive: true, encoding: 'utf8' })
  .filter((file) => file.endsWith('.feature'))
  .flatMap((file) => [...readFileSync(join(ROOT, 'features', file), 'utf8').matchAll(/^ *@(\S+)(?: @\S+)* @slow/gm)])
  .map((match) => match[1]);
const { deviants } = parse(readFileSync(join(ROOT, 'fixtures', 'deviants', `${role}.yaml`), 'utf8'));
const patient = new Set([
  '',
  ...deviants.filter(({ breaks }) => breaks.some((id) => slow.includes(id))).map(({ name }) => name),
]);

for (const { name, hooks, states } of [{ name: '', hooks: undefined }, ...played]) {
  const result = await runSuite({
    role,
    target: {
      kind: 'embedded',
      browser: 'loader',
      ...(hooks === undefined ? {} : role === 'client' ? { clientHooks: hooks, states } : { serverHooks: hooks }),
    },
    ledger,
    out: undefined,
    selection: {},
    selectionWords: [],
    ...(patient.has(name) ? {} : { tags: 'not @slow' }),
    patienceMs: 1000,
    seed: 'deviants',
    profile: 'default',
    strict: false,
    record: true,
    root: ROOT,
    stepsGlob: STEPS_GLOB,
    suiteVersion: 'test',
    signal: new AbortController().signal,
  });
  const verdicts = Object.fromEntries(result.requirements.map(({ id, verdict }) => [id, verdict]));
  const bad = result.requirements.flatMap(({ id, findings }) =>
    findings
      .filter(({ verdict }) => verdict === 'fail' || verdict === 'warn')
      .map(({ message }) => `${id}: ${message}`),
  );
  const reasons = Object.fromEntries(result.requirements.map(({ id, reason }) => [id, reason]));
  process.stdout.write(`${JSON.stringify({ name, verdicts, reasons, bad, errors: result.errors })}\n`);
}
