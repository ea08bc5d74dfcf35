import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { ROOT, readLedger } from '../../cli/paths.js';
import { verdictOf } from '../../harness/ledger/judge-row.js';
import { ORACLES } from '../../harness/oracles/index.js';
import { Judge } from '../../harness/oracles/judge.js';
import { parseTrace } from '../../harness/trace/ndjson.js';

const FOLDER = join(ROOT, 'fixtures', 'traces');
const ledger = readLedger();
const rows = new Map(ledger.requirements.map((row) => [row.id, row]));
const decisions = new Map(ledger.decisions.map((decision) => [decision.id, decision]));

/** `SEC-03 warn` and the like: what a trace shows under a profile. */
function shown(text: string, profile: string): readonly string[] {
  const { header, events } = parseTrace(text);
  const judged = new Judge({ ...header, profile }, ORACLES, () => undefined);
  for (const event of events) judged.push(event);
  return judged.observed.map((observed) => {
    const row = rows.get(observed.requirement);
    if (row === undefined || observed.outcome === 'unclear') return `${observed.requirement} ${observed.outcome}`;
    return `${row.id} ${verdictOf(row, observed, { decisions, readings: {} })}`;
  });
}

describe('the profiles default and ts-2016', () => {
  const traces = readdirSync(FOLDER, { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.ndjson'))
    .map((name) => [name.replaceAll('\\', '/'), readFileSync(join(FOLDER, name), 'utf8')] as const);

  it('differ in nothing but whether TLS 1.1 is below the floor', () => {
    const differing = traces.flatMap(([name, text]) => {
      const [strict, old] = [shown(text, 'default'), shown(text, 'ts-2016')];
      const gone = strict.filter((one) => !old.includes(one));
      return gone.map((one) => `${one}, in 2016 ${old.filter((each) => !strict.includes(each)).join()}: ${name}`);
    });
    expect(differing.length).toBeGreaterThan(0);
    for (const one of differing)
      expect(one).toMatch(/^SEC-0[23] warn, in 2016 SEC-0[23] (pass|inconclusive|not-applicable)?: security\/.*1-1/);
  });

  it('both fail what is below TLS 1.1', () => {
    const [, text = ''] = traces.find(([name]) => name === 'security/client-takes-tls-1-0.ndjson') ?? [];
    for (const profile of ['default', 'ts-2016']) expect(shown(text, profile)).toContain('SEC-03 fail');
  });
});
