import type { Evidence } from '../harness/model/evidence.js';
import type { Finding } from '../harness/model/finding.js';
import { headlineOf, PRECEDENCE } from '../harness/model/precedence.js';
import type { RequirementResult, Result } from '../harness/model/result.js';
import { LEVEL_WORD, type Verdict } from '../harness/model/verdict.js';
import { evidenceList, shownFindings } from './html-evidence.js';
import { STYLE } from './html-style.js';
import { html, Markup } from './html-text.js';
import { duration } from './visible-text.js';
import { byReason, countsText, rowsText, scenarioText, sourceText, targetText } from './wording.js';

type EvidenceMap = ReadonlyMap<number, Evidence>;

/**
 * The report as one HTML page that needs neither network nor script: verdict and scope, chapters, then every requirement with its findings and the messages that show them.
 * `evidence` holds trace events by number; those named by `evidenceNeeded` suffice. Everything that came from the implementation is escaped.
 */
export function renderHtml(result: Result, evidence: EvidenceMap): string {
  const title = `${targetText(result)} as ${result.role}: conformance to OMA DM 2.0`;
  const page = html`<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'">
<title>${title}</title>
<style>${new Markup(STYLE)}</style>
</head>
<body>
<main>
${headSection(result)}
${errorSection(result)}
${chapterTable(result)}
${attentionSection(result)}
${result.chapters.map((chapter) => chapterSection(chapter, result, evidence))}
${notTestedSection(result)}
${decisionSection(result)}
${footSection(result)}
</main>
</body>
</html>
`;
  return page.text;
}

function badge(verdict: Verdict | string): Markup {
  return html`<span class="badge v-${verdict}">${verdict}</span>`;
}

function facts(entries: readonly (readonly [string, string | Markup | undefined])[]): Markup {
  const known = entries.filter(([, value]) => value !== undefined);
  return html`<dl>${known.map(([name, value]) => html`<dt>${name}</dt><dd>${value}</dd>`)}</dl>`;
}

function headSection(result: Result): Markup {
  const { outcome, sentence } = headlineOf(result);
  return html`<h1>${targetText(result)}</h1>
<p class="soft">Conformance to OMA DM 2.0 as DM ${result.role === 'client' ? 'Client' : 'Server'}</p>
<section class="card head b-${outcome}" id="verdict">
<p class="says">${badge(outcome)} ${sentence}</p>
${facts([
  ['Verdicts', countsText(result.counts)],
  ['Judged', sourceText(result)],
  ['Scope', result.selection === undefined ? 'the whole ledger' : `narrowed to ${result.selection.join(' ')}`],
  [
    'Not tested',
    result.notTested.length === 0
      ? undefined
      : html`<a href="#not-tested">${rowsText(result.notTested.length)} of the ledger</a>`,
  ],
  ['Ledger', `${result.ledger.version} (${result.ledger.digest.slice(0, 12)}), profile ${result.profile}`],
  ['Run', `${result.startedAt}, ${duration(result.durationMs)}, ${result.sessionsCompleted} DM Sessions completed`],
  ['Partial', result.partial],
  ['Exit code', String(result.exitCode)],
])}
</section>`;
}

function errorSection({ errors }: Result): Markup | undefined {
  if (errors.length === 0) return undefined;
  return html`<h2>Faults of the suite or its surroundings</h2>
<section class="card"><ul class="plain">${errors.map((error) => html`<li class="v-error">${error}</li>`)}</ul></section>`;
}

function chapterTable({ chapters }: Result): Markup {
  const columns = PRECEDENCE.filter((verdict) => chapters.some(({ counts }) => counts[verdict] > 0));
  const rows = chapters.map(({ id, title, verdict, counts }) => {
    const cells = columns.map(
      (each) => html`<td class="n${counts[each] === 0 ? ' zero' : ` v-${each}`}">${counts[each]}</td>`,
    );
    return html`<tr><td><a href="#${id}">${id}</a></td><td>${title}</td><td>${badge(verdict)}</td>${cells}</tr>`;
  });
  return html`<h2>Chapters</h2>
<section class="card scroll"><table>
<tr><th>Chapter</th><th></th><th>Verdict</th>${columns.map((each) => html`<th class="n">${each}</th>`)}</tr>
${rows}
</table></section>`;
}

