import type { Finding } from '../harness/model/finding.js';
import { headlineOf } from '../harness/model/precedence.js';
import type { RequirementResult, Result } from '../harness/model/result.js';
import { LEVEL_WORD } from '../harness/model/verdict.js';
import { repeatCommand } from './repeat-command.js';
import { duration, visibleLine } from './visible-text.js';
import { byReason, countsText, decidingFindings, rowsText, scenarioText, sourceText, targetText } from './wording.js';

const MARK = { pass: '✅', fail: '❌', error: '💥', warn: '⚠️', partial: '⚠️', inconclusive: '❔' } as const;
/** How many rows are spelled out; a page of a CI takes only so much. */
const ROWS_SHOWN = 30;
const REASONS_SHOWN = 20;

/** A summary for the page of a CI job: verdict, scope, chapters, what failed, what stayed open. Ends with a line feed. */
export function renderMarkdown(result: Result): string {
  const { outcome, sentence } = headlineOf(result);
  const { ledger, suite, selection, notTested } = result;
  const scope = selection === undefined ? 'the whole ledger' : `narrowed to ${selection.join(' ')}`;
  const untested = notTested.length === 0 ? '' : `, ${rowsText(notTested.length)} not tested`;
  const lines = [
    `## ${MARK[outcome]} ${markdownText(targetText(result))} as DM ${result.role === 'client' ? 'Client' : 'Server'}`,
    '',
    `**${outcome.toUpperCase()}**: ${markdownText(sentence)}. ${countsText(result.counts)}${untested}.`,
    '',
    markdownText(
      `${sourceText(result)}; ${scope}; ${result.sessionsCompleted} sessions in ${duration(result.durationMs)}; dmconform ${suite.version}, ledger ${ledger.version} (${ledger.digest.slice(0, 12)}), profile ${result.profile}.`,
    ),
    ...(result.merged === undefined ? [] : ['', `Merged of ${result.merged.length} runs; it cannot be certified.`]),
    ...result.errors.flatMap((error) => ['', `💥 ${markdownText(error)}`]),
    '',
    '| chapter | title | verdict | counts |',
    '| --- | --- | --- | --- |',
    ...result.chapters.map(
      ({ id, title, verdict, counts }) => `| ${id} | ${markdownText(title)} | ${verdict} | ${countsText(counts)} |`,
    ),
    ...wrongLines(result),
    ...openLines(result),
  ];
  return `${lines.join('\n')}\n`;
}

function wrongLines(result: Result): readonly string[] {
  const wrong = (['fail', 'error', 'warn', 'known-issue'] as const).flatMap((verdict) =>
    result.requirements.filter((row) => row.verdict === verdict),
  );
  const more = wrong.length - ROWS_SHOWN;
  return [
    ...wrong.slice(0, ROWS_SHOWN).flatMap((row) => rowLines(row, result)),
    ...(more > 0 ? ['', `… and ${rowsText(more)} more, which the other reports hold.`] : []),
  ];
}

function rowLines(row: RequirementResult, result: Result): readonly string[] {
  const [finding] = decidingFindings(row);
  return [
    '',
    `### ${row.id} ${row.verdict}: ${markdownText(row.statement)}`,
    '',
    `${LEVEL_WORD[row.level]}, ${row.source.join(', ')}. ${finding === undefined ? markdownText(row.reason ?? '') : findingText(finding, row, result)}`,
    '',
    '```',
    repeatCommand(result, row),
    '```',
  ];
}

function findingText(finding: Finding, { trace, findings }: RequirementResult, result: Result): string {
  const more = findings.filter(({ verdict }) => verdict === finding.verdict).length - 1;
  const parts = [
    `**${markdownText(finding.message)}**${more > 0 ? ` (and ${more} more)` : ''}`,
    ...(finding.expected === undefined ? [] : [`Expected: ${markdownText(finding.expected)}`]),
    ...(finding.actual === undefined ? [] : [`Actual: ${markdownText(finding.actual)}`]),
    ...(finding.events.length === 0
      ? []
      : [`Events ${finding.events.slice(0, 8).join(', ')} in ${markdownText(trace ?? result.trace)}`]),
    ...(finding.scenario === undefined
      ? []
      : [`Scenario: ${markdownText(scenarioText(result, finding.scenario, trace))}`]),
  ];
  return parts.join('<br>\n');
}

function openLines(result: Result): readonly string[] {
  const groups = [...byReason(result, 'inconclusive')];
  if (groups.length === 0) return [];
  const more = groups.length - REASONS_SHOWN;
  return [
    '',
    '### Inconclusive',
    '',
    ...groups.slice(0, REASONS_SHOWN).map(([reason, ids]) => `- ${ids.join(' ')}: ${markdownText(reason)}`),
    ...(more > 0 ? [`- and ${more} more reasons`] : []),
  ];
}

/** Text from an implementation on one line, with nothing in it that Markdown or HTML takes for markup, or a CI for a link or a mention. */
export function markdownText(text: string): string {
  return visibleLine(text)
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll(/[\\`*_[\]#|~@$]/g, (character) => `&#${character.charCodeAt(0)};`)
    .replaceAll('://', '&#58;//');
}
