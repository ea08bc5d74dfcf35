import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { readLedger } from '../../cli/paths.js';
import { judgeEvents, resultOf } from '../../harness/run/judging.js';
import type { TraceEvent } from '../../harness/trace/event.js';
import { parseTrace, type Trace } from '../../harness/trace/ndjson.js';
import { ours } from '../oracles/ours.js';
import { dmconform, emptyFolder } from './cli.js';

describe.each(['client', 'server'] as const)('a record without the events of the %s under test', (role) => {
  const out = emptyFolder();
  let trace: Trace;

  beforeAll(async () => {
    await dmconform(['run', '--role', role, '--out', out]);
    trace = parseTrace(readFileSync(join(out, 'trace.ndjson'), 'utf8'));
  });

  function verdictsOf(events: readonly TraceEvent[]): string[] {
    const judged = judgeEvents(trace.header, events, (file) => readFileSync(join(out, file)));
    const result = resultOf({
      header: trace.header,
      ledger: readLedger(),
      source: 'trace',
      ...judged,
      selection: {},
      selectionWords: [],
      errors: [],
      durationMs: 0,
      trace: 'trace.ndjson',
      suiteVersion: 'test',
    });
    return result.requirements
      .filter(({ verdict }) => verdict !== 'inconclusive')
      .map(({ id, verdict }) => `${id} ${verdict}`);
  }

  it('leaves every requirement inconclusive', () => {
    const left = ours(trace.events, role);
    expect(left.length).toBeLessThan(trace.events.length);
    expect(verdictsOf(left)).toEqual([]);
  });

  it('though with them every requirement has its verdict', () => {
    expect(verdictsOf(trace.events).length).toBeGreaterThan(20);
  });
});
