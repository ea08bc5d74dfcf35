import type { RequirementResult, Result } from './result.js';
import type { Verdict } from './verdict.js';

/**
 * What became of a row: `regression`: worse than before, or no longer shown; `progress`: better; `same-verdict`: still wrong, in another way;
 * `other`: neither better nor worse, such as an optional feature that is no longer declared.
 */
export type ChangeKind = 'regression' | 'progress' | 'same-verdict' | 'other';

export interface RowChange {
  readonly id: string;
  readonly kind: ChangeKind;
  readonly statement: string;
  /** Left out: the row is not in that result. */
  readonly before?: Verdict;
  readonly after?: Verdict;
  /** What the first finding that decides says now; failing that, the reason. */
  readonly message?: string;
}

/** What changed between two results of the same role. */
export interface ResultDiff {
  readonly role: Result['role'];
  readonly before: DiffSide;
  readonly after: DiffSide;
  /** Regressions first, then progress, then the rest; each in the order of the ledger. */
  readonly changes: readonly RowChange[];
  readonly unchanged: number;
  /** Why the two may differ for other reasons than the implementation. */
  readonly notes: readonly string[];
}

export interface DiffSide {
  readonly target: string;
  readonly version?: string;
  readonly startedAt: string;
  readonly suite: string;
  readonly ledger: string;
}

/** From worst to best, as a vendor sees it; a row that does not apply stands apart. */
const RANK: Readonly<Record<Exclude<Verdict, 'not-applicable'>, number>> = {
  fail: 0,
  error: 1,
  'known-issue': 2,
  inconclusive: 3,
  warn: 4,
  pass: 5,
};
const ORDER: readonly ChangeKind[] = ['regression', 'progress', 'same-verdict', 'other'];

/** Compares two results, row by row; a verdict is taken as it stands, none is computed. */
export function diffResults(before: Result, after: Result): ResultDiff {
  const old = new Map(before.requirements.map((row) => [row.id, row]));
  const now = new Map(after.requirements.map((row) => [row.id, row]));
  const ids = [...new Set([...now.keys(), ...old.keys()])];
  const changes = ids.flatMap((id) => changeOf(old.get(id), now.get(id)) ?? []);
  return {
    role: after.role,
    before: sideOf(before),
    after: sideOf(after),
    changes: ORDER.flatMap((kind) => changes.filter((change) => change.kind === kind)),
    unchanged: ids.length - changes.length,
    notes: notesOf(before, after),
  };
}

function changeOf(before: RequirementResult | undefined, after: RequirementResult | undefined): RowChange | undefined {
  const row = after ?? before;
  if (row === undefined) return undefined;
  const message = after === undefined ? undefined : decidingMessage(after);
  const base = {
    id: row.id,
    statement: row.statement,
    ...(before === undefined ? {} : { before: before.verdict }),
    ...(after === undefined ? {} : { after: after.verdict }),
    ...(message === undefined ? {} : { message }),
  };
  if (before === undefined || after === undefined) {
    // A row that is judged for the first time and fails has not become worse, but nobody may overlook it.
    return { ...base, kind: after?.verdict === 'fail' ? 'regression' : 'other' };
  }
  if (before.verdict === after.verdict) {
    const isWrong = after.verdict === 'fail' || after.verdict === 'error';
    return isWrong && decidingMessage(before) !== message ? { ...base, kind: 'same-verdict' } : undefined;
  }
  return { ...base, kind: kindOf(before.verdict, after.verdict) };
}

function kindOf(before: Verdict, after: Verdict): ChangeKind {
  if (after === 'not-applicable') return 'other';
  if (before === 'not-applicable') return after === 'fail' || after === 'error' ? 'regression' : 'other';
  return RANK[after] < RANK[before] ? 'regression' : 'progress';
}

function decidingMessage({ findings, verdict, reason }: RequirementResult): string | undefined {
  return findings.find((finding) => finding.verdict === verdict)?.message ?? reason;
}

function sideOf({ target, startedAt, suite, ledger }: Result): DiffSide {
  return {
    target: target.name,
    ...(target.version === undefined ? {} : { version: target.version }),
    startedAt,
    suite: suite.version,
    ledger: ledger.version,
  };
}

function notesOf(before: Result, after: Result): readonly string[] {
  const notes: string[] = [];
  if (before.ledger.digest !== after.ledger.digest)
    notes.push(
      `the ledger differs: ${before.ledger.version} and ${after.ledger.version}; a row may have changed with it`,
    );
  if (before.suite.version !== after.suite.version)
    notes.push(`the suite differs: ${before.suite.version} and ${after.suite.version}`);
  if (before.profile !== after.profile) notes.push(`the profile differs: ${before.profile} and ${after.profile}`);
  if (before.target.name !== after.target.name)
    notes.push(`two implementations are compared: ${before.target.name} and ${after.target.name}`);
  for (const [which, { partial, selection }] of [
    ['first', before],
    ['second', after],
  ] as const) {
    if (partial !== undefined) notes.push(`the ${which} is partial: ${partial}`);
    if (selection !== undefined) notes.push(`the ${which} was narrowed to ${selection.join(' ')}`);
  }
  return notes;
}
