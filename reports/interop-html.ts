import type { Evidence } from '../harness/model/evidence.js';
import type {
  FaultOutcome,
  Interop,
  InteropCell,
  Outcome,
  SessionOutcome,
  Violation,
} from '../harness/model/interop.js';
import { LEVEL_WORD } from '../harness/model/verdict.js';
import { detailOf } from './html-evidence.js';
import { STYLE } from './html-style.js';
import { html, Markup } from './html-text.js';
import { COLOUR, cellOf, cellText, matrixOutcome, matrixSentence, rowsLine } from './interop-wording.js';
import { duration } from './visible-text.js';

const INTEROP_STYLE = `
table.matrix td { vertical-align: top; } table.matrix td a { text-decoration: none; }
details.session > summary { display: grid; grid-template-columns: .8rem 7.5rem 10rem 1fr auto; gap: .7rem; align-items: baseline; padding: .45rem .9rem; list-style: none; }
details.session > summary::-webkit-details-marker { display: none; }
details.session > summary::before { content: '▸'; color: var(--soft); } details.session[open] > summary::before { content: '▾'; }
details.session { border-bottom: 1px solid var(--line); } details.session:last-child { border-bottom: 0; }
details.session > summary:hover { background: var(--code); }
details.session .body { padding: .2rem 1rem 1rem 2.4rem; }
details.session > summary .badge { justify-self: start; min-width: 6.6rem; }
.head + .sessions { margin-top: .6rem; }
details.session .id { font-weight: 600; } details.session .ms { color: var(--soft); font-size: .85rem; white-space: nowrap; }
ul.claims { list-style: none; margin: .4rem 0 .8rem; padding: 0; } ul.claims li { padding: .1rem 0; overflow-wrap: anywhere; }
ul.claims .met { color: var(--pass); } ul.claims .unmet { color: var(--warn); font-weight: 600; }
@media (max-width: 44rem) { details.session > summary { grid-template-columns: .8rem 7.5rem 1fr; } details.session > summary > :nth-child(n+3) { grid-column: 2 / -1; } }
`;

/** Events of one session that are spelled out; the rest stands in the trace. */
const MOST_EVENTS = 120;

/**
 * The matrix as one HTML page that needs neither network nor script: clients by servers, then of each pair every session with what the record shows of it, and
 * the events themselves. `evidence` holds the trace events of each cell by its folder. Everything that came from the implementations is escaped.
 */
export function renderInteropHtml(interop: Interop, evidence: ReadonlyMap<string, readonly Evidence[]>): string {
  const page = html`<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'">
<title>Interop matrix for OMA DM 2.0</title>
<style>${new Markup(STYLE + INTEROP_STYLE)}</style>
</head>
<body>
<main>
${headSection(interop)}
${matrixSection(interop)}
${interop.cells.map((cell) => cellSection(cell, evidence.get(cell.folder) ?? []))}
</main>
</body>
</html>
`;
  return page.text;
}

function badge(outcome: Outcome, word: string = outcome): Markup {
  return html`<span class="badge v-${COLOUR[outcome]}">${word}</span>`;
}

function headSection(interop: Interop): Markup {
  const outcome = matrixOutcome(interop);
  const { suite, ledger, startedAt, durationMs, seed, exitCode } = interop;
  return html`<h1>Interop matrix</h1>
<p class="soft">DM Clients and DM Servers of OMA DM 2.0, each with each, through a recording proxy</p>
<section class="card head b-${COLOUR[outcome]}" id="outcome">
<p class="says">${badge(outcome)} ${matrixSentence(interop)}</p>
<dl><dt>Suite</dt><dd>dmconform ${suite.version}, ledger ${ledger.version} (${ledger.digest.slice(0, 12)})</dd>
<dt>Run</dt><dd>${startedAt}, ${duration(durationMs)}, seed ${seed}</dd><dt>Exit code</dt><dd>${exitCode}</dd></dl>
</section>`;
}

function matrixSection(interop: Interop): Markup {
  const { clients, servers } = interop;
  const rows = clients.map(({ label, version, vendor }) => {
    const cells = servers.map((server) => {
      const cell = cellOf(interop, label, server.label);
      if (cell === undefined) return html`<td class="soft">not played</td>`;
      return html`<td><a href="#${idOf(cell)}">${badge(cell.outcome)}</a><br>${cellText(cell)}${resilience(cell)}</td>`;
    });
    return html`<tr><th title="${[vendor, version].filter(Boolean).join(' ')}">${label}</th>${cells}</tr>`;
  });
  return html`<h2>Clients by servers</h2>
<section class="card scroll"><table class="matrix">
<tr><th>client \\ server</th>${servers.map(({ label }) => html`<th>${label}</th>`)}</tr>
${rows}
</table></section>`;
}

function resilience({ faults }: InteropCell): Markup | undefined {
  if (faults === undefined) return undefined;
  const good = faults.filter(({ outcome }) => outcome === 'recovered').length;
  return html`<br><span class="soft">after faults: ${good} of ${faults.length} recovered</span>`;
}

function idOf({ folder }: InteropCell): string {
  return folder.replaceAll(/[^\w-]+/g, '-');
}

