import type { Proof, ProvenPeer, ProvenRequirement } from '../harness/model/proof.js';
import { LEVEL_WORD } from '../harness/model/verdict.js';
import { STYLE } from './html-style.js';
import { html, Markup } from './html-text.js';
import { howText, proofSentences } from './proof-wording.js';

const MATRIX_STYLE = `
table.kill { width: auto; font-size: .8rem; }
table.kill th, table.kill td { padding: .1rem .3rem; text-align: center; border-bottom: 1px solid var(--line); }
table.kill th:first-child { position: sticky; left: 0; background: var(--card); text-align: left; white-space: nowrap; }
table.kill thead th { writing-mode: vertical-rl; vertical-align: bottom; text-align: left; }
table.kill td:first-child { width: auto; }
.caught { color: var(--pass); } .implied { color: var(--none); } .missed, .unrelated { color: var(--fail); font-weight: 700; }
`;

/** The proof as one HTML page that needs neither network nor script: what was found, the kill matrix by chapter, variants, oracles. */
export function renderProofHtml(proof: Proof): string {
  const page = html`<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'">
<title>The suite proves itself</title>
<style>${new Markup(STYLE + MATRIX_STYLE)}</style>
</head>
<body>
<main>
${headSection(proof)}
${problemSection(proof)}
${requirementSection(proof)}
<h2>Kill matrix</h2>
<p class="soft">A row for each deviant, a column for each requirement that it breaks or that spoke against it:
<b class="caught">●</b> broken and caught, <b class="missed">○</b> broken and missed, <b class="implied">·</b> caught beside it, with a declared reason,
<b class="unrelated">✗</b> caught with no reason.</p>
${[...byChapter(proof)].map(([title, peers]) => matrix(title, peers))}
${legalSection(proof)}
${oracleSection(proof)}
</main>
</body>
</html>
`;
  return page.text;
}

function headSection(proof: Proof): Markup {
  const outcome = proof.problems.length === 0 ? 'pass' : 'fail';
  return html`<h1>The suite proves itself</h1>
<p class="soft">dmconform ${proof.suite.version}, ledger ${proof.ledger.version} (${proof.ledger.digest.slice(0, 12)}), ${proof.startedAt}</p>
<section class="card head b-${outcome}" id="verdict">
${proofSentences(proof).map((sentence) => html`<p class="says">${sentence}</p>`)}
<p class="soft">${howText(proof)}, seed ${proof.seed}${proof.only === undefined ? '' : `, narrowed to ${proof.only.join(' ')}`}</p>
</section>`;
}

function problemSection({ problems }: Proof): Markup | undefined {
  if (problems.length === 0) return undefined;
  return html`<h2>What makes it fail</h2>
<section class="card"><ul class="plain">${problems.map((problem) => html`<li class="v-fail">${problem}</li>`)}</ul></section>`;
}

function requirementSection({ requirements }: Proof): Markup {
  const rows = requirements.map(
    (row) =>
      html`<tr><td>${row.id}</td><td>${row.on}</td><td>${LEVEL_WORD[row.level]}</td><td class="n ${guard(row)}">${row.caught.length} of ${row.deviants}</td><td>${row.caught.join(', ')}</td><td class="missed">${[...row.missed, ...row.unrelated].join(', ')}</td></tr>`,
  );
  return html`<h2>Requirements</h2>
<section class="card scroll"><table>
<tr><th>Id</th><th>Role</th><th>Level</th><th class="n">Caught</th><th>Deviants</th><th>Missed or unrelated</th></tr>
${rows}
</table></section>`;
}

function guard({ level, caught, missed }: ProvenRequirement): string {
  if (missed.length > 0) return 'v-fail';
  if (level === 'Y') return 'zero';
  return caught.length >= 2 ? 'v-pass' : 'v-warn';
}

/** Deviants by role and the chapter of the first requirement that they break. */
function byChapter({ peers }: Proof): ReadonlyMap<string, readonly ProvenPeer[]> {
  const chapters = new Map<string, ProvenPeer[]>();
  for (const peer of peers.filter(({ kind }) => kind === 'deviant')) {
    const title = `DM ${peer.role === 'client' ? 'Client' : 'Server'}, ${peer.breaks[0]?.slice(0, 3) ?? ''}`;
    chapters.set(title, [...(chapters.get(title) ?? []), peer]);
  }
  return chapters;
}

function matrix(title: string, peers: readonly ProvenPeer[]): Markup {
  const ids = [...new Set(peers.flatMap(({ breaks, against }) => [...breaks, ...Object.keys(against)]))].sort();
  const rows = peers.map(
    (peer) => html`<tr><th title="${peer.because ?? ''}">${peer.name}</th>${ids.map((id) => cell(peer, id))}</tr>`,
  );
  return html`<h3>${title}</h3>
<section class="card scroll"><table class="kill">
<thead><tr><th></th>${ids.map((id) => html`<th>${id}</th>`)}</tr></thead>
<tbody>${rows}</tbody>
</table></section>`;
}

function cell({ breaks, missed, unrelated, against }: ProvenPeer, id: string): Markup {
  if (missed.includes(id)) return html`<td class="missed" title="${id} missed">○</td>`;
  if (unrelated.includes(id)) return html`<td class="unrelated" title="${id} unrelated">✗</td>`;
  if (!(id in against)) return html`<td></td>`;
  const own = breaks.includes(id);
  return html`<td class="${own ? 'caught' : 'implied'}" title="${id} ${against[id]}">${own ? '●' : '·'}</td>`;
}

function legalSection({ peers }: Proof): Markup {
  const rows = peers
    .filter(({ kind }) => kind !== 'deviant')
    .map(
      (peer) =>
        html`<tr><td>${peer.role}</td><td>${peer.kind}</td><td>${peer.name.replaceAll('+', ' + ')}</td><td class="n">${peer.scenarios}</td><td class="${peer.ok ? 'v-pass' : 'v-fail'}">${peer.ok ? 'clean' : [...Object.entries(peer.messages).flat(), ...peer.errors].join(' ')}</td></tr>`,
    );
  return html`<h2>Legal peers</h2>
<p class="soft">Odd and allowed: nothing may speak against them.</p>
<section class="card scroll"><table><tr><th>Role</th><th>Kind</th><th>Name</th><th class="n">Scenarios</th><th></th></tr>${rows}</table></section>`;
}

function oracleSection({ oracles }: Proof): Markup {
  const rows = oracles.map(({ name, on, witness }) => {
    const found =
      witness === undefined
        ? html`<td class="v-fail">nothing would be missed</td>`
        : html`<td>${witness.requirement} of ${witness.peer} would be ${witness.verdict}</td>`;
    return html`<tr><td>${on}</td><td>${name}</td>${found}</tr>`;
  });
  return html`<h2>Oracles taken out</h2>
<p class="soft">Judged again without one oracle, the record of a peer gets another verdict, and the proof fails.</p>
<section class="card scroll"><table><tr><th>Role</th><th>Oracle</th><th>Without it</th></tr>${rows}</table></section>`;
}
