import type { Finding, Observed } from '../model/finding.js';
import type { Decision, Requirement } from '../model/requirement.js';
import type { Result, ScenarioResult } from '../model/result.js';
import type { Statement } from '../model/statement.js';
import type { Verdict } from '../model/verdict.js';
import { featureStanding } from './select.js';

/** What the verdict of a row depends on besides what was observed. */
export interface JudgeContext {
  readonly statement: Statement;
  readonly source: Result['source'];
  readonly decisions: ReadonlyMap<string, Decision>;
  /** Decisions that the statement reads otherwise, by id: its own reading binds it. */
  readonly readings: Readonly<Record<string, string>>;
  /** Names of the commands that were refused each time that they came. */
  readonly refused: ReadonlySet<string>;
}

/** The decisions and how they are read. */
export type Readings = Pick<JudgeContext, 'decisions' | 'readings'>;

/** What belongs to one row of the ledger. */
export interface RowRecord {
  readonly row: Requirement;
  readonly observed: readonly Observed[];
  /** Scenarios that are tagged with the row. */
  readonly scenarios: readonly ScenarioResult[];
}

/** The findings that follow, and what holds where there are none. */
export interface RowJudgement {
  readonly findings: readonly Finding[];
  readonly otherwise: { readonly verdict: Verdict; readonly reason: string };
}

/** Applies level, decisions, statement and reach of the scenarios to what the oracles observed of one row. */
export function judgeRow(record: RowRecord, context: JudgeContext): RowJudgement {
  const { row } = record;
  if (context.source === 'har' && !row.har) {
    return without('inconclusive', 'HTTP exchanges alone, all that a HAR file holds, do not show it');
  }
  const decisive = record.observed.filter(isDecisive);
  const findings = [...decisive.map((observed) => decided(row, observed, context)), ...undecided(record, decisive)];
  return withFeature(record, context, findings);
}

function without(verdict: Verdict, reason: string, findings: readonly Finding[] = []): RowJudgement {
  return { findings, otherwise: { verdict, reason } };
}

/** Whether an observation can carry a verdict by itself. */
export function isDecisive(observed: Observed): boolean {
  return observed.outcome !== 'unclear';
}

function decided(row: Requirement, observed: Observed, context: JudgeContext): Finding {
  return finding(observed, verdictOf(row, observed, context), observed.message);
}

/** What a decisive observation says of the row, taken by itself. */
export function verdictOf(row: Requirement, observed: Observed, context: Readings): Verdict {
  if (observed.outcome === 'held') return 'pass';
  if (observed.outcome === 'absent') return 'not-applicable';
  return row.level === 'S' || observed.atMost === 'warn' || restsOnOpen(observed, context) ? 'warn' : 'fail';
}

/** A vendor never fails on our guess: an open decision bounds the verdict, unless the vendor's own statement settles it. */
function restsOnOpen(observed: Observed, context: Readings): boolean {
  if (observed.decision === undefined) return false;
  const decision = context.decisions.get(observed.decision);
  if (decision === undefined) return true;
  return decision.basis === 'open' && !(decision.changeable && Object.hasOwn(context.readings, decision.id));
}

/** What could not be decided: scenarios of the row that broke, were not reached or show nothing; failing all else, what was unclear elsewhere. */
function undecided(record: RowRecord, decisive: readonly Observed[]): Finding[] {
  const shown = new Set(decisive.map(({ scenario }) => scenario));
  const own = record.scenarios.flatMap((scenario) => unshown(record, scenario, shown.has(scenario.token)));
  if (own.length > 0 || decisive.length > 0) return own;
  const tokens = new Set<string | undefined>(record.scenarios.map(({ token }) => token));
  return record.observed
    .filter(({ scenario }) => !tokens.has(scenario))
    .map((observed) => finding(observed, 'inconclusive', observed.message));
}

function unshown({ row, observed }: RowRecord, scenario: ScenarioResult, isShown: boolean): Finding[] {
  const base = { requirement: row.id, scenario: scenario.token };
  if (scenario.error !== undefined) {
    return [{ ...base, verdict: 'error', message: `the suite broke in this scenario: ${scenario.error}`, events: [] }];
  }
  if (scenario.reached && isShown) return [];
  const unclear = observed.filter((each) => each.scenario === scenario.token && each.outcome === 'unclear');
  const reasons = [...new Set(unclear.map(({ message }) => message))].join('; ');
  const nothing = scenario.reached ? 'its record shows neither that the rule was kept nor that it was broken' : '';
  const message = [scenario.reached ? '' : 'the scenario was not reached', reasons || nothing]
    .filter(Boolean)
    .join(': ');
  const events = [...new Set(unclear.flatMap((each) => each.events))];
  return [{ ...base, verdict: 'inconclusive', message, events }];
}

/** An optional feature is judged when it is declared or seen; where statement and traffic differ, that is a finding of its own. */
function withFeature({ row, observed }: RowRecord, context: JudgeContext, findings: readonly Finding[]): RowJudgement {
  const standing = featureStanding(row, context.statement);
  const seen = standing === 'declared' ? undefined : seenOf(row, observed, standing, context.refused);
  if (standing !== 'declared' && seen === undefined) {
    const silent =
      standing === 'absent' ? 'does not declare it' : 'says nothing of it, and the traffic does not show it';
    const kept = findings.filter(({ verdict }) => verdict === 'not-applicable' || verdict === 'error');
    return without('not-applicable', `${row.feature} is optional; the statement ${silent}`, kept);
  }
  const exercised = context.source === 'live' ? 'not exercised' : 'not exercised in this recording';
  const differing = standing === 'declared' ? refusals(row, observed) : surplus(row, seen, standing);
  return without('inconclusive', exercised, [...findings, ...differing]);
}

/**
 * What shows that an undeclared feature is there. A command that was never carried out is none: a client answers those that it does not have by
 * whichever error it likes (D-05). Where the statement leaves open which commands there are, a rule that is kept shows it nevertheless.
 */
function seenOf(
  { feature }: Requirement,
  observed: readonly Observed[],
  standing: 'absent' | 'open',
  refused: JudgeContext['refused'],
): Observed | undefined {
  const lacking = feature !== undefined && refused.has(feature);
  return observed.find(
    ({ outcome }) =>
      (outcome === 'held' && !(lacking && standing === 'absent')) || (outcome === 'violated' && !lacking),
  );
}

/** It is declared, and refused. */
function refusals({ feature }: Requirement, observed: readonly Observed[]): readonly Finding[] {
  const refused = feature === undefined ? undefined : observed.find(({ outcome }) => outcome === 'absent');
  if (refused === undefined) return [];
  const message = `the statement declares ${feature}, but the implementation refuses it: ${refused.message}`;
  return [finding(refused, 'warn', message)];
}

/** It is not declared, and there. */
function surplus(
  { feature }: Requirement,
  seen: Observed | undefined,
  standing: 'absent' | 'open',
): readonly Finding[] {
  if (standing === 'open' || seen === undefined) return [];
  return [finding(seen, 'warn', `the statement does not declare ${feature}, but the traffic shows it`)];
}

function finding(observed: Observed, verdict: Verdict, message: string): Finding {
  const { outcome: _outcome, atMost: _atMost, ...rest } = observed;
  return { ...rest, verdict, message };
}
