import { VERDICTS } from '../verdict.js';

const TEXT = { type: 'string' } as const;
const COUNT = { type: 'integer', minimum: 0 } as const;
const MILLISECONDS = { type: 'number', minimum: 0 } as const;
const VERDICT = { enum: VERDICTS } as const;
const TEXTS = { type: 'array', items: TEXT } as const;

/** An object whose properties all have to be there, but for those named as optional, and that has no others. */
export function record<P extends Record<string, unknown>>(properties: P, optional: readonly (keyof P & string)[] = []) {
  const required = Object.keys(properties).filter((key) => !optional.some((name) => name === key));
  return { type: 'object', additionalProperties: false, required, properties } as const;
}

export const COUNTS = record({
  pass: COUNT,
  fail: COUNT,
  warn: COUNT,
  inconclusive: COUNT,
  'not-applicable': COUNT,
  'known-issue': COUNT,
  error: COUNT,
});

const FINDING = record(
  {
    requirement: TEXT,
    verdict: VERDICT,
    message: TEXT,
    events: { type: 'array', items: { type: 'integer', minimum: 1 } },
    scenario: TEXT,
    session: TEXT,
    decision: TEXT,
    expected: TEXT,
    actual: TEXT,
    count: { type: 'integer', minimum: 2 },
    waiver: record({ reason: TEXT, by: TEXT, until: { type: 'string', format: 'date' } }),
  },
  ['scenario', 'session', 'decision', 'expected', 'actual', 'count', 'waiver'],
);

const REQUIREMENT = record(
  {
    id: TEXT,
    chapter: TEXT,
    verdict: VERDICT,
    level: { enum: ['M', 'S', 'Y'] },
    source: TEXTS,
    statement: TEXT,
    reason: TEXT,
    findings: { type: 'array', items: { $ref: '#/$defs/finding' } },
    trace: TEXT,
  },
  ['reason', 'trace'],
);

const SCENARIO = record(
  {
    token: TEXT,
    name: TEXT,
    feature: TEXT,
    rule: TEXT,
    requirements: TEXTS,
    reached: { type: 'boolean' },
    error: TEXT,
    durationMs: MILLISECONDS,
    trace: TEXT,
  },
  ['error', 'trace'],
);

const MERGED_RUN = record({ trace: TEXT, startedAt: TEXT, suite: TEXT, ledger: TEXT, requirements: TEXTS });

/** `result.json`, version 1; the type is `Result` in `harness/model/result.ts`. */
export const RESULT_SCHEMA = {
  $schema: 'https://json-schema.org/draft/2020-12/schema',
  $id: 'urn:dmconform:schema:result:1',
  title: 'Result record of a conformance run',
  $defs: { counts: COUNTS, finding: FINDING, requirement: REQUIREMENT, scenario: SCENARIO },
  ...record(
    {
      schemaVersion: { const: 1 },
      suite: record({ name: { const: 'dmconform' }, version: TEXT }),
      ledger: record({ version: TEXT, digest: TEXT }),
      role: { enum: ['client', 'server'] },
      target: record({ name: TEXT, vendor: TEXT, version: TEXT, start: TEXT }, ['vendor', 'version']),
      profile: TEXT,
      source: { enum: ['live', 'trace', 'har'] },
      startedAt: { type: 'string', format: 'date-time' },
      durationMs: MILLISECONDS,
      partial: TEXT,
      sessionsCompleted: COUNT,
      counts: { $ref: '#/$defs/counts' },
      chapters: {
        type: 'array',
        items: record({ id: TEXT, title: TEXT, counts: { $ref: '#/$defs/counts' }, verdict: VERDICT }),
      },
      requirements: { type: 'array', items: { $ref: '#/$defs/requirement' } },
      notTested: { type: 'array', items: record({ id: TEXT, reason: TEXT }) },
      scenarios: { type: 'array', items: { $ref: '#/$defs/scenario' } },
      decisions: {
        type: 'array',
        items: record({ id: TEXT, decision: TEXT, basis: { enum: ['CR/TS', 'open', 'ours'] } }),
      },
      errors: TEXTS,
      quietWindows: record({ real: COUNT, virtual: COUNT }),
      environment: record({ node: TEXT, platform: TEXT }),
      exitCode: { type: 'integer', minimum: 0, maximum: 255 },
      trace: TEXT,
      selection: TEXTS,
      merged: { type: 'array', minItems: 2, items: MERGED_RUN },
    },
    ['partial', 'selection', 'merged'],
  ),
} as const;
