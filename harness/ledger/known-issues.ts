import type { Finding } from '../model/finding.js';
import type { KnownIssue } from '../model/known-issue.js';
import type { ScenarioResult } from '../model/result.js';

export interface KnownInput {
  readonly requirement: string;
  readonly findings: readonly Finding[];
  readonly scenarios: readonly ScenarioResult[];
  readonly issues: readonly KnownIssue[];
  /** The whole run was played, so that an entry without its failure is stale. */
  readonly complete: boolean;
  /** Day of the run, `2026-11-28`, in UTC: waivers that ended before it excuse nothing. */
  readonly on: string;
}

/**
 * Failures as they were declared become known issues; every other one stays what it is. An entry whose failure did not come, though what it is about was
 * shown to be kept, is a failure itself: a list that nobody tidies would hide the next failure.
 */
export function withKnownIssues({
  requirement,
  findings,
  scenarios,
  issues,
  complete,
  on,
}: KnownInput): readonly Finding[] {
  const own = issues.filter((issue) => issue.requirement === requirement);
  if (own.length === 0) return findings;
  const titles = new Map(scenarios.map(({ token, name }) => [token, name]));
  const titleOf = ({ scenario }: Finding): string | undefined => titles.get(scenario ?? '');
  const used = new Set<KnownIssue>();
  const judged = findings.map((finding) => {
    if (finding.verdict !== 'fail' && finding.verdict !== 'warn') return finding;
    const issue = own.find((one) => isAbout(one, titleOf(finding)) && finding.message.startsWith(one.says));
    if (issue === undefined) return finding;
    used.add(issue);
    return excused(finding, issue, on);
  });
  const stale = complete ? own.filter((issue) => !used.has(issue)) : [];
  return [...judged, ...stale.flatMap((issue) => staleFinding(issue, findings, titleOf))];
}

/** A waiver that has ended leaves the finding as it is, and says so. */
function excused(finding: Finding, { reason, waiver }: KnownIssue, on: string): Finding {
  const { message } = finding;
  if (waiver === undefined) return { ...finding, verdict: 'known-issue', message: `${message} Known: ${reason}` };
  const granted = `by ${waiver.by} until ${waiver.until}: ${reason}`;
  if (waiver.until < on)
    return { ...finding, message: `${message} No longer waived: the waiver ${granted} had ended.` };
  const named = { ...waiver, reason };
  return { ...finding, verdict: 'known-issue', message: `${message} Waived ${granted}`, waiver: named };
}

function isAbout({ scenario }: KnownIssue, title: string | undefined): boolean {
  return scenario === undefined || scenario === title;
}

/** Nothing where the scenario has shown neither: then the entry may still be right. */
function staleFinding(
  issue: KnownIssue,
  findings: readonly Finding[],
  titleOf: (finding: Finding) => string | undefined,
): readonly Finding[] {
  const about = findings.filter((finding) => isAbout(issue, titleOf(finding)));
  const other = about.find(({ verdict }) => verdict === 'fail' || verdict === 'warn');
  const shown = other ?? about.find(({ verdict }) => verdict === 'pass');
  if (shown === undefined) return [];
  const how = other === undefined ? 'passes' : 'fails otherwise';
  return [
    {
      requirement: issue.requirement,
      verdict: 'fail',
      message: `The expectations file knows a failure here (${issue.reason}), but it ${how}.`,
      events: shown.events,
      ...(shown.scenario === undefined ? {} : { scenario: shown.scenario }),
      expected: issue.says,
      actual: other === undefined ? 'no failure: the entry can go' : other.message,
    },
  ];
}
