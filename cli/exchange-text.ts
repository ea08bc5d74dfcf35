import type { BodyRecord, MessageEvent, TraceEvent } from '../harness/trace/event.js';
import { visibleLine } from '../reports/visible-text.js';

/** Messages that an example shows at most, and characters of a body. */
const MOST_MESSAGES = 12;
const MOST_BODY = 240;
/** Header fields that say something about DM; the others are how HTTP is. */
const TOLD = /^(content-type|accept|omadm-.*|location|www-authenticate|authorization|etag)$/i;

/** The traffic of a trace as text, a few lines for each message; those that decide are marked. */
export function exchangeText(events: readonly TraceEvent[], deciding: ReadonlySet<number>): readonly string[] {
  const shown = events.filter((event) => isTold(event) || deciding.has(event.seq));
  const first = Math.max(0, Math.min(...shown.map((event, index) => (deciding.has(event.seq) ? index : Infinity))) - 4);
  const part = shown.slice(Number.isFinite(first) ? first : 0).slice(0, MOST_MESSAGES);
  const left = shown.length - part.length;
  return [
    ...part.flatMap((event) =>
      lines(event).map((line, index) => `${index === 0 && deciding.has(event.seq) ? '>' : ' '} ${line}`),
    ),
    ...(left > 0 ? [`  (${left} more)`] : []),
  ];
}

function isTold(event: TraceEvent): boolean {
  return event.kind === 'http-request' || event.kind === 'http-response' || event.kind === 'notification';
}

function lines(event: TraceEvent): readonly string[] {
  switch (event.kind) {
    case 'http-request':
      return [`${event.from} -> ${event.to}  ${event.method} ${visibleLine(event.target)}`, ...content(event)];
    case 'http-response':
      return [
        `${event.from} -> ${event.to}  ${`${event.status} ${visibleLine(event.reason)}`.trimEnd()}`,
        ...content(event),
      ];
    case 'notification':
      return [`${event.from} -> ${event.to}  Package#0 by ${event.via}, digest ${event.digest}`, ...body(event.body)];
    case 'action': {
      const { name, ...rest } = event.action;
      return [`(${name} ${visibleLine(JSON.stringify(rest), MOST_BODY)})`];
    }
    case 'connection':
      return [`(connection ${event.phase}: ${event.detail ?? event.connection})`];
    default:
      return [`(${event.kind} ${event.phase})`];
  }
}

function content(event: MessageEvent): readonly string[] {
  const told = event.headers
    .filter(([name]) => TOLD.test(name))
    .map(([name, value]) => `    ${name}: ${visibleLine(value)}`);
  return [...told, ...body(event.body), ...(event.defect === undefined ? [] : [`    (${event.defect})`])];
}

function body(record: BodyRecord): readonly string[] {
  if (record.size === 0) return [];
  if ('text' in record) return [`    ${visibleLine(record.text, MOST_BODY)}`];
  return ['base64' in record ? `    ${visibleLine(record.base64, MOST_BODY)} (base64)` : `    (${record.size} bytes)`];
}
