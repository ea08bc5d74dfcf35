// Leaves out one driving step after the other and prints a line of JSON for each: { pattern, used, shown }: the scenarios that use the step, and those
// of them that still showed their requirement. Runs on the compiled suite, in one process: node run-without.mjs client|server
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { ROOT, readLedger, STEPS_GLOB } from '../../dist/cli/paths.js';
import { runSuite } from '../../dist/harness/run/run-suite.js';

const [role] = process.argv.slice(2);
const ledger = readLedger();
const patterns = readdirSync(join(ROOT, 'steps')).flatMap((name) =>
  name.endsWith('.ts')
    ? [...readFileSync(join(ROOT, 'steps', name), 'utf8').matchAll(/^\s*drive\(\s*'(.*?)',/gms)].map(
        (match) => match[1],
      )
    : [],
);

/** Plays the scenarios at these places (left out: all); `leaveOut` is asked of each driving step, `onScenario` hears what each scenario showed. */
function play(places, leaveOut, onScenario, onPlanned = () => undefined) {
  return runSuite({
    role,
    target: { kind: 'embedded', browser: 'loader' },
    ledger,
    out: undefined,
    selection: {},
    selectionWords: [],
    tags: 'not @slow',
    places,
    patienceMs: 1000,
    seed: 'without',
    profile: 'default',
    strict: false,
    record: true,
    root: ROOT,
    stepsGlob: STEPS_GLOB,
    suiteVersion: 'test',
    signal: new AbortController().signal,
    leaveOut,
    news: { onScenario, onPlanned: (_tags, planned) => onPlanned(planned) },
  });
}

// Which scenarios use which step; then only those are played without it.
const users = new Map(patterns.map((pattern) => [pattern, []]));
let planned = [];
let done = 0;
await play(
  undefined,
  (step) => {
    const places = users.get(step);
    const place = planned[done];
    if (places !== undefined && !places.includes(place)) places.push(place);
    return false;
  },
  () => {
    done += 1;
  },
  (places) => {
    planned = places;
  },
);

for (const [pattern, places] of users) {
  const used = new Set();
  const shown = [];
  if (places.length > 0)
    await play(
      places,
      (step, token) => step === pattern && used.add(token) !== undefined,
      ({ token, name, feature, requirements }, observed) => {
        const good = observed.some(
          ({ requirement, outcome }) =>
            requirements.includes(requirement) && (outcome === 'held' || outcome === 'absent'),
        );
        if (used.has(token) && good) shown.push(`${feature}: ${name}`);
      },
    );
  process.stdout.write(`${JSON.stringify({ pattern, used: used.size, shown })}\n`);
}
