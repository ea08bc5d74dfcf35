// Builds the tests that judge mutants, with all the sources they use, into one script: it is loaded anew for a mutant in milliseconds.
// Stryker calls it in its copy of the project, where each source holds all of its mutants and a switch between them.
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { build } from 'esbuild';
import { parse } from 'yaml';

/** The tests that need no socket, file of their own or process. */
const TESTS = ['oracles', 'protocol', 'session'];

/** Judges every golden trace twice in one test: it would run, whole, for every mutant. */
const TOO_SLOW = ['profiles.test.ts'];

const files = TESTS.flatMap((folder) =>
  readdirSync(`test/${folder}`)
    .filter((name) => name.endsWith('.test.ts') && !TOO_SLOW.includes(name))
    .map((name) => `test/${folder}/${name}`),
);

const { metafile } = await build({
  metafile: true,
  stdin: {
    contents: files.map((file) => `inFile(${JSON.stringify(file)}, () => require('./${file}'));`).join('\n'),
    resolveDir: '.',
  },
  outfile: 'mutation-bundle/tests.cjs',
  bundle: true,
  format: 'cjs',
  platform: 'node',
  target: 'node20',
  packages: 'external',
  // The root of the project is found from the place of cli/paths.ts: one folder up, as here.
  define: { 'import.meta.url': 'bundleUrl' },
  banner: { js: "const bundleUrl = require('node:url').pathToFileURL(__filename).href;" },
  logLevel: 'warning',
});

/** What a file imports, directly or not, itself included. */
function reachOf(file, seen = new Set([file])) {
  for (const { path } of metafile.inputs[file]?.imports ?? []) {
    if (path in metafile.inputs && !seen.has(path)) reachOf(path, seen.add(path));
  }
  return seen;
}

// Which tests could see a change of each source file, by what they import: a test file, or the golden traces of one oracle. A mutant of code that runs
// while modules load is covered by nothing or everything, so this says which tests to run for it.
const { traces } = parse(readFileSync('fixtures/traces/index.yaml', 'utf8'));
const JUDGE = reachOf('harness/oracles/judge.ts');
const GOLDEN = 'test/oracles/golden.test.ts';
const oracles = Object.keys(metafile.inputs).filter((file) => file.startsWith('harness/oracles/'));
const scopes = [
  ...files.filter((file) => file !== GOLDEN).map((file) => [file, reachOf(file)]),
  ...[...new Set(traces.map(({ oracle }) => oracle))].map((oracle) => {
    const file = oracles.find((each) => readFileSync(each, 'utf8').includes(`'${oracle}'`));
    // Some names are put together at run time: such an oracle may be of any file.
    return [`${GOLDEN} > ${oracle} on `, new Set([...JUDGE, ...reachOf(file ?? 'harness/oracles/index.ts')])];
  }),
];
const seenBy = Object.fromEntries(
  Object.keys(metafile.inputs).map((file) => [
    file,
    scopes.flatMap(([scope, reach]) => (reach.has(file) ? [scope] : [])),
  ]),
);
writeFileSync('mutation-bundle/seen-by.json', JSON.stringify(seenBy));
