import { readFileSync } from 'node:fs';
import { Ajv2020 } from 'ajv/dist/2020.js';
import addFormats from 'ajv-formats';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import type { Finding } from '../../harness/model/finding.js';
import type {
  FaultOutcome,
  Interop,
  InteropCell,
  InteropPeer,
  Missing,
  SessionOutcome,
  Shown,
  Violation,
} from '../../harness/model/interop.js';
import type { Proof, ProvenOracle, ProvenPeer, ProvenRequirement } from '../../harness/model/proof.js';
import type { RequirementResult, Result, ScenarioResult } from '../../harness/model/result.js';
import { EXPECTATIONS_SCHEMA } from '../../harness/model/schemas/expectations.js';
import { IMPLEMENTATION_SCHEMA } from '../../harness/model/schemas/implementation.js';
import { INTEROP_SCHEMA } from '../../harness/model/schemas/interop.js';
import {
  CHAPTER_FILE_SCHEMA,
  DECISION_FILE_SCHEMA,
  REQUIREMENT_FILE_SCHEMA,
} from '../../harness/model/schemas/ledger-files.js';
import { PROOF_SCHEMA } from '../../harness/model/schemas/proof.js';
import { RESULT_SCHEMA } from '../../harness/model/schemas/result.js';
import { VERDICTS } from '../../harness/model/verdict.js';
import { ledgerFiles } from '../ledger/real-ledger.js';
import { madeUpResult } from './made-up.js';

const SCHEMAS = {
  'chapter-file': CHAPTER_FILE_SCHEMA,
  'decision-file': DECISION_FILE_SCHEMA,
  expectations: EXPECTATIONS_SCHEMA,
  implementation: IMPLEMENTATION_SCHEMA,
  interop: INTEROP_SCHEMA,
  proof: PROOF_SCHEMA,
  'requirement-file': REQUIREMENT_FILE_SCHEMA,
  result: RESULT_SCHEMA,
} as const;

function published(name: string): Record<string, unknown> {
  return JSON.parse(readFileSync(new URL(`../../reports/schema/${name}.schema.json`, import.meta.url), 'utf8'));
}

const ajv = new Ajv2020({ allErrors: true });
addFormats.default(ajv);
const isResult = ajv.compile(published('result'));

/** Which members a type has, and which of them may be absent; the compiler holds each table below to its type. */
type Members<T> = { readonly [K in keyof T]-?: object extends Pick<T, K> ? 'optional' : 'required' };

const RESULT: Members<Result> = {
  schemaVersion: 'required',
  suite: 'required',
  ledger: 'required',
  role: 'required',
  target: 'required',
  profile: 'required',
  source: 'required',
  startedAt: 'required',
  durationMs: 'required',
  partial: 'optional',
  sessionsCompleted: 'required',
  counts: 'required',
  chapters: 'required',
  requirements: 'required',
  notTested: 'required',
  scenarios: 'required',
  decisions: 'required',
  errors: 'required',
  quietWindows: 'required',
  environment: 'required',
  exitCode: 'required',
  trace: 'required',
  selection: 'optional',
  merged: 'optional',
};
const REQUIREMENT: Members<RequirementResult> = {
  id: 'required',
  chapter: 'required',
  verdict: 'required',
  level: 'required',
  source: 'required',
  statement: 'required',
  reason: 'optional',
  findings: 'required',
  trace: 'optional',
};
const FINDING: Members<Finding> = {
  requirement: 'required',
  verdict: 'required',
  message: 'required',
  events: 'required',
  scenario: 'optional',
  session: 'optional',
  decision: 'optional',
  expected: 'optional',
  actual: 'optional',
  count: 'optional',
  waiver: 'optional',
};
const SCENARIO: Members<ScenarioResult> = {
  token: 'required',
  name: 'required',
  feature: 'required',
  rule: 'required',
  requirements: 'required',
  reached: 'required',
  error: 'optional',
  durationMs: 'required',
  trace: 'optional',
};

const PROOF: Members<Proof> = {
  schemaVersion: 'required',
  suite: 'required',
  ledger: 'required',
  startedAt: 'required',
  durationMs: 'required',
  cpuMs: 'required',
  jobs: 'required',
  seed: 'required',
  scope: 'required',
  only: 'optional',
  peers: 'required',
  requirements: 'required',
  oracles: 'required',
  random: 'required',
  thin: 'required',
  unavailable: 'required',
  problems: 'required',
};
const PROVEN_PEER: Members<ProvenPeer> = {
  role: 'required',
  name: 'required',
  kind: 'required',
  because: 'optional',
  breaks: 'required',
  implies: 'required',
  against: 'required',
  missed: 'required',
  unrelated: 'required',
  messages: 'required',
  errors: 'required',
  scenarios: 'required',
  whole: 'required',
  durationMs: 'required',
  ok: 'required',
};
const PROVEN_REQUIREMENT: Members<ProvenRequirement> = {
  id: 'required',
  on: 'required',
  level: 'required',
  deviants: 'required',
  caught: 'required',
  missed: 'required',
  unrelated: 'required',
};
const PROVEN_ORACLE: Members<ProvenOracle> = { name: 'required', on: 'required', witness: 'optional' };

