import { OUTCOMES, RESILIENCES } from '../interop.js';
import { COUNTS, record } from './result.js';

const TEXT = { type: 'string' } as const;
const TEXTS = { type: 'array', items: TEXT } as const;
const MILLISECONDS = { type: 'number', minimum: 0 } as const;
const ROLE = { enum: ['client', 'server'] } as const;
const OUTCOME = { enum: OUTCOMES } as const;
const EVENTS = { type: 'array', items: { type: 'integer', minimum: 1 } } as const;
const list = (name: string) => ({ type: 'array', items: { $ref: `#/$defs/${name}` } }) as const;

const VIOLATION = record({
  side: ROLE,
  requirement: TEXT,
  level: { enum: ['M', 'S', 'Y'] },
  source: TEXTS,
  message: TEXT,
  events: EVENTS,
});

const MISSING = record({ side: ROLE, key: TEXT, probe: TEXT });

const SHOWN = record({ claim: TEXT, met: { type: 'boolean' }, instead: TEXT, events: EVENTS }, ['instead']);

const SESSION = record(
  {
    token: TEXT,
    session: TEXT,
    title: TEXT,
    outcome: OUTCOME,
    reason: TEXT,
    violations: list('violation'),
    missing: { $ref: '#/$defs/missing' },
    shown: list('shown'),
    durationMs: MILLISECONDS,
  },
  ['reason', 'missing'],
);

const FAULT = record({
  token: TEXT,
  fault: TEXT,
  detail: TEXT,
  outcome: { enum: RESILIENCES },
  reason: TEXT,
  violations: list('violation'),
  durationMs: MILLISECONDS,
});

const PEER = record({ label: TEXT, vendor: TEXT, version: TEXT, start: TEXT }, ['vendor', 'version']);

const CELL = record(
  {
    client: TEXT,
    server: TEXT,
    folder: TEXT,
    outcome: OUTCOME,
    sessions: list('session'),
    elsewhere: list('violation'),
    rows: record({ client: COUNTS, server: COUNTS }),
    account: TEXT,
    errors: TEXTS,
    faults: list('fault'),
    durationMs: MILLISECONDS,
  },
  ['faults'],
);

/** `interop.json`, version 1; the type is `Interop` in `harness/model/interop.ts`. */
export const INTEROP_SCHEMA = {
  $schema: 'https://json-schema.org/draft/2020-12/schema',
  $id: 'urn:dmconform:schema:interop:1',
  title: 'Record of an interop matrix: clients by servers',
  $defs: {
    violation: VIOLATION,
    missing: MISSING,
    shown: SHOWN,
    session: SESSION,
    fault: FAULT,
    peer: PEER,
    cell: CELL,
  },
  ...record(
    {
      schemaVersion: { const: 1 },
      suite: record({ name: { const: 'dmconform' }, version: TEXT }),
      ledger: record({ version: TEXT, digest: TEXT }),
      startedAt: { type: 'string', format: 'date-time' },
      durationMs: MILLISECONDS,
      seed: TEXT,
      clients: list('peer'),
      servers: list('peer'),
      catalogue: { type: 'array', items: record({ name: TEXT, title: TEXT }) },
      cells: list('cell'),
      partial: TEXT,
      exitCode: { enum: [0, 1, 3, 4, 130] },
    },
    ['partial'],
  ),
} as const;
