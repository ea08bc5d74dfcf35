import type { Evidence } from '../harness/model/evidence.js';
import type { Finding } from '../harness/model/finding.js';
import { EVENTS_NAMED } from './evidence-plan.js';
import { html, type Markup } from './html-text.js';
import { sequenceDiagram } from './sequence-diagram.js';

/** How many events before and after those that a finding names are shown with it. */
const BEFORE = 10;
const AFTER = 2;

/** The events of one trace, by number. */
export type TraceEvidence = ReadonlyMap<number, Evidence>;

/** The events around those that the finding names, in the order of the trace; those of other scenarios left out. */
export function eventsAround(finding: Finding, evidence: TraceEvidence): readonly Evidence[] {
  const named = finding.events.slice(0, EVENTS_NAMED).filter((seq) => evidence.has(seq));
  const first = named.flatMap((seq) => evidence.get(seq) ?? [])[0];
  if (first === undefined) return [];
  const scenario = finding.scenario ?? first.scenario;
  const own = ofScenario(evidence, scenario);
  const chosen = new Map<number, Evidence>();
  for (const seq of named) {
    const self = evidence.get(seq);
    const before = own.filter((other) => other.seq < seq).slice(-BEFORE);
    const after = own.filter((other) => other.seq > seq).slice(0, AFTER);
    for (const item of [...before, ...(self === undefined ? [] : [self]), ...after]) chosen.set(item.seq, item);
  }
  return [...chosen.values()].sort((a, b) => a.seq - b.seq);
}

const scenarios = new WeakMap<TraceEvidence, ReadonlyMap<string | undefined, readonly Evidence[]>>();

/** Events of one scenario, in order. */
export function ofScenario(evidence: TraceEvidence, scenario: string | undefined): readonly Evidence[] {
  let grouped = scenarios.get(evidence);
  if (grouped === undefined) {
    const sorted = [...evidence.values()].sort((a, b) => a.seq - b.seq);
    grouped = groups(sorted);
    scenarios.set(evidence, grouped);
  }
  return grouped.get(scenario) ?? [];
}

/** Diagram and messages of a finding; undefined where the trace shows none. `anchor` is the finding's own in the page. */
export function evidenceSection(finding: Finding, evidence: TraceEvidence, anchor: string): Markup | undefined {
  const shown = eventsAround(finding, evidence);
  if (shown.length === 0) return undefined;
  const named = finding.events.slice(0, EVENTS_NAMED);
  const isWrong =
    finding.verdict !== 'pass' && finding.verdict !== 'not-applicable' && finding.verdict !== 'inconclusive';
  const offending = isWrong ? named[0] : undefined;
  const anchorOf = (seq: number): string => `${anchor}-e${seq}`;
  const label = `Messages around event ${named[0]}`;
  const diagram = sequenceDiagram(shown, { anchorOf, offending, label });
  const items = shown.flatMap((item, index) => {
    const before = shown[index - 1];
    const gap = before === undefined || item.seq === before.seq + 1 ? [] : [html`<div class="gap">…</div>`];
    return [
      ...gap,
      eventItem(item, anchorOf(item.seq), named.includes(item.seq), item.seq === offending, finding.actual),
    ];
  });
  const drawn =
    diagram === undefined
      ? undefined
      : html`<div class="drawing" tabindex="0" role="group" aria-label="${label}, drawn">${diagram}</div>`;
  return html`${drawn}<div class="events mono">${items}</div>`;
}

function eventItem(
  item: Evidence,
  id: string,
  isNamed: boolean,
  isOffending: boolean,
  actual: string | undefined,
): Markup {
  const way =
    item.from === undefined || item.to === undefined
      ? undefined
      : html`<span class="soft">${item.from} → ${item.to}</span>`;
  const flag = isOffending ? html`<span class="flag">◀ this</span>` : undefined;
  const line = html`<span class="seq">#${item.seq}</span><span class="time">${(item.t / 1000).toFixed(3)} s</span>${way}<span class="title">${item.title}</span>${flag}`;
  const detail = detailOf(item, isOffending ? actual : undefined);
  const marked = isOffending ? ' hit' : '';
  if (detail === undefined) return html`<div class="event bare${marked}" id="${id}">${line}</div>`;
  return isNamed
    ? html`<details class="event${marked}" id="${id}" open><summary>${line}</summary>${detail}</details>`
    : html`<details class="event${marked}" id="${id}"><summary>${line}</summary>${detail}</details>`;
}

export function detailOf(
  { headers, body = '', bodySize = 0, binary, defect }: Evidence,
  wrong?: string,
): Markup | undefined {
  const fields = (headers ?? []).map(([name, value]) => `${name}: ${value}`).join('\n');
  const shownBytes = binary === true ? body.length / 2 : Buffer.byteLength(body);
  const rest = bodySize > shownBytes ? `\n… ${bodySize} bytes in all` : '';
  const text = binary === true ? `${bodySize} bytes in hexadecimal\n${spaced(body)}` : body;
  const mark = markOnce(wrong, [fields, text]);
  const parts = [
    ...(defect === undefined ? [] : [html`<pre class="v-fail">${defect}</pre>`]),
    ...(fields === '' ? [] : [html`<pre>${mark(fields)}</pre>`]),
    ...(body === '' ? [] : [html`<pre>${mark(text)}${rest}</pre>`]),
  ];
  return parts.length === 0 ? undefined : html`${parts}`;
}

/** Marks what was seen instead of what was expected, where it stands in the message word for word and only once: then there is no doubt which bytes are meant. */
function markOnce(wrong: string | undefined, texts: readonly string[]): (text: string) => Markup {
  const needle = wrong ?? '';
  const times = needle.length < 2 ? 0 : texts.reduce((sum, text) => sum + text.split(needle).length - 1, 0);
  return (text) => {
    const at = times === 1 ? text.indexOf(needle) : -1;
    if (at < 0) return html`${text}`;
    return html`${text.slice(0, at)}<mark>${needle}</mark>${text.slice(at + needle.length)}`;
  };
}

/** `0a1b 2c3d …`, 16 bytes a line. */
function spaced(hex: string): string {
  return hex
    .replaceAll(/(.{4})/g, '$1 ')
    .replaceAll(/(.{40})/g, '$1\n')
    .trimEnd();
}

function groups(sorted: readonly Evidence[]): Map<string | undefined, Evidence[]> {
  const grouped = new Map<string | undefined, Evidence[]>();
  for (const item of sorted) {
    const own = grouped.get(item.scenario);
    if (own === undefined) grouped.set(item.scenario, [item]);
    else own.push(item);
  }
  return grouped;
}
