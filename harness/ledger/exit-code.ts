import type { Counts } from '../model/result.js';

/** What the exit code of a run depends on. */
export interface RunOutcome {
  readonly counts: Counts;
  /** Faults of the suite or its surroundings. */
  readonly errors: readonly string[];
  readonly sessionsCompleted: number;
  /** Why the run did not reach its end, when it did not. */
  readonly partial?: string | undefined;
  /** Ctrl-C ended the run. */
  readonly interrupted?: boolean;
  /** Warnings and inconclusive rows count as failures. */
  readonly strict?: boolean;
}

/**
 * Exit code of a run: 0, 1 a failure (with `strict` also a warning or an inconclusive row), 3 the harness or its surroundings broke, or no session was
 * ever completed and nothing the target sent says why (a target whose own packages kept every session from its END has failed: 1),
 * 4 a partial run, 130 after Ctrl-C. When several apply: 130, then 3, then 4, then 1. (2, wrong usage, never gets as far as this.)
 */
export function exitCodeOf(run: RunOutcome): 0 | 1 | 3 | 4 | 130 {
  if (run.interrupted === true) return 130;
  if (run.errors.length > 0 || run.counts.error > 0) return 3;
  if (run.sessionsCompleted === 0 && run.counts.fail === 0) return 3;
  if (run.partial !== undefined) return 4;
  if (run.counts.fail > 0) return 1;
  return run.strict === true && run.counts.warn + run.counts.inconclusive > 0 ? 1 : 0;
}
