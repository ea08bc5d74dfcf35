import type { Evidence } from '../harness/model/evidence.js';
import { html, type Markup } from './html-text.js';
import { visibleLine } from './visible-text.js';

const LANES = [
  ['client', 'DM Client'],
  ['server', 'DM Server'],
  ['repository', 'Data repository'],
  ['pages', 'Web pages'],
] as const;
const WIDTH = 760;
const HEAD = 36;
const STEP = 30;
const MOST_LABEL = 46;

export interface DiagramOptions {
  /** Where the details of an event stand in the page. */
  readonly anchorOf: (seq: number) => string;
  /** The event that shows the offence. */
  readonly offending: number | undefined;
  readonly label: string;
}

/** Connections come and go with most messages; only a broken one is news. */
const EVERYDAY = new Set(['connection opened', 'connection closed', 'connection secured']);

/** Who sent what to whom, from top to bottom, as inline SVG; the offending message is marked. Undefined where there is no message between two parties. */
export function sequenceDiagram(all: readonly Evidence[], options: DiagramOptions): Markup | undefined {
  const events = all.filter(({ title, seq }) => !EVERYDAY.has(title) || seq === options.offending);
  const lanes = LANES.filter(
    ([party], index) => index < 2 || events.some(({ from, to }) => from === party || to === party),
  );
  const xOf = (party: string): number | undefined => {
    const index = lanes.findIndex(([name]) => name === party);
    return index < 0 ? undefined : Math.round((WIDTH * (index + 0.5)) / lanes.length);
  };
  if (!events.some(({ from, to }) => from !== undefined && to !== undefined)) return undefined;
  const height = HEAD + STEP * events.length + 12;
  const heads = lanes.map(([party, name]) => {
    const x = xOf(party) ?? 0;
    return html`<line class="lane" x1="${x}" y1="26" x2="${x}" y2="${height}"/><text class="party" x="${x}" y="17" text-anchor="middle">${name}</text>`;
  });
  const steps = events.map((event, index) => stepOf(event, HEAD + STEP * (index + 0.7), xOf, options));
  return html`<svg class="sequence" role="group" aria-label="${options.label}" viewBox="0 0 ${WIDTH} ${height}" width="${WIDTH}" height="${height}">${heads}${steps}</svg>`;
}

function stepOf(
  event: Evidence,
  y: number,
  xOf: (party: string) => number | undefined,
  { anchorOf, offending }: DiagramOptions,
): Markup {
  const isHit = event.seq === offending;
  const from = event.from === undefined ? undefined : xOf(event.from);
  const to = event.to === undefined ? undefined : xOf(event.to);
  const label = visibleLine(`#${event.seq} ${event.title.replace(/ HTTP\/\d\.\d$|^HTTP\/\d\.\d /, '')}`, MOST_LABEL);
  const name = isHit ? html`<tspan>${label}</tspan><tspan class="flag" dx="6">◀ this</tspan>` : html`${label}`;
  const link = (inner: Markup): Markup =>
    html`<a href="#${anchorOf(event.seq)}" class="step${isHit ? ' hit' : ''}">${inner}</a>`;
  if (from === undefined || to === undefined || from === to || isConnection(event))
    return link(html`<text class="note" x="${WIDTH / 2}" y="${y}" text-anchor="middle">${name}</text>`);
  const way = to > from ? 1 : -1;
  const tip = html`<polygon points="${to},${y} ${to - 8 * way},${y - 4} ${to - 8 * way},${y + 4}"/>`;
  return link(
    html`<line x1="${from}" y1="${y}" x2="${to - 6 * way}" y2="${y}"/>${tip}<text x="${(from + to) / 2}" y="${y - 5}" text-anchor="middle">${name}</text>`,
  );
}

/** A connection that opens or closes is no message. */
function isConnection({ title }: Evidence): boolean {
  return title.startsWith('connection ');
}
