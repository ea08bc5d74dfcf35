import { VERDICTS } from '../verdict.js';
import { record } from './result.js';

const TEXT = { type: 'string' } as const;
const TEXTS = { type: 'array', items: TEXT } as const;
const COUNT = { type: 'integer', minimum: 0 } as const;
const ROLE = { enum: ['client', 'server'] } as const;
const YES_OR_NO = { type: 'boolean' } as const;
const list = <T>(items: T) => ({ type: 'array', items }) as const;
const byRequirement = <T>(value: T) => ({ type: 'object', additionalProperties: value }) as const;

const PEER = record(
  {
    role: ROLE,
    name: TEXT,
    kind: { enum: ['reference', 'deviant', 'variant', 'combination'] },
    because: TEXT,
    breaks: TEXTS,
    implies: TEXTS,
    against: byRequirement({ enum: ['fail', 'warn'] }),
    missed: TEXTS,
    unrelated: TEXTS,
    messages: byRequirement(TEXT),
    errors: TEXTS,
    scenarios: COUNT,
    whole: YES_OR_NO,
    durationMs: COUNT,
    ok: YES_OR_NO,
  },
  ['because'],
);

const REQUIREMENT = record({
  id: TEXT,
  on: ROLE,
  level: { enum: ['M', 'S', 'Y'] },
  deviants: COUNT,
  caught: TEXTS,
  missed: TEXTS,
  unrelated: TEXTS,
});

const ORACLE = record(
  { name: TEXT, on: ROLE, witness: record({ peer: TEXT, requirement: TEXT, verdict: { enum: VERDICTS } }) },
  ['witness'],
);

/** `proof.json`, version 1; the type is `Proof` in `harness/model/proof.ts`. */
export const PROOF_SCHEMA = {
  $schema: 'https://json-schema.org/draft/2020-12/schema',
  $id: 'urn:dmconform:schema:proof:1',
  title: 'Record of a proof of the suite by deviants and legal variants',
  $defs: { peer: PEER, requirement: REQUIREMENT, oracle: ORACLE },
  ...record(
    {
      schemaVersion: { const: 1 },
      suite: record({ name: { const: 'dmconform' }, version: TEXT }),
      ledger: record({ version: TEXT, digest: TEXT }),
      startedAt: { type: 'string', format: 'date-time' },
      durationMs: COUNT,
      cpuMs: COUNT,
      jobs: { type: 'integer', minimum: 1 },
      seed: TEXT,
      scope: { enum: ['cover', 'whole'] },
      only: TEXTS,
      peers: list({ $ref: '#/$defs/peer' }),
      requirements: list({ $ref: '#/$defs/requirement' }),
      oracles: list({ $ref: '#/$defs/oracle' }),
      random: record({ sessions: COUNT, flagged: TEXTS }),
      thin: TEXTS,
      unavailable: TEXTS,
      problems: TEXTS,
    },
    ['only'],
  ),
} as const;
