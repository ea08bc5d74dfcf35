import { dirname, join, relative } from 'node:path';
import { exitCodeOf } from '../ledger/exit-code.js';
import { ConformError } from '../model/errors.js';
import { countVerdicts, worst } from '../model/precedence.js';
import type { MergedRun, RequirementResult, Result, ScenarioResult } from '../model/result.js';
import type { Verdict } from '../model/verdict.js';

const TO_REPEAT: ReadonlySet<Verdict> = new Set<Verdict>(['fail', 'error', 'inconclusive']);

/** The rows of a result that `run --failed` plays again: those that failed, broke, or were inconclusive. */
export function rowsToRepeat({ requirements }: Result): readonly string[] {
  return requirements.filter(({ verdict }) => TO_REPEAT.has(verdict)).map(({ id }) => id);
}

export interface MergeInput {
  readonly earlier: Result;
  /** Path of the earlier record. */
  readonly earlierFile: string;
  /** The run that played some rows again. */
  readonly repeated: Result;
  /** The rows that it was to play. */
  readonly rows: readonly string[];
  /** Folder of the merged record. */
  readonly folder: string;
  readonly strict?: boolean;
}

/**
 * Joins a result with a run that played some of its rows again. Each row is taken as a whole from one run, and names that run's trace: a row that was played again
 * from the repeat, and so is any row of which the repeat shows a failure that the earlier run did not; all others from the earlier one.
 * @throws ConformError USAGE when the two cannot be one result: another role, ledger or profile.
 */
export function mergeResults(input: MergeInput): Result {
  const { earlier, repeated, rows, strict } = input;
  checkFit(earlier, repeated);
  const again = new Map(repeated.requirements.map((row) => [row.id, row]));
  const wanted = new Set(rows);
  const rebase = (trace: string | undefined): string =>
    relative(input.folder, join(dirname(input.earlierFile), trace ?? earlier.trace)).replaceAll('\\', '/');
  const fromEarlier = (row: RequirementResult): RequirementResult => ({ ...row, trace: rebase(row.trace) });
  const requirements = earlier.requirements.map((row) => {
    const fresh = again.get(row.id);
    return fresh !== undefined && (wanted.has(row.id) || isWorse(fresh, row)) ? fresh : fromEarlier(row);
  });
  const known = new Set(earlier.requirements.map(({ id }) => id));
  const all = [...requirements, ...repeated.requirements.filter(({ id }) => !known.has(id))];
  const scenarios = [
    ...repeated.scenarios,
    ...earlier.scenarios.map((scenario): ScenarioResult => ({ ...scenario, trace: rebase(scenario.trace) })),
  ];
  const merged: Result = {
    ...repeated,
    requirements: all,
    scenarios,
    counts: countVerdicts(all.map(({ verdict }) => verdict)),
    chapters: chaptersOf(earlier, repeated, all),
    notTested: earlier.notTested,
    // A fault of the suite casts doubt on whatever is left of that run.
    errors: [...(all.some(({ trace }) => trace !== undefined) ? earlier.errors : []), ...repeated.errors],
    sessionsCompleted: earlier.sessionsCompleted + repeated.sessionsCompleted,
    durationMs: earlier.durationMs + repeated.durationMs,
    merged: runsOf(earlier, repeated, all, rebase),
    ...partialOf(earlier, repeated),
  };
  const { selection: _own, ...whole } = merged;
  const narrowed = earlier.selection === undefined ? whole : { ...whole, selection: earlier.selection };
  const interrupted = repeated.exitCode === 130;
  return { ...narrowed, exitCode: exitCodeOf({ ...narrowed, interrupted, strict: strict === true }) };
}

/** Only a failure that was seen outweighs what the earlier run showed; that the repeat shows less is its narrowness. */
function isWorse(fresh: RequirementResult, before: RequirementResult): boolean {
  const order: readonly Verdict[] = ['fail', 'warn'];
  const rank = ({ verdict }: RequirementResult): number =>
    order.includes(verdict) ? order.indexOf(verdict) : order.length;
  return rank(fresh) < rank(before);
}

function chaptersOf(earlier: Result, repeated: Result, rows: readonly RequirementResult[]): Result['chapters'] {
  const known = new Set(earlier.chapters.map(({ id }) => id));
  return [...earlier.chapters, ...repeated.chapters.filter(({ id }) => !known.has(id))].map((chapter) => {
    const verdicts = rows.filter((row) => row.chapter === chapter.id).map(({ verdict }) => verdict);
    return { ...chapter, counts: countVerdicts(verdicts), verdict: worst(verdicts) ?? chapter.verdict };
  });
}

function runsOf(
  earlier: Result,
  repeated: Result,
  rows: readonly RequirementResult[],
  rebase: (trace: string | undefined) => string,
): readonly MergedRun[] {
  const before = earlier.merged ?? [runOf(earlier, earlier.trace)];
  return [
    {
      ...runOf(repeated, repeated.trace),
      requirements: rows.filter(({ trace }) => trace === undefined).map(({ id }) => id),
    },
    ...before.map((run) => ({
      ...run,
      trace: rebase(run.trace),
      requirements: rows.filter(({ trace }) => trace === rebase(run.trace)).map(({ id }) => id),
    })),
  ];
}

function runOf({ startedAt, suite, ledger }: Result, trace: string): MergedRun {
  return { trace, startedAt, suite: suite.version, ledger: ledger.version, requirements: [] };
}

function partialOf(earlier: Result, repeated: Result): Pick<Result, 'partial'> {
  const partial = repeated.partial ?? earlier.partial;
  return partial === undefined ? {} : { partial };
}

function checkFit(earlier: Result, repeated: Result): void {
  const facts = [
    ['role', earlier.role, repeated.role],
    ['ledger', earlier.ledger.digest, repeated.ledger.digest],
    ['profile', earlier.profile, repeated.profile],
    ['target', earlier.target.name, repeated.target.name],
  ] as const;
  for (const [what, before, now] of facts) {
    if (before === now) continue;
    throw new ConformError('USAGE', `results with another ${what} cannot be merged`, {
      subject: '--failed',
      found: now,
      expected: before,
      remedy: 'play the whole suite',
    });
  }
}
