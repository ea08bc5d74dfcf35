import { createHash } from 'node:crypto';
import type { EvidenceBook, EvidenceWishes } from '../harness/model/evidence.js';
import { PRECEDENCE } from '../harness/model/precedence.js';
import type { Result } from '../harness/model/result.js';
import { EvidencePlan } from './evidence-plan.js';
import { attentionSection, chapterTable, errorSection, headSection } from './html-head.js';
import { badge, facts } from './html-parts.js';
import { chapterSection, leftOutNote, notTestedSection } from './html-requirement.js';
import { SCRIPT } from './html-script.js';
import { STYLE } from './html-style.js';
import { html, Markup } from './html-text.js';
import { targetText } from './wording.js';

/** Which trace events the page of that result can show. */
export function evidenceWishes(result: Result): EvidenceWishes {
  return new EvidencePlan(result).wishes(result.trace);
}

/**
 * The report as one HTML page that needs no network, and no script for reading: verdict and scope, chapters, then every requirement with its findings and the messages
 * that show them. `book` holds what {@link evidenceWishes} asked for and what stands around it. Everything that came from the implementation is escaped.
 */
export function renderHtml(result: Result, book: EvidenceBook): string {
  const input = { result, book, plan: new EvidencePlan(result) };
  return page(
    `${targetText(result)} as ${result.role}: conformance to OMA DM 2.0`,
    html`${headSection(result)}
${errorSection(result)}
${attentionSection(result)}
${chapterTable(result)}
${filterBar(result)}
${leftOutNote(input)}
${result.chapters.map((chapter) => chapterSection(chapter, input))}
${notTestedSection(result)}
${decisionSection(result)}
${footSection(result)}`,
    SCRIPT,
  );
}

/** A page that stands alone; its policy lets nothing be loaded, and no script run but the one given here. */
export function page(title: string, main: Markup, script?: string): string {
  const policy = [
    "default-src 'none'",
    `style-src '${hashOf(STYLE)}'`,
    ...(script === undefined ? [] : [`script-src '${hashOf(script)}'`]),
    "base-uri 'none'",
    "form-action 'none'",
  ];
  return html`<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta http-equiv="Content-Security-Policy" content="${new Markup(policy.join('; '))}">
<title>${title}</title>
<style>${new Markup(STYLE)}</style>
</head>
<body>
<main>
${main}
</main>
${script === undefined ? undefined : html`<script>${new Markup(script)}</script>`}
</body>
</html>
`.text;
}

function hashOf(text: string): string {
  return `sha256-${createHash('sha256').update(text).digest('base64')}`;
}

function filterBar({ requirements }: Result): Markup {
  const verdicts = PRECEDENCE.filter((verdict) => requirements.some((row) => row.verdict === verdict));
  const boxes = verdicts.map(
    (verdict) => html`<label><input type="checkbox" value="${verdict}" checked> ${badge(verdict)}</label>`,
  );
  return html`<h2>Requirements</h2>
<div id="filters" class="card filters" role="search" aria-label="Filter requirements" hidden><label>Find <input id="find" type="search" autocomplete="off"></label>${boxes}<output id="count"></output><span class="soft keys"><kbd>/</kbd> find, <kbd>n</kbd> next open one, <kbd>p</kbd> previous</span></div>`;
}

function decisionSection({ decisions }: Result): Markup {
  const rows = decisions.map(
    ({ id, decision, basis }) => html`<tr><td>${id}</td><td>${decision}</td><td>${basis}</td></tr>`,
  );
  return html`<h2 id="decisions">Decisions</h2>
<p class="soft">How the suite reads what its sources leave open. What rests on an open decision is a warning at most.</p>
<section class="card"><details class="row"><summary><span class="id">${decisions.length} decisions</span></summary>
<div class="scroll"><table><thead><tr><th scope="col">Decision</th><th scope="col">Reading</th><th scope="col">Basis</th></tr></thead><tbody>${rows}</tbody></table></div></details></section>`;
}

function footSection(result: Result): Markup {
  const { node, platform } = result.environment;
  const { real, virtual } = result.quietWindows;
  const reached = result.scenarios.filter((scenario) => scenario.reached).length;
  const traces = [result.trace, ...(result.merged ?? []).map(({ trace }) => trace)];
  return html`<h2>How it was judged</h2>
<section class="card head">${facts([
    ['Suite', `dmconform ${result.suite.version}, Node.js ${node}, ${platform}`],
    ['Trace', [...new Set(traces)].join(', ')],
    ['Scenarios', `${result.scenarios.length}, ${reached} of them reached`],
    ['Silence', `proved by ${real} real and ${virtual} virtual quiet windows, and by later events that fence it`],
  ])}</section>`;
}