const INTEROP: Members<Interop> = {
  schemaVersion: 'required',
  suite: 'required',
  ledger: 'required',
  startedAt: 'required',
  durationMs: 'required',
  seed: 'required',
  clients: 'required',
  servers: 'required',
  catalogue: 'required',
  cells: 'required',
  partial: 'optional',
  exitCode: 'required',
};
const INTEROP_CELL: Members<InteropCell> = {
  client: 'required',
  server: 'required',
  folder: 'required',
  outcome: 'required',
  sessions: 'required',
  elsewhere: 'required',
  rows: 'required',
  account: 'required',
  errors: 'required',
  faults: 'optional',
  durationMs: 'required',
};
const SESSION_OUTCOME: Members<SessionOutcome> = {
  token: 'required',
  session: 'required',
  title: 'required',
  outcome: 'required',
  reason: 'optional',
  violations: 'required',
  missing: 'optional',
  shown: 'required',
  durationMs: 'required',
};
const FAULT_OUTCOME: Members<FaultOutcome> = {
  token: 'required',
  fault: 'required',
  detail: 'required',
  outcome: 'required',
  reason: 'required',
  violations: 'required',
  durationMs: 'required',
};
const INTEROP_PEER: Members<InteropPeer> = {
  label: 'required',
  vendor: 'optional',
  version: 'optional',
  start: 'required',
};
const VIOLATION: Members<Violation> = {
  side: 'required',
  requirement: 'required',
  level: 'required',
  source: 'required',
  message: 'required',
  events: 'required',
};
const MISSING: Members<Missing> = {
  side: 'required',
  key: 'required',
  probe: 'required',
};
const SHOWN: Members<Shown> = {
  claim: 'required',
  met: 'required',
  instead: 'optional',
  events: 'required',
};

/** Schemas of the files of the ledger that hold no requirements. */
const SCHEMA_OF: Readonly<Record<string, string>> = {
  'chapters.yaml': 'chapter-file',
  'decisions.yaml': 'decision-file',
  'clauses.yaml': 'clause-file',
};

describe('the published schemas', () => {
  it.each(Object.entries(SCHEMAS))('%s is what the code checks with (else run: npm run schemas)', (name, schema) => {
    expect(published(name)).toEqual(JSON.parse(JSON.stringify(schema)));
  });

  it.each([
    ['Result', RESULT_SCHEMA, RESULT],
    ['RequirementResult', RESULT_SCHEMA.$defs.requirement, REQUIREMENT],
    ['Finding', RESULT_SCHEMA.$defs.finding, FINDING],
    ['ScenarioResult', RESULT_SCHEMA.$defs.scenario, SCENARIO],
    ['Proof', PROOF_SCHEMA, PROOF],
    ['ProvenPeer', PROOF_SCHEMA.$defs.peer, PROVEN_PEER],
    ['ProvenRequirement', PROOF_SCHEMA.$defs.requirement, PROVEN_REQUIREMENT],
    ['ProvenOracle', PROOF_SCHEMA.$defs.oracle, PROVEN_ORACLE],
    ['Interop', INTEROP_SCHEMA, INTEROP],
    ['InteropCell', INTEROP_SCHEMA.$defs.cell, INTEROP_CELL],
    ['SessionOutcome', INTEROP_SCHEMA.$defs.session, SESSION_OUTCOME],
    ['FaultOutcome', INTEROP_SCHEMA.$defs.fault, FAULT_OUTCOME],
    ['InteropPeer', INTEROP_SCHEMA.$defs.peer, INTEROP_PEER],
    ['Violation', INTEROP_SCHEMA.$defs.violation, VIOLATION],
    ['Missing', INTEROP_SCHEMA.$defs.missing, MISSING],
    ['Shown', INTEROP_SCHEMA.$defs.shown, SHOWN],
  ])('%s has the members of its type', (_name, schema, members) => {
    expect(Object.keys(schema.properties).toSorted()).toEqual(Object.keys(members).toSorted());
    const required = Object.entries(members).flatMap(([name, need]) => (need === 'required' ? [name] : []));
    expect([...schema.required].toSorted()).toEqual(required.toSorted());
  });

  it('fit the files of the ledger', () => {
    for (const { path, text } of ledgerFiles()) {
      const base = path.split('/').at(-1);
      const name = SCHEMA_OF[base ?? ''] ?? 'requirement-file';
      const validate = new Ajv2020().compile(published(name));
      expect(validate(parse(text)), path).toBe(true);
    }
  });
});

describe('the result schema', () => {
  it('takes a result with every sort of verdict, as it is written to a file', () => {
    const written: unknown = JSON.parse(JSON.stringify(madeUpResult({ partial: 'time is up', selection: ['ORD-01'] })));
    expect(isResult(written), JSON.stringify(isResult.errors)).toBe(true);
    expect(Object.keys(RESULT_SCHEMA.$defs.counts.properties).toSorted()).toEqual(VERDICTS.toSorted());
  });

  it.each<[string, (result: Record<string, unknown>) => void]>([
    ['a version it does not know', (result) => Object.assign(result, { schemaVersion: 2 })],
    ['an unknown verdict', (result) => Object.assign(result, { requirements: [{ verdict: 'ok' }] })],
    ['a member too many', (result) => Object.assign(result, { secret: 1 })],
    ['a member missing', (result) => Reflect.deleteProperty(result, 'counts')],
    ['a time that is none', (result) => Object.assign(result, { startedAt: 'today' })],
  ])('refuses %s', (_what, change) => {
    const result = JSON.parse(JSON.stringify(madeUpResult()));
    change(result);
    expect(isResult(result)).toBe(false);
  });
});
