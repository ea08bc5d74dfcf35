import { readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import type { Ledger } from '../model/requirement.js';
import type { RequirementResult, Result } from '../model/result.js';
import { judgeEvents, resultOf } from '../run/judging.js';
import { openTrace } from '../run/trace-file.js';

const MOST_NAMED = 6;

/**
 * Judges the trace once more, and tells where it does not show what the result says, a sentence each: nobody signs a result that was written by hand.
 * @throws ConformError TRACE_UNREADABLE
 */
export function contradictions(result: Result, traceFile: string, ledger: Ledger): readonly string[] {
  const { header, events, partial } = openTrace(traceFile);
  const judged = judgeEvents(header, events, (file) => readBody(dirname(traceFile), file));
  const shown = resultOf({
    header,
    ledger,
    source: result.source,
    ...judged,
    selection: {},
    selectionWords: [],
    errors: [],
    durationMs: 0,
    partial: partial(),
    trace: result.trace,
    suiteVersion: result.suite.version,
  });
  const cut = shown.partial === undefined ? [] : [`the trace is not whole: ${shown.partial}`];
  const other = [
    ...(header.role === result.role ? [] : [`the trace is of a ${header.role}, the result of a ${result.role}`]),
    ...(header.statement.name === result.target.name
      ? []
      : [`the trace is of ${header.statement.name}, the result of ${result.target.name}`]),
    ...(header.started === result.startedAt
      ? []
      : [`the trace began at ${header.started}, the result's run at ${result.startedAt}`]),
  ];
  return [...cut, ...other, ...differences(result, shown)];
}

function differences(result: Result, shown: Result): readonly string[] {
  const said = new Map(result.requirements.map((row) => [row.id, row]));
  const missing = shown.requirements.filter(({ id }) => !said.has(id)).map(({ id }) => `${id} is not in the result`);
  const wrong = shown.requirements.flatMap((row) => {
    const claimed = said.get(row.id);
    if (claimed === undefined || agrees(claimed, row)) return [];
    return [`${row.id} is ${claimed.verdict} in the result, the trace shows ${row.verdict}`];
  });
  const all = [...missing, ...wrong];
  const more =
    all.length > MOST_NAMED ? [`${all.length - MOST_NAMED} more verdicts differ from what the trace shows`] : [];
  return [...all.slice(0, MOST_NAMED), ...more];
}

/** The trace knows of no known issue and no waiver: there it is the failure or warning that was excused. */
function agrees(claimed: RequirementResult, shown: RequirementResult): boolean {
  if (claimed.verdict !== 'known-issue') return claimed.verdict === shown.verdict;
  return shown.verdict === 'fail' || shown.verdict === 'warn';
}

function readBody(folder: string, file: string): Uint8Array | undefined {
  try {
    return readFileSync(join(folder, file));
  } catch {
    return undefined;
  }
}
