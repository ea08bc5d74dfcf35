// Plays the suite against every deviant of one role and prints a line of JSON for each: { name, verdicts }, the conformant peer first (name "").
// Runs on the compiled suite, in one process: node run-deviants.mjs client|server [name ...]
import { ROOT, readLedger, STEPS_GLOB } from '../../dist/cli/paths.js';
import { CLIENT_DEVIANTS, SERVER_DEVIANTS } from '../../dist/harness/deviants/index.js';
import { runSuite } from '../../dist/harness/run/run-suite.js';

const [role, ...wanted] = process.argv.slice(2);
const deviants = role === 'client' ? CLIENT_DEVIANTS : SERVER_DEVIANTS;
const ledger = readLedger();

for (const name of ['', ...(wanted.length > 0 ? wanted : Object.keys(deviants))]) {
  const hooks = deviants[name];
  const result = await runSuite({
    role,
    target: {
      kind: 'embedded',
      ...(hooks === undefined ? {} : role === 'client' ? { clientHooks: hooks } : { serverHooks: hooks }),
    },
    ledger,
    out: undefined,
    selection: {},
    selectionWords: [],
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
  process.stdout.write(`${JSON.stringify({ name, verdicts, errors: result.errors, ms: result.durationMs })}\n`);
}
