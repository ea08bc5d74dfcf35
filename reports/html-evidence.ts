import type { Evidence } from '../harness/model/evidence.js';
import type { Finding } from '../harness/model/finding.js';
import type { RequirementResult, Result } from '../harness/model/result.js';
import { html, type Markup } from './html-text.js';

/** How many events before and after those that a finding names are shown with it. */
const BEFORE = 4;
const AFTER = 2;
/** Other sessions may run in between, so that much wider a stretch of the trace is asked for. */
const REACH = 24;
/** How many findings of one requirement are shown with their evidence. */
export const FINDINGS_WITH_EVIDENCE = 10;
/** How many of the events that a finding names are shown. */
const EVENTS_NAMED = 12;

/** The findings that the report shows: of a passed requirement one, else the first few that are no pass. */
export function shownFindings(row: RequirementResult): readonly Finding[] {
  const open = row.findings.filter(({ verdict }) => verdict !== 'pass');
  return open.length > 0 ? open.slice(0, FINDINGS_WITH_EVIDENCE) : row.findings.slice(0, 1);
}

/** Numbers of the trace events that the report may show, so that the caller need not keep a whole trace in memory. */
export function evidenceNeeded(result: Result): ReadonlySet<number> {
  const needed = new Set<number>();
  for (const finding of result.requirements.flatMap(shownFindings)) {
    for (const seq of finding.events.slice(0, EVENTS_NAMED)) {
      for (let near = Math.max(1, seq - REACH); near <= seq + REACH; near += 1) needed.add(near);
    }
  }
  return needed;
}

/** The events around those that the finding names, the offending one marked and open. */
export function evidenceList(finding: Finding, evidence: ReadonlyMap<number, Evidence>): Markup | undefined {
  const named = finding.events.slice(0, EVENTS_NAMED);
  const first = named.flatMap((seq) => evidence.get(seq) ?? [])[0];
  if (first === undefined) return undefined;
  const shown = stretch(named, evidence, (other) => isRelated(other, finding, first));
  const items = shown.flatMap((item, index) => {
    const before = shown[index - 1];
    const gap = before === undefined || item.seq === before.seq + 1 ? [] : [html`<div class="gap">…</div>`];
    return [...gap, eventItem(item, named, finding)];
  });
  return html`<div class="events mono">${items}</div>`;
}

function stretch(
  named: readonly number[],
  evidence: ReadonlyMap<number, Evidence>,
  related: (other: Evidence) => boolean,
): readonly Evidence[] {
  const chosen = new Map<number, Evidence>();
  for (const seq of named) {
    const near = [...range(seq - REACH, seq + REACH)].flatMap((each) => evidence.get(each) ?? []).filter(related);
    const before = near.filter((other) => other.seq < seq).slice(-BEFORE);
    const after = near.filter((other) => other.seq > seq).slice(0, AFTER);
    const self = evidence.get(seq);
    for (const item of [...before, ...(self === undefined ? [] : [self]), ...after]) chosen.set(item.seq, item);
  }
  return [...chosen.values()].sort((a, b) => a.seq - b.seq);
}

/** Traffic of the same session; where that is unknown, of the same scenario. */
function isRelated(other: Evidence, finding: Finding, first: Evidence): boolean {
  const session = finding.session ?? first.session;
  if (session !== undefined && other.session !== undefined) return other.session === session;
  return other.scenario === (finding.scenario ?? first.scenario);
}

function eventItem(item: Evidence, named: readonly number[], finding: Finding): Markup {
  const isHit = named.includes(item.seq);
  const isOffending = item.seq === named[0] && (finding.verdict === 'fail' || finding.verdict === 'warn');
  const way =
    item.from === undefined || item.to === undefined
      ? undefined
      : html`<span class="soft">${item.from} → ${item.to}</span>`;
  const flag = isOffending ? html`<span class="flag">◀ this</span>` : undefined;
  const line = html`<span class="seq">#${item.seq}</span><span class="time">${(item.t / 1000).toFixed(3)} s</span>${way}<span class="title">${item.title}</span>${flag}`;
  const detail = detailOf(item);
  const marked = isOffending ? ' hit' : '';
  if (detail === undefined) return html`<div class="event bare${marked}">${line}</div>`;
  return isHit
    ? html`<details class="event${marked}" open><summary>${line}</summary>${detail}</details>`
    : html`<details class="event${marked}"><summary>${line}</summary>${detail}</details>`;
}

export function detailOf({ headers, body, bodySize, defect }: Evidence): Markup | undefined {
  const fields = (headers ?? []).map(([name, value]) => `${name}: ${value}`).join('\n');
  const rest =
    body !== undefined && bodySize !== undefined && bodySize > Buffer.byteLength(body)
      ? `\n… ${bodySize} bytes in all`
      : '';
  const parts = [
    ...(defect === undefined ? [] : [html`<pre class="v-fail">${defect}</pre>`]),
    ...(fields === '' ? [] : [html`<pre>${fields}</pre>`]),
    ...(body === undefined || body === '' ? [] : [html`<pre>${body}${rest}</pre>`]),
  ];
  return parts.length === 0 ? undefined : html`${parts}`;
}

function* range(from: number, to: number): Generator<number> {
  for (let each = from; each <= to; each += 1) yield each;
}