function cellSection(cell: InteropCell, evidence: readonly Evidence[]): Markup {
  const { client, server, outcome, sessions, elsewhere, errors, account, folder, durationMs, faults } = cell;
  return html`<h2 id="${idOf(cell)}">${client} with ${server}</h2>
<section class="card head b-${COLOUR[outcome]}">
<p class="says">${badge(outcome)} ${cellText(cell)}</p>
<dl><dt>Requirements shown</dt><dd>${rowsLine(cell)}</dd><dt>Account</dt><dd>${account}</dd>
<dt>Trace</dt><dd>${folder}/trace.ndjson, judged for either role by dmconform judge --role client or server</dd>
<dt>Time</dt><dd>${duration(durationMs)}</dd></dl>
${errors.map((error) => html`<p class="v-error">${error}</p>`)}
</section>
<section class="card sessions">${sessions.map((session) => sessionRow(session, evidence))}</section>
${elsewhereSection(elsewhere, evidence)}
${faults === undefined ? undefined : faultSection(faults, folder)}`;
}

function sessionRow(session: SessionOutcome, evidence: readonly Evidence[]): Markup {
  const { outcome, reason, title, durationMs, violations, shown, missing, token } = session;
  const summary = html`<summary>${badge(outcome)}<span class="id">${session.session}</span><span class="says">${title}${reason === undefined ? undefined : html`<br><span class="soft">${reason}</span>`}</span><span class="ms">${durationMs} ms</span></summary>`;
  const named = [...violations.flatMap(({ events }) => events), ...shown.flatMap(({ events }) => events)];
  const body = html`<div class="body">
${violations.map(violationItem)}
${missing === undefined ? undefined : html`<dl><dt>Key</dt><dd>${missing.key} (${missing.side})</dd><dt>Probe</dt><dd>${missing.probe}</dd></dl>`}
${shown.length === 0 ? undefined : html`<ul class="claims">${shown.map(({ claim, met, instead, events }) => html`<li><span class="${met ? 'met' : 'unmet'}">${met ? '✓' : '✗'}</span> ${claim}${instead === undefined ? '' : ` (${instead})`} <span class="soft">${events.length === 0 ? '' : `events ${list(events)}`}</span></li>`)}</ul>`}
${eventList(
  evidence.filter(({ scenario }) => scenario === token && token !== ''),
  new Set(named),
  new Set(violations.flatMap(({ events }) => events.slice(0, 1))),
)}
</div>`;
  return outcome === 'failed'
    ? html`<details class="session" open>${summary}${body}</details>`
    : html`<details class="session">${summary}${body}</details>`;
}

function list(events: readonly number[]): string {
  const shown = events.slice(0, 8).map((seq) => `#${seq}`);
  return events.length > shown.length ? `${shown.join(' ')} … #${events.at(-1)}` : shown.join(' ');
}

function violationItem({ side, requirement, level, source, message, events }: Violation): Markup {
  return html`<div class="finding v-fail"><p class="what">${side}, by ${requirement}: ${message}</p>
<p class="soft">${LEVEL_WORD[level]}, ${source.join(', ')}; events ${list(events)}</p></div>`;
}

function eventList(
  events: readonly Evidence[],
  named: ReadonlySet<number>,
  hits: ReadonlySet<number>,
): Markup | undefined {
  if (events.length === 0) return undefined;
  const items = events.slice(0, MOST_EVENTS).map((item) => eventItem(item, named.has(item.seq), hits.has(item.seq)));
  const more = events.length - items.length;
  return html`<div class="events mono">${items}${more > 0 ? html`<div class="gap">${more} more in the trace</div>` : undefined}</div>`;
}

function eventItem(item: Evidence, isNamed: boolean, isHit: boolean): Markup {
  const { from, to, seq, t, title } = item;
  const way = from === undefined || to === undefined ? undefined : html`<span class="soft">${from} → ${to}</span>`;
  const flag = isHit
    ? html`<span class="flag">◀ this</span>`
    : isNamed
      ? html`<span class="v-pass">●</span>`
      : undefined;
  const line = html`<span class="seq">#${seq}</span><span class="time">${(t / 1000).toFixed(3)} s</span>${way}<span class="title">${title}</span>${flag}`;
  const detail = detailOf(item);
  const marked = isHit ? ' hit' : '';
  if (detail === undefined) return html`<div class="event bare${marked}">${line}</div>`;
  return html`<details class="event${marked}"><summary>${line}</summary>${detail}</details>`;
}

function elsewhereSection(elsewhere: readonly Violation[], evidence: readonly Evidence[]): Markup | undefined {
  if (elsewhere.length === 0) return undefined;
  const named = new Set(elsewhere.flatMap(({ events }) => events));
  return html`<h3>Outside the sessions</h3><section class="card head">${elsewhere.map(violationItem)}
${eventList(
  evidence.filter(({ seq }) => named.has(seq)),
  named,
  named,
)}</section>`;
}

const RESILIENCE: Readonly<Record<FaultOutcome['outcome'], string>> = {
  recovered: 'v-pass',
  violated: 'v-warn',
  'not-recovered': 'v-warn',
  inconclusive: 'v-inconclusive',
};

function faultSection(faults: readonly FaultOutcome[], folder: string): Markup {
  const rows = faults.map(
    ({ fault, outcome, detail, reason, durationMs }) =>
      html`<tr><td>${fault}</td><td><span class="badge ${RESILIENCE[outcome]}">${outcome}</span></td><td>${detail}</td><td>${reason}</td><td class="n">${durationMs} ms</td></tr>`,
  );
  return html`<h3>Resilience</h3>
<p class="soft">One exchange of a session was disturbed on the way. No part of conformance. What each side saw: ${folder}/resilience/client and server</p>
<section class="card scroll"><table><tr><th>Fault</th><th></th><th>What was done</th><th>What became of it</th><th class="n">Time</th></tr>${rows}</table></section>`;
}
