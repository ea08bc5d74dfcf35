import type { RequirementResult, Result } from '../harness/model/result.js';
import type { Level } from '../harness/model/verdict.js';
import { page } from './html.js';
import { badge, facts } from './html-parts.js';
import { html } from './html-text.js';
import { markdownText } from './markdown.js';
import { targetText } from './wording.js';

/** Status as ISO/IEC 9646-7 writes it: mandatory, optional, and recommended beside them. */
const STATUS: Readonly<Record<Level, string>> = { M: 'm', S: 'r', Y: 'o' };

const LEGEND =
  'Status: m mandatory, r recommended, o optional. Support: Y shown or declared, N not declared and not shown, ? neither shown nor denied in this run. Table after ISO/IEC 9646-7.';

interface Item {
  readonly item: string;
  readonly statement: string;
  readonly reference: string;
  readonly status: string;
  readonly support: 'Y' | 'N' | '?';
  readonly verdict: string;
}

/** The implementation conformance statement as a Markdown table for each chapter. Ends with a line feed. */
export function renderIcsMarkdown(result: Result): string {
  const tables = result.chapters.flatMap(({ id, title }) => [
    '',
    `## ${id} ${markdownText(title)}`,
    '',
    '| item | what | reference | status | support | verdict |',
    '| --- | --- | --- | --- | --- | --- |',
    ...itemsOf(result, id).map(
      (row) =>
        `| ${row.item} | ${markdownText(row.statement)} | ${row.reference} | ${row.status} | ${row.support} | ${row.verdict} |`,
    ),
  ]);
  const head = [`# ICS: ${markdownText(titleOf(result))}`, '', markdownText(scopeOf(result)), '', LEGEND];
  return `${[...head, ...tables].join('\n')}\n`;
}

/** The same as a page that stands alone. */
export function renderIcsHtml(result: Result): string {
  const tables = result.chapters.map(({ id, title }) => {
    const rows = itemsOf(result, id).map(
      (row) =>
        html`<tr><td>${row.item}</td><td>${row.statement}</td><td>${row.reference}</td><td>${row.status}</td><td>${row.support}</td><td>${badge(row.verdict)}</td></tr>`,
    );
    const heads = ['Item', 'What', 'Reference', 'Status', 'Support', 'Verdict'].map(
      (name) => html`<th scope="col">${name}</th>`,
    );
    return html`<h2 id="${id}">${id} · ${title}</h2>
<section class="card scroll" tabindex="0" aria-label="${title}"><table><thead><tr>${heads}</tr></thead><tbody>${rows}</tbody></table></section>`;
  });
  return page(
    `ICS: ${titleOf(result)}`,
    html`<h1>Implementation conformance statement</h1>
${facts([
  ['Implementation', titleOf(result)],
  ['Scope', scopeOf(result)],
  ['Legend', LEGEND],
])}
${tables}`,
  );
}

function titleOf(result: Result): string {
  return `${targetText(result)} as DM ${result.role === 'client' ? 'Client' : 'Server'}, OMA DM 2.0`;
}

function scopeOf({ ledger, selection, startedAt, partial }: Result): string {
  const narrowed = selection === undefined ? 'the whole ledger' : `narrowed to ${selection.join(' ')}`;
  const cut = partial === undefined ? '' : `, partial: ${partial}`;
  return `run of ${startedAt}, ledger ${ledger.version}, ${narrowed}${cut}`;
}

function itemsOf({ requirements, notTested }: Result, chapter: string): readonly Item[] {
  const untested = notTested.filter(({ id }) => id.startsWith(`${chapter}-`));
  return [
    ...requirements.filter((row) => row.chapter === chapter).map(itemOf),
    ...untested.map(
      ({ id, reason }): Item => ({
        item: id,
        statement: reason,
        reference: '',
        status: '',
        support: '?',
        verdict: 'not-tested',
      }),
    ),
  ];
}

function itemOf({ id, statement, source, level, verdict }: RequirementResult): Item {
  const support = verdict === 'not-applicable' ? 'N' : verdict === 'inconclusive' || verdict === 'error' ? '?' : 'Y';
  return { item: id, statement, reference: source.join(', '), status: STATUS[level], support, verdict };
}
