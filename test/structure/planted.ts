/** A violation for each rule of the import checker: what is planted where. Files that are only imported hold nothing of interest. */
export interface Planted {
  readonly rule: string;
  readonly file: string;
  readonly imports: string;
}

/** An import that breaks exactly what the rule is for. */
export const PLANTED: readonly Planted[] = [
  { rule: 'model-imports-downward', file: 'harness/model/a.ts', imports: '../protocol/target.js' },
  { rule: 'protocol-imports-downward', file: 'harness/protocol/a.ts', imports: '../trace/target.js' },
  { rule: 'trace-imports-downward', file: 'harness/trace/a.ts', imports: '../session/target.js' },
  { rule: 'session-imports-downward', file: 'harness/session/a.ts', imports: '../oracles/target.js' },
  { rule: 'session-imports-downward', file: 'harness/session/b.ts', imports: '../recorder/target.js' },
  { rule: 'oracles-imports-downward', file: 'harness/oracles/a.ts', imports: '../ledger/target.js' },
  { rule: 'oracles-imports-downward', file: 'harness/oracles/b.ts', imports: '../reference/target.js' },
  { rule: 'ledger-imports-downward', file: 'harness/ledger/a.ts', imports: '../run/target.js' },
  { rule: 'ledger-imports-downward', file: 'harness/ledger/b.ts', imports: '../../reports/target.js' },
  { rule: 'recorder-imports-downward', file: 'harness/recorder/a.ts', imports: '../stimuli/target.js' },
  { rule: 'recorder-imports-downward', file: 'harness/recorder/b.ts', imports: '../oracles/target.js' },
  { rule: 'stimuli-imports-downward', file: 'harness/stimuli/a.ts', imports: '../reference/target.js' },
  { rule: 'stimuli-imports-downward', file: 'harness/stimuli/b.ts', imports: '../session/target.js' },
  { rule: 'reference-imports-downward', file: 'harness/reference/a.ts', imports: '../oracles/target.js' },
  { rule: 'reference-imports-downward', file: 'harness/reference/b.ts', imports: '../targets/target.js' },
  { rule: 'deviants-imports-downward', file: 'harness/deviants/a.ts', imports: '../session/target.js' },
  { rule: 'targets-imports-downward', file: 'harness/targets/a.ts', imports: '../ledger/target.js' },
  { rule: 'proxy-imports-downward', file: 'harness/proxy/a.ts', imports: '../session/target.js' },
  { rule: 'pure-does-no-io', file: 'harness/trace/io.ts', imports: 'node:fs' },
  { rule: 'pure-does-no-io', file: 'harness/oracles/io.ts', imports: 'node:timers/promises' },
  { rule: 'pure-does-no-io', file: 'reports/io.ts', imports: 'node:http' },
  { rule: 'pure-uses-harmless-packages', file: 'harness/protocol/package.ts', imports: 'undici' },
  { rule: 'run-is-below-its-users', file: 'harness/run/a.ts', imports: '../interop/target.js' },
  { rule: 'harness-knows-no-front', file: 'harness/run/b.ts', imports: '../../reports/target.js' },
  { rule: 'harness-knows-no-front', file: 'harness/run/c.ts', imports: '../../steps/target.js' },
  { rule: 'reports-import-model-only', file: 'reports/a.ts', imports: '../harness/ledger/target.js' },
  { rule: 'reports-import-model-only', file: 'reports/b.ts', imports: '../harness/trace/target.js' },
  { rule: 'steps-import-no-oracle', file: 'steps/a.ts', imports: '../harness/oracles/target.js' },
  { rule: 'nothing-imports-cli', file: 'steps/b.ts', imports: '../cli/target.js' },
  { rule: 'sources-import-no-test', file: 'cli/a.ts', imports: '../test/target.js' },
  { rule: 'sources-use-no-dev-dependency', file: 'cli/b.ts', imports: 'fast-check' },
  { rule: 'no-cycle', file: 'harness/run/cycle-a.ts', imports: './cycle-b.js' },
  { rule: 'imports-resolve', file: 'harness/run/nowhere.ts', imports: './does-not-exist.js' },
];

/** Imports that look daring and are allowed. */
export const LEGAL: readonly Omit<Planted, 'rule'>[] = [
  { file: 'harness/ledger/legal.ts', imports: '../oracles/target.js' },
  { file: 'harness/ledger/legal-hash.ts', imports: 'node:crypto' },
  { file: 'harness/model/legal.ts', imports: 'ajv' },
  { file: 'harness/targets/legal.ts', imports: '../reference/target.js' },
  { file: 'harness/recorder/legal.ts', imports: 'node:fs' },
  { file: 'harness/run/legal.ts', imports: '../ledger/target.js' },
  { file: 'harness/interop/legal.ts', imports: '../run/target.js' },
  { file: 'reports/legal.ts', imports: '../harness/model/target.js' },
  { file: 'steps/legal.ts', imports: '../harness/stimuli/target.js' },
  { file: 'cli/legal.ts', imports: '../reports/target.js' },
];
