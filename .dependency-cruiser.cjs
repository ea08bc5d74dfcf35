// Imports run downward only. Every rule here has a planted violation in test/structure/imports.test.ts that proves that it fires.

/** The pure chain: each folder may use itself and those before it. */
const PURE = ['model', 'protocol', 'trace', 'session', 'oracles', 'ledger'];
/** What cause and record traffic, and which other folders each may use; none may know how traffic is judged. */
const DRIVING = {
  recorder: ['model', 'protocol', 'trace'],
  stimuli: ['model', 'protocol', 'trace', 'recorder'],
  reference: ['model', 'protocol', 'trace', 'recorder', 'stimuli'],
  deviants: ['model', 'protocol', 'trace', 'recorder', 'stimuli', 'reference'],
  targets: ['model', 'protocol', 'trace', 'recorder', 'stimuli', 'reference'],
  proxy: ['model', 'protocol', 'trace', 'recorder', 'stimuli'],
};
/** Node's own modules that do no I/O, and packages of which the same is true. */
const HARMLESS_CORE = '^(node:)?(buffer|crypto|string_decoder|url|util)$';
const HARMLESS_PACKAGES = 'node_modules/(ajv|ajv-formats|yaml|picocolors|saxes|xmlchars)/';

const within = (folders) => `^harness/(${folders.join('|')})/`;

/** A folder of the harness may import, of this project, only itself and the folders named. */
const only = (folder, allowed) => ({
  name: `${folder}-imports-downward`,
  comment: `harness/${folder} may use ${[...allowed, 'itself'].join(', ')} and no other folder of this project.`,
  severity: 'error',
  from: { path: within([folder]) },
  to: { path: '^(harness|reports|steps|cli|bin|test|scripts)/', pathNot: within([folder, ...allowed]) },
});

module.exports = {
  forbidden: [
    ...PURE.map((folder, index) => only(folder, PURE.slice(0, index))),
    ...Object.entries(DRIVING).map(([folder, allowed]) => only(folder, allowed)),
    {
      name: 'pure-does-no-io',
      comment: 'Judging and reporting work on data alone: no files, sockets, processes or timers.',
      severity: 'error',
      from: { path: [within(PURE), '^reports/'] },
      to: { dependencyTypes: ['core'], pathNot: HARMLESS_CORE },
    },
    {
      name: 'pure-uses-harmless-packages',
      comment: 'A package that does I/O would bring it into the pure folders through the back door.',
      severity: 'error',
      from: { path: [within(PURE), '^reports/'] },
      to: { path: 'node_modules/', pathNot: HARMLESS_PACKAGES },
    },
    {
      name: 'run-is-below-its-users',
      comment: 'harness/run joins driving and judging; interop, load and prove build on it, not the other way round.',
      severity: 'error',
      from: { path: '^harness/run/' },
      to: { path: '^harness/(interop|load|prove)/' },
    },
    {
      name: 'harness-knows-no-front',
      comment: 'The harness does not know who shows its results, who calls it, or what the steps say.',
      severity: 'error',
      from: { path: '^harness/' },
      to: { path: '^(reports|steps|cli|bin)/' },
    },
    {
      name: 'reports-import-model-only',
      comment: 'A report is a view of result records: it cannot compute a verdict, since it cannot reach what does.',
      severity: 'error',
      from: { path: '^reports/' },
      to: { path: '^(harness|steps|cli|bin|test|scripts)/', pathNot: '^harness/model/' },
    },
    {
      name: 'steps-import-no-oracle',
      comment: 'When drives and records; Then asks for findings through the World.',
      severity: 'error',
      from: { path: '^steps/' },
      to: { path: '^(harness/(session|oracles|ledger)|reports|cli|bin)/' },
    },
    {
      name: 'nothing-imports-cli',
      comment: 'The command line is on top.',
      severity: 'error',
      from: { pathNot: '^(cli|bin|test|bench)/' },
      to: { path: '^(cli|bin)/' },
    },
    {
      name: 'sources-import-no-test',
      comment: 'What ships does not lean on what tests it.',
      severity: 'error',
      from: { path: '^(harness|reports|steps|cli|bin)/' },
      to: { path: '^(test|bench|scripts)/' },
    },
    {
      name: 'sources-use-no-dev-dependency',
      comment: 'Whoever installs the package does not get development dependencies.',
      severity: 'error',
      from: { path: '^(harness|reports|steps|cli|bin)/' },
      to: { dependencyTypes: ['npm-dev'], dependencyTypesNot: ['type-only'], pathNot: 'node_modules/@types/' },
    },
    {
      name: 'no-cycle',
      comment: 'Modules that need each other are one module. (Types may refer to each other.)',
      severity: 'error',
      from: {},
      to: { circular: true, viaOnly: { dependencyTypesNot: ['type-only'] } },
    },
    {
      name: 'imports-resolve',
      comment: 'An import that leads nowhere escapes every other rule.',
      severity: 'error',
      from: {},
      to: { couldNotResolve: true },
    },
  ],
  options: {
    doNotFollow: { path: 'node_modules' },
    // `import type` counts: a type ties modules together as well.
    tsPreCompilationDeps: true,
    tsConfig: { fileName: 'tsconfig.json' },
    enhancedResolveOptions: { exportsFields: ['exports'], conditionNames: ['import', 'node', 'default', 'types'] },
  },
};
