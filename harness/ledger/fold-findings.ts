import type { Finding } from '../model/finding.js';
import { PRECEDENCE } from '../model/precedence.js';
import type { Verdict } from '../model/verdict.js';
import { groupBy } from './group-by.js';

/** How many different pass findings a requirement keeps for each scenario. */
export const PASSES_KEPT = 3;
/** How many different other findings a requirement keeps. */
export const OTHERS_KEPT = 50;

/**
 * Folds the findings of one requirement: equal ones (verdict, scenario, message) become one with a count, and what exceeds the bounds is summed up,
 * one finding for each verdict, so that counts per verdict stay what they were. The worst come first.
 */
export function foldFindings(findings: readonly Finding[]): readonly Finding[] {
  const equal = foldEqual(findings);
  const passes = equal.filter(({ verdict }) => verdict === 'pass');
  const others = equal.filter(({ verdict }) => verdict !== 'pass');
  const kept = [...groupBy(passes, ({ scenario }) => scenario).values()].flatMap((group) => bound(group, PASSES_KEPT));
  return [...bound(bySeverity(others), OTHERS_KEPT), ...kept];
}

function foldEqual(findings: readonly Finding[]): readonly Finding[] {
  const groups = groupBy(findings, ({ verdict, scenario, message }) => JSON.stringify([verdict, scenario, message]));
  return [...groups.values()].flatMap((group) => {
    const [first] = group;
    return first === undefined ? [] : [withCount(first, countOf(group))];
  });
}

function bound(findings: readonly Finding[], most: number): readonly Finding[] {
  if (findings.length <= most) return findings;
  const verdicts = new Set(findings.map(({ verdict }) => verdict)).size;
  const kept = findings.slice(0, most - verdicts);
  const rest = groupBy(findings.slice(most - verdicts), ({ verdict }) => verdict);
  return [...kept, ...[...rest].flatMap(([verdict, group]) => summary(verdict, group))];
}

function summary(verdict: Verdict, group: readonly Finding[]): readonly Finding[] {
  const [first] = group;
  if (first === undefined || group.length === 1) return group;
  const count = countOf(group);
  const message = `${count} more like this, the first of them: ${first.message}`;
  const scenario = first.scenario === undefined ? {} : { scenario: first.scenario };
  return [{ requirement: first.requirement, verdict, message, events: first.events, ...scenario, count }];
}

function bySeverity(findings: readonly Finding[]): readonly Finding[] {
  return PRECEDENCE.flatMap((verdict) => findings.filter((finding) => finding.verdict === verdict));
}

function withCount({ count: _own, ...finding }: Finding, count: number): Finding {
  return count === 1 ? finding : { ...finding, count };
}

function countOf(findings: readonly Finding[]): number {
  return findings.reduce((sum, { count }) => sum + (count ?? 1), 0);
}
