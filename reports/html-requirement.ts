import type { EvidenceBook } from '../harness/model/evidence.js';
import type { Finding } from '../harness/model/finding.js';
import type { RequirementResult, Result } from '../harness/model/result.js';
import { LEVEL_WORD } from '../harness/model/verdict.js';
import type { EvidencePlan } from './evidence-plan.js';
import { evidenceSection, ofScenario, type TraceEvidence } from './html-evidence.js';
import { badge, facts } from './html-parts.js';
import { html, type Markup } from './html-text.js';
import { curlLine, repeatCommand } from './repeat-command.js';
import { rowsText, scenarioText } from './wording.js';

/** What the sections about requirements are made of. */
export interface PageInput {
  readonly result: Result;
  readonly book: EvidenceBook;
  readonly plan: EvidencePlan;
}

const NOTHING: TraceEvidence = new Map();

export function chapterSection(chapter: Result['chapters'][number], input: PageInput): Markup {
  const rows = input.result.requirements.filter((row) => row.chapter === chapter.id);
  return html`<section class="chapter"><h2 id="${chapter.id}">${chapter.id} · ${chapter.title}</h2>
<div class="card">${rows.map((row) => requirementRow(row, input))}</div></section>
`;
}

function requirementRow(row: RequirementResult, input: PageInput): Markup {
  const { inFull, listed, leftOut } = input.plan.of(row);
  const body = html`<div class="body">
${row.reason === undefined ? undefined : html`<p>${row.reason}</p>`}
${inFull.map((finding, index) => findingItem(finding, `${row.id}-f${index + 1}`, row, input))}
${listed.length === 0 ? undefined : html`<details class="more"><summary>${listed.length} more findings</summary><ul class="plain">${listed.map((finding) => findingLine(finding, row, input.result))}</ul></details>`}
${leftOut > 0 ? html`<p class="soft">${leftOut} more ${leftOut === 1 ? 'finding is' : 'findings are'} in result.json only.</p>` : undefined}
<p class="repeat soft">Play just this again: <code>${repeatCommand(input.result, row)}</code></p>
</div>`;
  const summary = html`<summary>${badge(row.verdict)}<span class="id">${row.id}</span><span class="says">${row.statement}</span><span class="clause">${LEVEL_WORD[row.level]} · ${row.source.join(', ')}</span></summary>`;
  return row.verdict === 'fail' || row.verdict === 'error' || row.verdict === 'warn'
    ? html`<details class="row" id="${row.id}" data-verdict="${row.verdict}" open>${summary}${body}</details>`
    : html`<details class="row" id="${row.id}" data-verdict="${row.verdict}">${summary}${body}</details>`;
}

function findingItem(finding: Finding, anchor: string, row: RequirementResult, { result, book }: PageInput): Markup {
  const decision = result.decisions.find(({ id }) => id === finding.decision);
  const evidence = book.get(row.trace ?? result.trace) ?? NOTHING;
  const [first] = finding.events;
  const scenario = finding.scenario ?? (first === undefined ? undefined : evidence.get(first)?.scenario);
  const curl =
    finding.verdict === 'pass' || first === undefined
      ? undefined
      : curlLine(result, first, ofScenario(evidence, scenario));
  return html`<div class="finding v-${finding.verdict}" id="${anchor}"><p class="what">${finding.message}${timesText(finding)}</p>
${facts([
  ['Expected', finding.expected],
  ['Actual', finding.actual],
  ['Scenario', finding.scenario === undefined ? undefined : scenarioText(result, finding.scenario, row.trace)],
  ['Rests on', decision === undefined ? finding.decision : `${decision.id}: ${decision.decision}`],
  [
    'Waived',
    finding.waiver === undefined
      ? undefined
      : `by ${finding.waiver.by} until ${finding.waiver.until}: ${finding.waiver.reason}`,
  ],
  ['Events', eventsText(finding, row)],
  ['Send it', curl === undefined ? undefined : html`<code>${curl}</code>`],
])}
${evidenceSection(finding, evidence, anchor)}</div>`;
}

function findingLine(finding: Finding, row: RequirementResult, result: Result): Markup {
  const scenario = finding.scenario === undefined ? '' : ` · ${scenarioText(result, finding.scenario, row.trace)}`;
  const events = finding.events.length === 0 ? '' : ` · events ${eventsText(finding, row)}`;
  return html`<li>${badge(finding.verdict)} ${finding.message}${timesText(finding)}<span class="soft">${scenario}${events}</span></li>`;
}

function timesText({ count }: Finding): string {
  return count === undefined ? '' : ` (${count} times)`;
}

function eventsText({ events }: Finding, { trace }: RequirementResult): string | undefined {
  if (events.length === 0) return undefined;
  return `${events.slice(0, 20).join(', ')}${trace === undefined ? '' : ` of ${trace}`}`;
}

export function notTestedSection({ notTested }: Result): Markup | undefined {
  if (notTested.length === 0) return undefined;
  const items = notTested.map(({ id, reason }) => html`<li>${badge('not-tested')} <b>${id}</b> ${reason}</li>`);
  return html`<h2 id="not-tested">Not tested</h2><section class="card"><ul class="plain">${items}</ul></section>`;
}

/** What the page does not hold, so that nobody takes it for all there is. */
export function leftOutNote({ plan, result, book }: PageInput): Markup | undefined {
  const missing = [...plan.wishes(result.trace).keys()].filter((trace) => !book.has(trace));
  const notes = [
    ...(plan.leftOut === 0
      ? []
      : [
          `${rowsText(plan.leftOut).replace('row', 'finding')} left out of this page to keep it small; all of them are in result.json.`,
        ]),
    ...(missing.length === 0 ? [] : [`Without messages, since the trace was not there: ${missing.join(', ')}.`]),
  ];
  return notes.length === 0 ? undefined : html`<p class="soft" id="left-out">${notes.join(' ')}</p>`;
}
