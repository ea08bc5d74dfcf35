import { aggregate } from '../../harness/ledger/aggregate.js';
import { exitCodeOf } from '../../harness/ledger/exit-code.js';
import type { Evidence } from '../../harness/model/evidence.js';
import type { Observed } from '../../harness/model/finding.js';
import type { Ledger } from '../../harness/model/requirement.js';
import type { Result, ScenarioResult } from '../../harness/model/result.js';
import { DEFAULT_NODES, type Statement } from '../../harness/model/statement.js';
import { realLedger } from '../ledger/real-ledger.js';

/** Text that tries to become markup, a terminal command or broken XML. */
export const HOSTILE = `<script>alert("x")</script>&amp;'<!--]]>\u0000\u0008\u001b[2J\u202eevil\ud800\uffff`;

const statement: Statement = {
  name: 'acme-client',
  role: 'client',
  start: { kind: 'process', per: 'run' },
  operations: [],
  nodes: DEFAULT_NODES,
};

function observed(
  requirement: string,
  outcome: Observed['outcome'],
  message: string,
  more: Partial<Observed> = {},
): Observed {
  return { requirement, outcome, message, events: [], scenario: `s-${requirement}`, session: 'S1', ...more };
}

const SPECIAL: Readonly<Record<string, readonly Observed[]>> = {
  'ORD-04': [
    observed('ORD-04', 'violated', 'the statuses of two commands are swapped', {
      events: [16, 15],
      expected: '[404, 200, 405]: one status for each command, in the order of the commands',
      actual: '[200, 404, 405]',
    }),
  ],
  'PKG-11': [
    observed('PKG-11', 'violated', `#1 holds ${HOSTILE}`, { events: [11], actual: HOSTILE, expected: 'JSON' }),
  ],
  'STA-08': [
    observed('STA-08', 'violated', 'an unknown command was answered 200', {
      events: [16],
      decision: 'D-05',
      expected: '501, or any 4xx or 5xx',
      actual: '200',
    }),
  ],
  'PKG-10': [
    observed('PKG-10', 'violated', 'the Accept header lacks the media type of #2', { events: [11], actual: '*/json' }),
  ],
  'STA-17': [observed('STA-17', 'unclear', 'the target fetched nothing within 10 s')],
  'STA-16': [],
  'END-05': [],
  'CNT-05': [observed('CNT-05', 'unclear', 'no control operation startSession')],
  'CNT-03': [observed('CNT-03', 'unclear', 'no control operation startSession')],
};

/** The ledger leaves nothing untested; a report must be able to say so all the same. */
const UNTESTED: ReadonlySet<string> = new Set(['STA-05', 'STA-07']);
const ledger: Ledger = {
  ...realLedger,
  requirements: realLedger.requirements.map((row) =>
    UNTESTED.has(row.id) ? { ...row, notTested: 'waits for something' } : row,
  ),
};

function rows(): readonly string[] {
  return ledger.requirements
    .filter(({ on, notTested }) => on === 'client' && notTested === undefined)
    .map(({ id }) => id);
}

function scenarioOf(id: string): ScenarioResult {
  const base = {
    token: `s-${id}`,
    name: `${id} is shown`,
    feature: `features/${id}.feature`,
    rule: id,
    requirements: [id],
  };
  if (id === 'END-05') return { ...base, reached: true, error: 'TypeError: x is not a function', durationMs: 12 };
  return { ...base, reached: id !== 'STA-16', durationMs: 120.5 };
}

/** A result with every verdict in it, and with an implementation that says hostile things. */
export function madeUpResult(more: Partial<Result> = {}): Result {
  const scenarios = rows().map(scenarioOf);
  const all = rows().flatMap((id) => SPECIAL[id] ?? [observed(id, 'held', 'seen as it must be', { events: [16] })]);
  const judged = aggregate({ ledger, role: 'client', observed: all, scenarios, statement, source: 'live' });
  const result: Result = {
    schemaVersion: 1,
    suite: { name: 'dmconform', version: '0.1.0' },
    ledger: { version: realLedger.version, digest: realLedger.digest },
    role: 'client',
    target: { name: 'acme-client', vendor: 'Acme', version: '4.2', start: 'process' },
    profile: 'default',
    source: 'live',
    startedAt: '2026-01-02T03:04:05.678Z',
    durationMs: 83_456,
    sessionsCompleted: 184,
    ...judged,
    scenarios,
    errors: [],
    quietWindows: { real: 1, virtual: 14 },
    environment: { node: 'v20.19.0', platform: 'linux x64' },
    exitCode: 0,
    trace: 'trace.ndjson',
    ...more,
  };
  return { ...result, exitCode: exitCodeOf(result) };
}

const DM_HEADERS = [
  ['Content-Type', 'application/vnd.oma.dm.response+json'],
  ['Accept', 'application/vnd.oma.dm.request+json'],
  ['OMADM-DevID', 'IMEI:004402990020434'],
] as const;

/** The trace events that the findings of the made-up result name, and those around them. */
export function madeUpEvidence(): ReadonlyMap<number, Evidence> {
  const list: readonly Evidence[] = [
    { seq: 9, t: 12.031, title: 'scenario begins: ORD-04', scenario: 's-ORD-04' },
    { seq: 10, t: 12.4, title: 'connection opened', from: 'client', to: 'server', scenario: 's-ORD-04' },
    event(11, 'client', 'POST /dm HTTP/1.1', `{ "MOS": [], "Alert": [ { "AlertType": ${HOSTILE}`, {
      headers: [...DM_HEADERS, ['X', HOSTILE]],
    }),
    event(
      12,
      'server',
      'HTTP/1.1 200 OK',
      '{ "CMD": [ ["GET", "urn:a"], ["HPUT", "http://127.0.0.1:40001/in/1", "urn:b"], ["DELETE", "urn:c"] ] }',
    ),
    {
      seq: 13,
      t: 14.2,
      title: 'PUT /in/1 HTTP/1.1',
      from: 'client',
      to: 'repository',
      body: '\u0000\u0001binary',
      bodySize: 70_000,
      scenario: 's-ORD-04',
    },
    { seq: 14, t: 14.4, title: 'HTTP/1.1 204 No Content', from: 'repository', to: 'client', scenario: 's-ORD-04' },
    { seq: 15, t: 14.5, title: 'somebody else', scenario: 's-other', headers: [['a', 'b']] },
    event(16, 'client', 'POST /dm HTTP/1.1', '{ "Status": [ { "sc": 200 }, { "sc": 404 }, { "sc": 405 } ] }', {
      headers: DM_HEADERS,
    }),
    event(17, 'server', 'HTTP/1.1 200 OK', '{ "CMD": [ ["END"] ] }'),
    { seq: 30, t: 16, title: 'connection reset', from: 'client', to: 'server', scenario: 's-ORD-04', defect: 'cut' },
  ];
  return new Map(list.map((item) => [item.seq, item]));
}

function event(
  seq: number,
  from: 'client' | 'server',
  title: string,
  body: string,
  more: Partial<Evidence> = {},
): Evidence {
  const to = from === 'client' ? 'server' : 'client';
  return {
    seq,
    t: seq * 1.07,
    title,
    from,
    to,
    body,
    bodySize: Buffer.byteLength(body),
    scenario: 's-ORD-04',
    ...more,
  };
}
