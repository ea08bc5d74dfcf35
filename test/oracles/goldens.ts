import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse } from 'yaml';
import { ROOT } from '../../cli/paths.js';
import type { Observed } from '../../harness/model/finding.js';
import { ORACLES } from '../../harness/oracles/index.js';
import { Judge } from '../../harness/oracles/judge.js';
import type { Oracle } from '../../harness/oracles/oracle.js';
import type { TraceEvent } from '../../harness/trace/event.js';
import { parseTrace, type Trace } from '../../harness/trace/ndjson.js';

/** An entry of fixtures/traces/index.yaml, which explains the members. */
export interface Golden {
  readonly file: string;
  readonly oracle: string;
  readonly shows: string;
  readonly outcomes: Readonly<Record<string, string>>;
  readonly others?: readonly string[];
  /** What softens a finding, by requirement: the decision it rests on, `warn` where it is never more than a warning, or both. */
  readonly open?: Readonly<Record<string, string>>;
  /** The outcomes of all oracles, not only of this one. */
  readonly whole?: Readonly<Record<string, string>>;
}

export const FOLDER = join(ROOT, 'fixtures', 'traces');
export const { traces } = parse(readFileSync(join(FOLDER, 'index.yaml'), 'utf8')) as { traces: readonly Golden[] };

/** Traces read so far; they stay when this module is loaded again, as mutation tests do. */
const kept = globalThis as { goldenTraces?: Map<string, Trace> };
kept.goldenTraces ??= new Map();
const loaded = kept.goldenTraces;

export function load(file: string): Trace {
  const trace = loaded.get(file) ?? parseTrace(readFileSync(join(FOLDER, file), 'utf8'), file);
  loaded.set(file, trace);
  return trace;
}

export function judge(
  { header, events }: Trace,
  oracles: readonly Oracle[],
  only: readonly TraceEvent[] = events,
): readonly Observed[] {
  const judged = new Judge(header, oracles, () => undefined);
  for (const event of only) judged.push(event);
  return judged.observed;
}

/** @throws Error where the index names an oracle that is not there. */
export function oracleOf(golden: Golden): Oracle {
  const oracle = ORACLES.find(({ name }) => name === golden.oracle);
  if (oracle === undefined) throw new Error(`no oracle ${golden.oracle}`);
  return oracle;
}
