import type { Finding, Observed } from '../model/finding.js';
import type { KnownIssue } from '../model/known-issue.js';
import { countVerdicts, worst } from '../model/precedence.js';
import type { Chapter, Decision, Ledger, Requirement } from '../model/requirement.js';
import type { RequirementResult, Result, ScenarioResult } from '../model/result.js';
import type { Statement } from '../model/statement.js';
import type { Role, Verdict } from '../model/verdict.js';
import { foldFindings } from './fold-findings.js';
import { groupBy } from './group-by.js';
import { type JudgeContext, judgeRow, type RowJudgement } from './judge-row.js';
import { withKnownIssues } from './known-issues.js';
import { type Selection, selectRows } from './select.js';

export interface AggregateInput {
  readonly ledger: Ledger;
  readonly role: Role;
  /** Everything that the oracles said, in any order. */
  readonly observed: readonly Observed[];
  /** Names of the commands that the client refused each time. */
  readonly refused?: ReadonlySet<string>;
  /** The scenarios that the run set out to play. */
  readonly scenarios: readonly ScenarioResult[];
  readonly statement: Statement;
  readonly source: Result['source'];
  readonly selection?: Selection | undefined;
  /** Decisions that the statement reads otherwise, by id. */
  readonly readings?: Readonly<Record<string, string>>;
  /** Failures that are known; `complete`: the run came to its end, so that one which did not come is missed; `on`: day of the run. */
  readonly known?:
    | { readonly issues: readonly KnownIssue[]; readonly complete: boolean; readonly on: string }
    | undefined;
}

const REASONS_NAMED = 3;

/** The parts of the result record that follow from findings. `errors` are faults of the suite that came to light here, to be joined with all others. */
export type Aggregate = Pick<Result, 'requirements' | 'chapters' | 'counts' | 'notTested' | 'decisions' | 'errors'>;

/**
 * The one place where verdicts are computed. Of each requirement: error apart, then fail, warn, inconclusive, pass, not-applicable; whatever the order of the observations.
 * Of a narrowed run the result lists the selected rows, and every other row that has a fail or a warn.
 * @throws ConformError `USAGE` when the selection names what the ledger does not have.
 */
export function aggregate(input: AggregateInput): Aggregate {
  const { ledger, role, selection } = input;
  const selected = new Set(selectRows(ledger, role, selection).map(({ id }) => id));
  const requirements = judgeRows(input).filter(
    ({ row, result }) =>
      (selected.has(row.id) && row.notTested === undefined) || result.verdict === 'fail' || result.verdict === 'warn',
  );
  const results = requirements.map(({ result }) => result);
  const judged = new Set(results.map(({ id }) => id));
  return {
    requirements: results,
    chapters: ledger.chapters.flatMap((chapter) => chapterResult(chapter, results)),
    counts: countVerdicts(results.map(({ verdict }) => verdict)),
    notTested: ledger.requirements.flatMap(({ id, notTested }) =>
      notTested !== undefined && selected.has(id) && !judged.has(id) ? [{ id, reason: notTested }] : [],
    ),
    decisions: ledger.decisions.map((decision) => asRead(decision, input.readings ?? {})),
    errors: strangers(input),
  };
}

/** Ids that the ledger lacks: what is said of them would be lost without a word. */
function strangers({ ledger, observed, scenarios }: AggregateInput): readonly string[] {
  const known = new Set(ledger.requirements.map(({ id }) => id));
  const said = observed.map(({ requirement }) => requirement);
  const tagged = scenarios.flatMap(({ requirements }) => requirements);
  const unknown = [...new Set([...said, ...tagged])].filter((id) => !known.has(id)).sort();
  return unknown.map((id) => `an oracle or a scenario speaks of ${id}, which the ledger does not have`);
}

function judgeRows(
  input: AggregateInput,
): readonly { readonly row: Requirement; readonly result: RequirementResult }[] {
  const context: JudgeContext = {
    statement: input.statement,
    source: input.source,
    decisions: new Map(input.ledger.decisions.map((decision) => [decision.id, decision])),
    readings: input.readings ?? {},
    refused: input.refused ?? new Set(),
  };
  const observed = groupBy(input.observed, ({ requirement }) => requirement);
  return input.ledger.requirements
    .filter(({ on }) => on === input.role)
    .map((row) => ({ row, result: resultOf(row, observed.get(row.id) ?? [], input, context) }));
}

function resultOf(
  row: Requirement,
  observed: readonly Observed[],
  { scenarios, known }: Pick<AggregateInput, 'scenarios' | 'known'>,
  context: JudgeContext,
): RequirementResult {
  const own = scenarios.filter(({ requirements }) => requirements.includes(row.id));
  const judgement = judgeRow({ row, observed, scenarios: own }, context);
  const declared =
    known === undefined
      ? judgement.findings
      : withKnownIssues({ requirement: row.id, findings: judgement.findings, scenarios, ...known });
  const findings = foldFindings(declared);
  const verdict = worst(findings.map((finding) => finding.verdict)) ?? judgement.otherwise.verdict;
  const { id, chapter, level, source, statement } = row;
  const reason = findings.length === 0 ? judgement.otherwise.reason : reasonOf(verdict, findings, judgement.otherwise);
  const base = { id, chapter, verdict, level, source, statement, findings };
  return reason === undefined ? base : { ...base, reason };
}

/** Why there is no verdict on the target, in the words of the findings; undefined where there is one. */
function reasonOf(
  verdict: Verdict,
  findings: readonly Finding[],
  otherwise: RowJudgement['otherwise'],
): string | undefined {
  if (verdict === 'not-applicable' && otherwise.verdict === verdict) return otherwise.reason;
  if (verdict !== 'inconclusive' && verdict !== 'not-applicable' && verdict !== 'error') return undefined;
  const messages = findings.filter((finding) => finding.verdict === verdict).map(({ message }) => message);
  const distinct = [...new Set(messages)];
  const more = distinct.length > REASONS_NAMED ? ` (and ${distinct.length - REASONS_NAMED} more)` : '';
  return distinct.slice(0, REASONS_NAMED).join('; ') + more;
}

function chapterResult(chapter: Chapter, results: readonly RequirementResult[]): Result['chapters'] {
  const verdicts = results.filter((result) => result.chapter === chapter.id).map(({ verdict }) => verdict);
  const verdict = worst(verdicts);
  return verdict === undefined
    ? []
    : [{ id: chapter.id, title: chapter.title, counts: countVerdicts(verdicts), verdict }];
}

function asRead(decision: Decision, readings: Readonly<Record<string, string>>): Result['decisions'][number] {
  const reading = decision.changeable && Object.hasOwn(readings, decision.id) ? readings[decision.id] : undefined;
  const text =
    reading === undefined ? decision.decision : `Read by the statement as: ${reading}. (${decision.decision})`;
  return { id: decision.id, decision: text, basis: decision.basis };
}
