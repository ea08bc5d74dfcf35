import type { Finding } from './finding.js';
import type { Level, Role, Verdict } from './verdict.js';

export interface RequirementResult {
  readonly id: string;
  readonly chapter: string;
  readonly verdict: Verdict;
  readonly level: Level;
  readonly source: readonly string[];
  readonly statement: string;
  /** Why a row is inconclusive, not applicable or not tested. */
  readonly reason?: string;
  readonly findings: readonly Finding[];
  /** In a merged result: the trace that the findings of this row speak of, relative to the record; left out: the record's own. */
  readonly trace?: string;
}

export interface ScenarioResult {
  readonly token: string;
  readonly name: string;
  readonly feature: string;
  readonly rule: string;
  readonly requirements: readonly string[];
  readonly reached: boolean;
  /** Set when a step or hook of the suite itself broke. */
  readonly error?: string;
  readonly durationMs: number;
  /** In a merged result: the trace that holds it, relative to the record; left out: the record's own. */
  readonly trace?: string;
}

/** A run whose verdicts a merged result took over. */
export interface MergedRun {
  /** Its trace, relative to the record. */
  readonly trace: string;
  readonly startedAt: string;
  readonly suite: string;
  readonly ledger: string;
  /** The rows whose verdicts are from this run. */
  readonly requirements: readonly string[];
}

export interface Counts {
  readonly pass: number;
  readonly fail: number;
  readonly warn: number;
  readonly inconclusive: number;
  readonly 'not-applicable': number;
  readonly 'known-issue': number;
  readonly error: number;
}

/** The result record, `result.json`. Every report is a view of it. */
export interface Result {
  readonly schemaVersion: 1;
  readonly suite: { readonly name: 'dmconform'; readonly version: string };
  readonly ledger: { readonly version: string; readonly digest: string };
  readonly role: Role;
  readonly target: {
    readonly name: string;
    readonly vendor?: string;
    readonly version?: string;
    readonly start: string;
  };
  readonly profile: string;
  /** `live` run, or a judged `trace` or `har`. */
  readonly source: 'live' | 'trace' | 'har';
  readonly startedAt: string;
  readonly durationMs: number;
  /** Set when the run did not reach its end: why. */
  readonly partial?: string;
  /** Whether at least one DM Session ran to its END. */
  readonly sessionsCompleted: number;
  readonly counts: Counts;
  readonly chapters: readonly {
    readonly id: string;
    readonly title: string;
    readonly counts: Counts;
    readonly verdict: Verdict;
  }[];
  readonly requirements: readonly RequirementResult[];
  /** Rows the suite does not judge, with the reason. */
  readonly notTested: readonly { readonly id: string; readonly reason: string }[];
  readonly scenarios: readonly ScenarioResult[];
  readonly decisions: readonly { readonly id: string; readonly decision: string; readonly basis: string }[];
  /** Faults of the suite or its surroundings; each makes the run exit 3. */
  readonly errors: readonly string[];
  /** How silence was proved in this run. */
  readonly quietWindows: { readonly real: number; readonly virtual: number };
  readonly environment: { readonly node: string; readonly platform: string };
  readonly exitCode: number;
  /** The trace file beside this record. */
  readonly trace: string;
  /** What the run was narrowed to, when it was (`--only`, `--chapter`, `--tags`). */
  readonly selection?: readonly string[];
  /** Set when the verdicts are of several runs (`run --failed`): which is from which. Such a result cannot be certified. */
  readonly merged?: readonly MergedRun[];
}
