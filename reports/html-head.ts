import { headlineOf, PRECEDENCE } from '../harness/model/precedence.js';
import type { Result } from '../harness/model/result.js';
import { badge, facts, rowLinks } from './html-parts.js';
import { html, type Markup } from './html-text.js';
import { duration } from './visible-text.js';
import { byReason, countsText, rowsText, sourceText, targetText, waivedRows } from './wording.js';

/** Verdict and scope: who was judged, by what, and what was not. */
export function headSection(result: Result): Markup {
  const { outcome, sentence } = headlineOf(result);
  const open = result.decisions.filter(({ basis }) => basis === 'open').length;
  const { selection, notTested, ledger, merged } = result;
  return html`<header><h1>${targetText(result)}</h1>
<p class="soft">Conformance to OMA DM 2.0 as DM ${result.role === 'client' ? 'Client' : 'Server'}</p></header>
<section class="card head b-${outcome}" id="verdict" aria-label="Verdict and scope">
<p class="says">${badge(outcome)} ${sentence}</p>
${facts([
  ['Verdicts', countsText(result.counts)],
  ['Judged', sourceText(result)],
  ['Scope', selection === undefined ? 'the whole ledger' : `narrowed to ${selection.join(' ')}`],
  ['Merged', merged === undefined ? undefined : mergedText(merged)],
  [
    'Not tested',
    notTested.length === 0 ? undefined : html`<a href="#not-tested">${rowsText(notTested.length)} of the ledger</a>`,
  ],
  ['Not shown', notShownText(result)],
  ['Ledger', `${ledger.version} (${ledger.digest.slice(0, 12)}), profile ${result.profile}`],
  ['Decisions', html`<a href="#decisions">${result.decisions.length}, ${open} of them open</a>`],
  ['Waivers', waiverLine(result)],
  ['Run', `${result.startedAt}, ${duration(result.durationMs)}, ${result.sessionsCompleted} DM Sessions completed`],
  ['Partial', result.partial],
  ['Exit code', String(result.exitCode)],
])}
</section>`;
}

function mergedText(merged: NonNullable<Result['merged']>): string {
  const runs = merged.map(
    ({ startedAt, requirements }) => `${rowsText(requirements.length)} of the run of ${startedAt}`,
  );
  return `${runs.join(', ')}; a merged result cannot be certified`;
}

function notShownText({ counts }: Result): Markup | undefined {
  const parts = [
    ...(counts.inconclusive > 0 ? [`${rowsText(counts.inconclusive)} inconclusive`] : []),
    ...(counts['not-applicable'] > 0 ? [`${rowsText(counts['not-applicable'])} not applicable`] : []),
  ];
  if (parts.length === 0) return undefined;
  return counts.inconclusive > 0 ? html`<a href="#to-look-at">${parts.join(', ')}</a>` : html`${parts.join(', ')}`;
}

function waiverLine(result: Result): Markup | undefined {
  const waived = waivedRows(result);
  return waived.length === 0 ? undefined : rowLinks(waived);
}

export function errorSection({ errors }: Result): Markup | undefined {
  if (errors.length === 0) return undefined;
  return html`<h2>Faults of the suite or its surroundings</h2>
<section class="card"><ul class="plain">${errors.map((error) => html`<li class="v-error">${error}</li>`)}</ul></section>`;
}

export function chapterTable({ chapters }: Result): Markup {
  const columns = PRECEDENCE.filter((verdict) => chapters.some(({ counts }) => counts[verdict] > 0));
  const rows = chapters.map(({ id, title, verdict, counts }) => {
    const cells = columns.map(
      (each) => html`<td class="n${counts[each] === 0 ? ' zero' : ` v-${each}`}">${counts[each]}</td>`,
    );
    return html`<tr><td><a href="#${id}">${id}</a></td><td>${title}</td><td>${badge(verdict)}</td>${cells}</tr>`;
  });
  return html`<h2>Chapters</h2>
<section class="card scroll" tabindex="0" aria-label="Chapters"><table>
<thead><tr><th scope="col">Chapter</th><th scope="col">Title</th><th scope="col">Verdict</th>${columns.map((each) => html`<th scope="col" class="n">${each}</th>`)}</tr></thead>
<tbody>${rows}</tbody>
</table></section>`;
}

/** What a reader came for: the rows that went wrong, and why others stayed open. */
export function attentionSection(result: Result): Markup | undefined {
  const wrong = (['fail', 'error', 'warn', 'known-issue'] as const).flatMap((verdict) =>
    result.requirements.filter((row) => row.verdict === verdict),
  );
  const open = [...byReason(result, 'inconclusive')];
  if (wrong.length + open.length === 0) return undefined;
  const items = [
    ...wrong.map(
      (row) =>
        html`<li>${badge(row.verdict)}<span><a href="#${row.id}">${row.id}</a></span><span>${row.statement}</span></li>`,
    ),
    ...open.map(
      ([reason, ids]) =>
        html`<li class="group">${badge('inconclusive')}<span>${reason.replace(/\.$/, '')}: ${rowLinks(ids)}</span></li>`,
    ),
  ];
  return html`<h2 id="to-look-at">To look at</h2><section class="card"><ul class="plain attention">${items}</ul></section>`;
}
