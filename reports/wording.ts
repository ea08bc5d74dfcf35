import type { Finding } from '../harness/model/finding.js';
import { PRECEDENCE } from '../harness/model/precedence.js';
import type { Counts, RequirementResult, Result } from '../harness/model/result.js';
import type { Verdict } from '../harness/model/verdict.js';

/** `1 fail, 9 pass`, zeros left out; `nothing judged` when all are zero. */
export function countsText(counts: Counts): string {
  const parts = PRECEDENCE.filter((verdict) => counts[verdict] > 0).map((verdict) => `${counts[verdict]} ${verdict}`);
  return parts.length === 0 ? 'nothing judged' : parts.join(', ');
}

/** `1 row`, `3 rows`. */
export function rowsText(count: number): string {
  return `${count} row${count === 1 ? '' : 's'}`;
}

/** The requirement's findings that its verdict rests on. */
export function decidingFindings(requirement: RequirementResult): readonly Finding[] {
  return requirement.findings.filter(({ verdict }) => verdict === requirement.verdict);
}

/** Who was judged: name, version, vendor. */
export function targetText({ target }: Result): string {
  const name = target.version === undefined ? target.name : `${target.name} ${target.version}`;
  return target.vendor === undefined ? name : `${name} (${target.vendor})`;
}

/** What was judged: a live run or a recording. */
export function sourceText({ source, target }: Result): string {
  if (source === 'live') return `live run, target started as ${target.start}`;
  return source === 'har' ? 'a HAR file; only what HTTP exchanges alone show is judged' : 'a recorded trace';
}

/** Name and feature of the scenario with that token, where the result knows it. @param trace in a merged result: the trace that holds it, when it is not the result's own. */
export function scenarioText(result: Result, token: string, trace?: string): string {
  if (token === 'reach') return 'the first contact, before any scenario';
  const scenario = result.scenarios.find((each) => each.token === token && each.trace === trace);
  return scenario === undefined ? token : `${scenario.name} (${scenario.feature})`;
}

/** Rows with that verdict, grouped by the reason they give. */
export function byReason(result: Result, verdict: Verdict): ReadonlyMap<string, readonly string[]> {
  const groups = new Map<string, string[]>();
  for (const { id, reason, verdict: own } of result.requirements) {
    if (own !== verdict) continue;
    const key = reason ?? 'no reason given';
    groups.set(key, [...(groups.get(key) ?? []), id]);
  }
  return groups;
}

/** Ids of the rows of which at least one failure is waived. */
export function waivedRows({ requirements }: Result): readonly string[] {
  return requirements.filter(({ findings }) => findings.some(({ waiver }) => waiver !== undefined)).map(({ id }) => id);
}
