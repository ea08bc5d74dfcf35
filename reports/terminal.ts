import { createColors } from 'picocolors';
import type { Finding } from '../harness/model/finding.js';
import { headlineOf } from '../harness/model/precedence.js';
import type { RequirementResult, Result } from '../harness/model/result.js';
import { LEVEL_WORD } from '../harness/model/verdict.js';
import { paint } from './terminal-colours.js';
import { duration, visibleLine } from './visible-text.js';
import { byReason, countsText, decidingFindings, rowsText, scenarioText, sourceText, targetText } from './wording.js';

/** How many findings of one requirement the summary spells out; the rest stand in the other reports. */
const FINDINGS_SHOWN = 3;
const REASONS_SHOWN = 12;

export interface SummaryOptions {
  readonly colour: boolean;
  /** Files that the run wrote, as the user should see them. */
  readonly files?: readonly string[];
}

type Colours = ReturnType<typeof createColors>;

/**
 * The summary at the end of a run: a line for each chapter, each fail, error, warn and known issue with clause, Expected, Actual, events and scenario,
 * the reasons of what stayed inconclusive, the verdict, and where the files are. Ends with a line feed.
 */
export function renderSummary(result: Result, options: SummaryOptions): string {
  const colours = createColors(options.colour);
  const lines = [
    `${colours.bold(visibleLine(targetText(result)))} as ${result.role}: ${sourceText(result)}`,
    colours.dim(`dmconform ${result.suite.version}, ledger ${result.ledger.version}, profile ${result.profile}`),
    '',
    ...chapterLines(result, colours),
    '',
    ...(['error', 'fail', 'warn', 'known-issue'] as const).flatMap((verdict) =>
      result.requirements.filter((row) => row.verdict === verdict).flatMap((row) => rowLines(row, result, colours)),
    ),
    ...openLines(result),
    ...result.errors.map((error) => `${paint(colours, 'error', 'ERROR')} ${visibleLine(error)}`),
    ...verdictLines(result, colours),
    ...(options.files ?? []).map((file) => `  ${file}`),
  ];
  return `${lines.join('\n')}\n`;
}

function chapterLines(result: Result, colours: Colours): string[] {
  const width = Math.max(0, ...result.chapters.map(({ title }) => title.length));
  return result.chapters.map(({ id, title, verdict, counts }) => {
    const word = paint(colours, verdict, verdict.padEnd(14));
    return `  ${id}  ${title.padEnd(width)}  ${word}  ${countsText(counts)}`;
  });
}

function rowLines(row: RequirementResult, result: Result, colours: Colours): string[] {
  const deciding = decidingFindings(row);
  const more = deciding.length - FINDINGS_SHOWN;
  return [
    `${paint(colours, row.verdict, row.verdict.toUpperCase())} ${colours.bold(row.id)} ${row.statement}`,
    `  ${colours.dim(`${LEVEL_WORD[row.level]}, ${row.source.join(', ')}`)}`,
    ...deciding.slice(0, FINDINGS_SHOWN).flatMap((finding) => findingLines(finding, row, result)),
    ...(more > 0 ? [`  and ${more} more, which the other reports hold`] : []),
    '',
  ];
}

function findingLines(finding: Finding, { trace }: RequirementResult, result: Result): string[] {
  const times = finding.count === undefined ? '' : ` (${finding.count} times)`;
  const entries: readonly (readonly [string, string | undefined])[] = [
    ['Expected', finding.expected],
    ['Actual', finding.actual],
    ['Events', finding.events.length === 0 ? undefined : `${finding.events.join(', ')} in ${trace ?? result.trace}`],
    ['Scenario', finding.scenario === undefined ? undefined : scenarioText(result, finding.scenario, trace)],
    ['Rests on', finding.decision],
  ];
  const known = entries.flatMap(([name, value]) =>
    value === undefined ? [] : [`    ${name.padEnd(8)}  ${visibleLine(value)}`],
  );
  return [`  ${visibleLine(finding.message)}${times}`, ...known];
}

/** What stayed open, by reason: that is what the reader can do something about. */
function openLines(result: Result): string[] {
  const groups = [...byReason(result, 'inconclusive')];
  if (groups.length === 0) return [];
  const shown = groups
    .slice(0, REASONS_SHOWN)
    .map(([reason, ids]) => `  ${ids.join(' ')}: ${visibleLine(reason, 200)}`);
  const more = groups.length - shown.length;
  return ['Inconclusive', ...shown, ...(more > 0 ? [`  and ${more} more reasons`] : []), ''];
}

function verdictLines(result: Result, colours: Colours): string[] {
  const { outcome, sentence } = headlineOf(result);
  const narrowed = result.selection === undefined ? '' : `, narrowed to ${result.selection.join(' ')}`;
  const merged = result.merged === undefined ? '' : `, merged of ${result.merged.length} runs`;
  const untested =
    result.notTested.length === 0 ? '' : `, ${rowsText(result.notTested.length)} of the ledger not tested yet`;
  return [
    `${paint(colours, outcome, outcome.toUpperCase())}: ${visibleLine(sentence)}`,
    `  ${countsText(result.counts)}${untested}${narrowed}${merged}`,
    `  ${result.sessionsCompleted} sessions completed in ${duration(result.durationMs)}, exit code ${result.exitCode}`,
  ];
}
