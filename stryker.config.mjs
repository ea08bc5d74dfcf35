// Mutation tests of what decides verdicts: see CONTRIBUTING.md, "Mutation tests". `npm run mutate` calls Stryker with this, part by part.

/** @type {import('@stryker-mutator/api/core').PartialStrykerOptions} */
export default {
  mutate: ['harness/oracles/**/*.ts', 'harness/protocol/**/*.ts'],
  plugins: [
    import.meta.resolve('./scripts/mutation/in-process-runner.mjs'),
    import.meta.resolve('./scripts/mutation/ignorer.mjs'),
  ],
  testRunner: 'in-process',
  ignorers: ['wording'],
  buildCommand: 'node scripts/mutation/bundle.mjs',
  coverageAnalysis: 'perTest',
  // What runs while modules load (names, tables) needs a reload for each mutant: `--whole` has them, too.
  ignoreStatic: process.env.DMCONFORM_MUTATION_STATIC !== '1',
  ignorePatterns: [
    'dist',
    'reports/out',
    'coverage',
    'bench',
    'features',
    'mutation-bundle',
    '.mutation',
    '.stamps',
    '.ci',
  ],
  tempDirName: '.mutation/copy',
  jsonReporter: { fileName: process.env.DMCONFORM_MUTATION_REPORT ?? '.mutation/report.json' },
  reporters: ['json', 'progress-append-only'],
  concurrency: Number(process.env.DMCONFORM_MUTATION_JOBS ?? 2),
  timeoutMS: 10_000,
  dryRunTimeoutMinutes: 20,
  allowConsoleColors: false,
  warnings: { slow: false },
  // Bounds are kept by scripts/mutation/run.mjs, for whole folders.
  thresholds: { high: 95, low: 90, break: null },
};
