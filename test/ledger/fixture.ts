import { type AggregateInput, aggregate } from '../../harness/ledger/aggregate.js';
import type { Observed } from '../../harness/model/finding.js';
import type { Decision, Ledger, Requirement } from '../../harness/model/requirement.js';
import type { RequirementResult, ScenarioResult } from '../../harness/model/result.js';
import { DEFAULT_NODES, type Statement } from '../../harness/model/statement.js';

function row(id: string, more: Partial<Requirement> = {}): Requirement {
  const chapter = id.slice(0, 3);
  const base = { id, chapter, on: 'client', level: 'M', source: ['CR 6.2'], statement: `Rule ${id}.` } as const;
  return { ...base, shows: `rule ${id} is kept`, decisions: [], har: true, ...more };
}

function decision(id: string, more: Partial<Decision>): Decision {
  return { id, question: 'q', decision: 'so', basis: 'open', because: 'b', changeable: true, ...more };
}

/** A small ledger with one row of each sort. */
export const ledger: Ledger = {
  version: '1.0.0',
  digest: 'd',
  chapters: [
    { id: 'AAA', title: 'First', source: 'CR 6' },
    { id: 'BBB', title: 'Second', source: 'CR 6' },
  ],
  requirements: [
    row('AAA-01'),
    row('AAA-02', { level: 'S' }),
    row('AAA-03', { level: 'Y' }),
    row('AAA-04', { har: false }),
    row('AAA-05', { on: 'server' }),
    row('BBB-01', { feature: 'SHOW' }),
    row('BBB-02', { notTested: 'waits' }),
    row('BBB-03'),
  ],
  decisions: [
    decision('D-01', {}),
    decision('D-02', { basis: 'CR/TS' }),
    decision('D-03', { basis: 'ours' }),
    decision('D-04', { changeable: false }),
  ],
};

export const statement: Statement = {
  name: 'made-up',
  role: 'client',
  start: { kind: 'url' },
  operations: [],
  nodes: DEFAULT_NODES,
};

export function observed(outcome: Observed['outcome'], more: Partial<Observed> = {}): Observed {
  return { requirement: 'AAA-01', outcome, message: `it was ${outcome}`, events: [1], scenario: 's1', ...more };
}

export function scenario(more: Partial<ScenarioResult> = {}): ScenarioResult {
  const base = { token: 's1', name: 'a scenario', feature: 'f', rule: 'r', requirements: ['AAA-01'], reached: true };
  return { ...base, durationMs: 1, ...more };
}

export function input(more: Partial<AggregateInput> = {}): AggregateInput {
  return { ledger, role: 'client', observed: [], scenarios: [], statement, source: 'live', ...more };
}

/** The result of one row; throws when the aggregate does not list it. */
export function resultOf(id: string, more: Partial<AggregateInput>): RequirementResult {
  const result = aggregate(input(more)).requirements.find((each) => each.id === id);
  if (result === undefined) throw new Error(`${id} is not listed`);
  return result;
}
