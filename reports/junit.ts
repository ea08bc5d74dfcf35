import type { Finding } from '../harness/model/finding.js';
import type { RequirementResult, Result } from '../harness/model/result.js';
import { LEVEL_WORD } from '../harness/model/verdict.js';
import { visibleText } from './visible-text.js';
import { decidingFindings, scenarioText, targetText } from './wording.js';

interface Case {
  readonly className: string;
  readonly name: string;
  readonly seconds: number;
  readonly outcome: 'passed' | 'failed' | 'broken' | 'skipped';
  /** Why it failed, broke or was skipped. */
  readonly message?: string;
  readonly detail?: string;
  readonly output?: string;
}

interface Suite {
  readonly name: string;
  readonly cases: readonly Case[];
}

/**
 * The result as JUnit XML: a test suite for each chapter, a test case for each requirement. fail becomes a failure, error an error; what is inconclusive, not applicable
 * or not tested is skipped with its reason; a warn passes, with what was seen as output. Faults of the suite and a partial run stand in a suite of their own.
 */
export function renderJunit(result: Result): string {
  const suites = [...chapterSuites(result), ...runSuite(result)];
  const cases = suites.flatMap((suite) => suite.cases);
  const name = `dmconform ${targetText(result)} as ${result.role}`;
  const body = suites.map((suite) => suiteXml(suite, result)).join('');
  return `<?xml version="1.0" encoding="UTF-8"?>\n<testsuites${attributes({ name, ...tally(cases) })}>\n${body}</testsuites>\n`;
}

function chapterSuites(result: Result): Suite[] {
  const chapterOf = (id: string): string => id.slice(0, id.indexOf('-'));
  const titles = new Map(result.chapters.map(({ id, title }) => [id, `${id} ${title}`]));
  const ids = new Set([...titles.keys(), ...result.notTested.map(({ id }) => chapterOf(id))]);
  return [...ids].map((chapter) => ({
    name: titles.get(chapter) ?? chapter,
    cases: [
      ...result.requirements.filter((row) => row.chapter === chapter).map((row) => requirementCase(row, result)),
      ...result.notTested
        .filter(({ id }) => chapterOf(id) === chapter)
        .map(({ id, reason }) => skipped(result, chapter, id, `not tested: ${reason}`)),
    ],
  }));
}

function requirementCase(row: RequirementResult, result: Result): Case {
  const base = {
    className: `dmconform.${result.role}.${row.chapter}`,
    name: `${row.id} ${row.statement}`,
    seconds: secondsOf(row, result),
  };
  const deciding = decidingFindings(row);
  const message = deciding[0]?.message ?? row.reason ?? row.verdict;
  const detail = [clause(row), ...deciding.map((finding) => findingText(finding, row, result))].join('\n\n');
  switch (row.verdict) {
    case 'pass':
      return { ...base, outcome: 'passed' };
    case 'warn':
    case 'known-issue':
      return { ...base, outcome: 'passed', output: `${row.verdict}: ${detail}` };
    case 'fail':
      return { ...base, outcome: 'failed', message, detail };
    case 'error':
      return { ...base, outcome: 'broken', message, detail };
    case 'inconclusive':
    case 'not-applicable':
      return { ...base, outcome: 'skipped', message: `${row.verdict}: ${row.reason ?? message}` };
  }
}

function skipped(result: Result, chapter: string, name: string, message: string): Case {
  return { className: `dmconform.${result.role}.${chapter}`, name, seconds: 0, outcome: 'skipped', message };
}

/** What concerns the run as a whole, so that no CI takes a broken or a partial run for a green one. */
function runSuite(result: Result): Suite[] {
  const partial = result.partial === undefined ? [] : [`partial run: ${result.partial}`];
  const silent = result.sessionsCompleted === 0 ? ['no DM Session was ever completed'] : [];
  const cases = [...result.errors, ...silent, ...partial].map(
    (message): Case => ({
      className: `dmconform.${result.role}.run`,
      name: message,
      seconds: 0,
      outcome: 'broken',
      message,
      detail: message,
    }),
  );
  return cases.length === 0 ? [] : [{ name: 'The run', cases }];
}

/** Time of the scenarios that are about the requirement; one that is about several counts for each. */
function secondsOf(row: RequirementResult, result: Result): number {
  const own = result.scenarios.filter(({ requirements }) => requirements.includes(row.id));
  return own.reduce((sum, { durationMs }) => sum + durationMs, 0) / 1000;
}

function clause(row: RequirementResult): string {
  return `${LEVEL_WORD[row.level]}, ${row.source.join(', ')}`;
}

function findingText(finding: Finding, { trace }: RequirementResult, result: Result): string {
  const lines = [
    finding.count === undefined ? finding.message : `${finding.message} (${finding.count} times)`,
    finding.expected === undefined ? '' : `Expected: ${finding.expected}`,
    finding.actual === undefined ? '' : `Actual:   ${finding.actual}`,
    finding.events.length === 0 ? '' : `Events:   ${finding.events.join(', ')} in ${trace ?? result.trace}`,
    finding.scenario === undefined ? '' : `Scenario: ${scenarioText(result, finding.scenario, trace)}`,
    finding.decision === undefined ? '' : `Rests on: ${finding.decision}`,
  ];
  return lines.filter(Boolean).join('\n');
}

function tally(cases: readonly Case[]): Record<string, string> {
  const count = (outcome: Case['outcome']): string => String(cases.filter((each) => each.outcome === outcome).length);
  const seconds = cases.reduce((sum, each) => sum + each.seconds, 0);
  const counts = { failures: count('failed'), errors: count('broken'), skipped: count('skipped') };
  return { tests: String(cases.length), ...counts, time: seconds.toFixed(3) };
}

function suiteXml(suite: Suite, result: Result): string {
  // The schema of JUnit wants a local time without zone or fractions.
  const timestamp = result.startedAt.slice(0, 19);
  const head = attributes({ name: suite.name, ...tally(suite.cases), timestamp, hostname: 'localhost' });
  return `  <testsuite${head}>\n${suite.cases.map(caseXml).join('')}  </testsuite>\n`;
}

function caseXml(each: Case): string {
  const head = attributes({ classname: each.className, name: each.name, time: each.seconds.toFixed(3) });
  const inner = innerXml(each);
  return inner === '' ? `    <testcase${head}/>\n` : `    <testcase${head}>\n${inner}    </testcase>\n`;
}

function innerXml(each: Case): string {
  const message = attributes({ message: each.message ?? '' });
  const detail = escaped(each.detail ?? '');
  switch (each.outcome) {
    case 'failed':
      return `      <failure${message} type="fail">${detail}</failure>\n`;
    case 'broken':
      return `      <error${message} type="error">${detail}</error>\n`;
    case 'skipped':
      return `      <skipped${message}/>\n`;
    case 'passed':
      return each.output === undefined ? '' : `      <system-out>${escaped(each.output)}</system-out>\n`;
  }
}

function attributes(values: Readonly<Record<string, string>>): string {
  return Object.entries(values)
    .map(([name, value]) => ` ${name}="${escaped(value).replaceAll('\n', '&#10;').replaceAll('\t', '&#9;')}"`)
    .join('');
}

/** Text that is legal in XML whatever it holds: what XML 1.0 has no place for becomes a visible escape. */
function escaped(text: string): string {
  return visibleText(text)
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll('"', '&quot;');
}
