import { type Coverage, gapsOf } from '../harness/model/coverage.js';
import { LEVEL_WORD } from '../harness/model/verdict.js';
import { page } from './html.js';
import { badge, facts, rowLinks } from './html-parts.js';
import { html, type Markup } from './html-text.js';

/** Every clause that we know of, the requirements and decisions that answer it, their scenarios, and the deviants that prove them, as one page. */
export function renderCoverageHtml(coverage: Coverage): string {
  const { ledger, clauses, requirements, decisions } = coverage;
  const gaps = gapsOf(coverage);
  return page(
    `Coverage of OMA DM 2.0, ledger ${ledger.version}`,
    html`<h1>Coverage of OMA DM 2.0</h1>
<p class="soft">Ledger ${ledger.version} (${ledger.digest.slice(0, 12)})</p>
<section class="card head">${facts([
      ['Clauses', String(clauses.length)],
      ['Requirements', String(requirements.length)],
      ['Decisions', `${decisions.length}, ${decisions.filter(({ basis }) => basis === 'open').length} of them open`],
      ['Gaps', gaps.length === 0 ? 'none' : gaps.join('; ')],
    ])}</section>
${table(
  'Clauses',
  ['Clause', 'What it says', 'Requirements', 'Decisions'],
  clauses.map(
    ({ id, says, requirements: rows, decisions: own, reason }) =>
      html`<tr><td>${id}</td><td>${[says, reason].filter(Boolean).join(' — ')}</td><td>${rowLinks(rows)}</td><td>${rowLinks(own)}</td></tr>`,
  ),
)}
${table(
  'Requirements',
  ['Id', 'Requirement', 'Clauses', 'Scenarios', 'Deviants'],
  requirements.map(
    (row) =>
      html`<tr id="${row.id}"><td>${row.id}<br><span class="soft">${row.on}, ${LEVEL_WORD[row.level]}</span></td><td>${row.statement}${row.notTested === undefined ? undefined : html` ${badge('not-tested')} ${row.notTested}`}</td><td>${row.source.join(', ')}</td><td>${lines(row.scenarios)}</td><td>${lines(row.deviants)}</td></tr>`,
  ),
)}
${table(
  'Decisions',
  ['Id', 'Question', 'Decision', 'Basis', 'Requirements'],
  decisions.map(
    ({ id, question, decision, basis, requirements: rows }) =>
      html`<tr id="${id}"><td>${id}</td><td>${question}</td><td>${decision}</td><td>${basis}</td><td>${rowLinks(rows)}</td></tr>`,
  ),
)}`,
  );
}

function table(title: string, heads: readonly string[], rows: readonly Markup[]): Markup {
  return html`<h2>${title}</h2>
<section class="card scroll" tabindex="0" aria-label="${title}"><table><thead><tr>${heads.map((head) => html`<th scope="col">${head}</th>`)}</tr></thead><tbody>${rows}</tbody></table></section>`;
}

function lines(texts: readonly string[]): Markup {
  return html`${texts.map((text) => html`<div>${text}</div>`)}`;
}
