import { isUtf8 } from 'node:buffer';
import type { Evidence } from '../model/evidence.js';
import { bodyBytes, type ReadSpill } from '../trace/body.js';
import type { MessageEvent, TraceEvent } from '../trace/event.js';

/** Characters of a body that a report shows. */
const MOST_BODY = 4000;
/** Characters of any other text that a target may make as long as it likes: a request line, a field, a defect. */
const MOST_TEXT = 1000;
/** Header fields of a message that a report shows. */
const MOST_FIELDS = 40;

/** A trace event as reports show it. */
export function asEvidence(event: TraceEvent, readSpill: ReadSpill): Evidence {
  const base = { seq: event.seq, t: event.t, ...(event.scenario === undefined ? {} : { scenario: event.scenario }) };
  switch (event.kind) {
    case 'http-request':
      return {
        ...base,
        title: brief(`${event.method} ${event.target} ${event.httpVersion}`),
        request: { method: event.method, target: event.target },
        ...message(event, readSpill),
      };
    case 'http-response':
      return {
        ...base,
        title: brief(`${event.httpVersion} ${event.status} ${event.reason}`),
        ...message(event, readSpill),
      };
    case 'connection':
      return {
        ...base,
        title: `connection ${event.phase}`,
        from: event.from,
        to: event.to,
        ...(event.detail === undefined ? {} : { body: event.detail }),
      };
    case 'process': {
      const how = event.code === undefined ? (event.signal ?? '') : `with code ${event.code}`;
      return {
        ...base,
        title: `process ${event.process} ${event.phase} ${how}`.trim(),
        ...(event.detail === undefined ? {} : { body: event.detail }),
      };
    }
    case 'notification': {
      const how = event.accepted ? '' : ', not taken';
      return {
        ...base,
        title: `notification by ${event.via}${how}`,
        from: event.from,
        to: event.to,
        bodySize: event.body.size,
        body: bodyBytes(event.body, readSpill).toString('hex', 0, MOST_BODY / 2),
        binary: true,
      };
    }
    default: {
      const { name, ...rest } = event.action;
      return {
        ...base,
        title: `the harness: ${name}`,
        ...(Object.keys(rest).length === 0 ? {} : { body: JSON.stringify(rest).slice(0, MOST_BODY) }),
      };
    }
  }
}

function message(event: MessageEvent, readSpill: ReadSpill): Omit<Evidence, 'seq' | 't' | 'title'> {
  return {
    from: event.from,
    to: event.to,
    headers: fields(event.headers),
    exchange: event.exchange,
    ...bodyOf(event, readSpill),
  };
}

/** The beginning of the body; where it is binary, in hexadecimal. A body that is gone, or was changed since, is told as a defect. */
function bodyOf(
  { body, defect }: MessageEvent,
  readSpill: ReadSpill,
): Pick<Evidence, 'body' | 'bodySize' | 'binary' | 'defect'> {
  const { size } = body;
  const own = defect === undefined ? {} : { defect: brief(defect) };
  if (size === 0) return { bodySize: size, ...own };
  if ('text' in body) return { bodySize: size, body: body.text.slice(0, MOST_BODY), ...own };
  try {
    const bytes = bodyBytes(body, readSpill);
    if (isUtf8(bytes))
      return { bodySize: size, body: bytes.toString('utf8', 0, 4 * MOST_BODY).slice(0, MOST_BODY), ...own };
    return { bodySize: size, body: bytes.toString('hex', 0, MOST_BODY / 2), binary: true, ...own };
  } catch (error) {
    return { bodySize: size, defect: brief(error instanceof Error ? error.message : String(error)) };
  }
}

function fields(headers: MessageEvent['headers']): MessageEvent['headers'] {
  const shown = headers
    .slice(0, MOST_FIELDS)
    .map(([name, value]): readonly [string, string] => [brief(name), brief(value)]);
  const more = headers.length - shown.length;
  return more > 0 ? [...shown, ['…', `${more} more fields`]] : shown;
}

function brief(text: string): string {
  return text.length > MOST_TEXT ? `${text.slice(0, MOST_TEXT)}… (${text.length} characters)` : text;
}