/** What a reader came for: the rows that went wrong, and why others stayed open. */
function attentionSection(result: Result): Markup | undefined {
  const wrong = (['fail', 'error', 'warn'] as const).flatMap((verdict) =>
    result.requirements.filter((row) => row.verdict === verdict),
  );
  const open = [...byReason(result, 'inconclusive')];
  if (wrong.length + open.length === 0) return undefined;
  const links = (ids: readonly string[]) => ids.map((id) => html`<a href="#${id}">${id}</a> `);
  const items = [
    ...wrong.map(
      (row) => html`<li>${badge(row.verdict)}<span>${links([row.id])}</span><span>${row.statement}</span></li>`,
    ),
    ...open.map(
      ([reason, ids]) => html`<li class="group">${badge('inconclusive')}<span>${reason}: ${links(ids)}</span></li>`,
    ),
  ];
  return html`<h2>To look at</h2><section class="card"><ul class="plain attention">${items}</ul></section>`;
}

function chapterSection(chapter: Result['chapters'][number], result: Result, evidence: EvidenceMap): Markup {
  const rows = result.requirements.filter((row) => row.chapter === chapter.id);
  return html`<h2 id="${chapter.id}">${chapter.id} · ${chapter.title}</h2>
<section class="card">${rows.map((row) => requirementRow(row, result, evidence))}</section>
`;
}

function requirementRow(row: RequirementResult, result: Result, evidence: EvidenceMap): Markup {
  const summary = html`<summary>${badge(row.verdict)}<span class="id">${row.id}</span><span class="says">${row.statement}</span><span class="clause">${LEVEL_WORD[row.level]} · ${row.source.join(', ')}</span></summary>`;
  const shown = shownFindings(row);
  const hidden = row.findings.length - shown.length;
  const body = html`<div class="body">
${row.reason === undefined ? undefined : html`<p>${row.reason}</p>`}
${shown.map((finding) => findingItem(finding, result, evidence))}
${hidden > 0 ? html`<p class="soft">${hidden} more findings in result.json</p>` : undefined}
</div>`;
  return row.verdict === 'fail' || row.verdict === 'error' || row.verdict === 'warn'
    ? html`<details class="row" id="${row.id}" open>${summary}${body}</details>`
    : html`<details class="row" id="${row.id}">${summary}${body}</details>`;
}

function findingItem(finding: Finding, result: Result, evidence: EvidenceMap): Markup {
  const times = finding.count === undefined ? '' : ` (${finding.count} times)`;
  const decision = result.decisions.find(({ id }) => id === finding.decision);
  return html`<div class="finding v-${finding.verdict}"><p class="what">${finding.message}${times}</p>
${facts([
  ['Expected', finding.expected],
  ['Actual', finding.actual],
  ['Scenario', finding.scenario === undefined ? undefined : scenarioText(result, finding.scenario)],
  ['Rests on', decision === undefined ? finding.decision : `${decision.id}: ${decision.decision}`],
  ['Events', finding.events.length === 0 ? undefined : finding.events.slice(0, 20).join(', ')],
])}
${evidenceList(finding, evidence)}</div>`;
}

function notTestedSection({ notTested }: Result): Markup | undefined {
  if (notTested.length === 0) return undefined;
  const items = notTested.map(({ id, reason }) => html`<li>${badge('not-tested')} <b>${id}</b> ${reason}</li>`);
  return html`<h2 id="not-tested">Not tested</h2><section class="card"><ul class="plain">${items}</ul></section>`;
}

function decisionSection({ decisions }: Result): Markup {
  const rows = decisions.map(
    ({ id, decision, basis }) => html`<tr><td>${id}</td><td>${decision}</td><td>${basis}</td></tr>`,
  );
  return html`<h2>Decisions</h2>
<p class="soft">How the suite reads what its sources leave open. What rests on an open decision is a warning at most.</p>
<section class="card"><details class="row"><summary><span class="id">${decisions.length} decisions</span></summary>
<div class="scroll"><table><tr><th></th><th>Decision</th><th>Basis</th></tr>${rows}</table></div></details></section>`;
}

function footSection(result: Result): Markup {
  const { node, platform } = result.environment;
  const { real, virtual } = result.quietWindows;
  return html`<h2>How it was judged</h2>
<section class="card head">${facts([
    ['Suite', `dmconform ${result.suite.version}, Node.js ${node}, ${platform}`],
    ['Trace', result.trace],
    [
      'Scenarios',
      `${result.scenarios.length}, ${result.scenarios.filter(({ reached }) => reached).length} of them reached`,
    ],
    ['Silence', `proved by ${real} real and ${virtual} virtual quiet windows, and by later events that fence it`],
  ])}</section>`;
}
