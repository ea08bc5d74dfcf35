import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { ROOT, readLedger } from '../../cli/paths.js';
import { aggregate } from '../../harness/ledger/aggregate.js';
import { ORACLES } from '../../harness/oracles/index.js';
import { Judge } from '../../harness/oracles/judge.js';
import { judgeEvents } from '../../harness/run/judging.js';
import { parseTrace, type Trace } from '../../harness/trace/ndjson.js';

const FOLDER = join(ROOT, 'fixtures', 'traces');

/** What a trace shows under a profile, one line for each observation. */
function shown({ header, events }: Trace, profile: string): ReadonlySet<string> {
  const judge = new Judge({ ...header, profile }, ORACLES, () => undefined);
  for (const event of events) judge.push(event);
  return new Set(judge.observed.map((one) => `${one.requirement} ${one.outcome} ${one.atMost ?? ''} ${one.message}`));
}

it('the profiles differ in the rows that rest on D-09, and in no others', () => {
  const files = readdirSync(FOLDER, { recursive: true, encoding: 'utf8' }).filter((file) => file.endsWith('.ndjson'));
  const differing = new Set<string>();
  for (const file of files) {
    const trace = parseTrace(readFileSync(join(FOLDER, file), 'utf8'), file);
    const [usual, old] = [shown(trace, 'default'), shown(trace, 'ts-2016')];
    for (const line of [...usual, ...old])
      if (!(usual.has(line) && old.has(line))) differing.add(line.slice(0, line.indexOf(' ')));
  }
  const resting = readLedger().requirements.filter(({ decisions }) => decisions.includes('D-09'));
  expect([...differing].sort()).toEqual(resting.map(({ id }) => id).sort());
});

it('TLS 1.1 is a warning by default and nothing under ts-2016, and what is older fails under both', () => {
  const verdicts = (file: string, profile: string): readonly string[] => {
    const trace = parseTrace(readFileSync(join(FOLDER, 'security', file), 'utf8'), file);
    const judged = judgeEvents({ ...trace.header, profile }, trace.events, () => undefined, ORACLES);
    const { requirements } = aggregate({
      ledger: readLedger(),
      role: 'client',
      observed: judged.observed,
      scenarios: judged.scenarios,
      statement: trace.header.statement,
      source: 'trace',
      selection: { ids: ['SEC-03'] },
    });
    return requirements.map(({ id, verdict }) => `${id} ${verdict}`);
  };
  const both = ['default', 'ts-2016'];
  expect(both.map((profile) => verdicts('client-takes-tls-1-1.ndjson', profile))).toEqual([
    ['SEC-03 warn'],
    ['SEC-03 pass'],
  ]);
  for (const profile of both) expect(verdicts('client-takes-tls-1-0.ndjson', profile)).toEqual(['SEC-03 fail']);
});
