import { ConformError } from '../model/errors.js';
import type { TraceEvent, TraceHeader } from '../trace/event.js';
import { TraceReader } from '../trace/ndjson.js';
import { linesOf } from './file-lines.js';

/** A trace that is read while it is used, so that it need not fit into memory. */
export interface TraceFile {
  readonly header: TraceHeader;
  /** Can be taken once. */
  readonly events: Iterable<TraceEvent>;
  /** Once all events were taken: why the trace does not hold the whole run. */
  partial(): string | undefined;
}

/** Opens a trace. @param shown how errors name it. @throws ConformError TRACE_UNREADABLE, here or while the events are taken. */
export function openTrace(path: string, shown = path): TraceFile {
  const reader = new TraceReader(shown);
  const lines = linesOf(path);
  while (reader.header === undefined) {
    const { done, value } = lines.next();
    if (done === true) break;
    reader.line(value.bytes.toString('utf8'), value.last);
  }
  if (reader.header === undefined)
    throw new ConformError('TRACE_UNREADABLE', 'there is no header', { subject: shown, found: 'an empty file' });
  return { header: reader.header, events: eventsOf(reader, lines), partial: () => reader.finish().partial };
}

function* eventsOf(reader: TraceReader, lines: ReturnType<typeof linesOf>): Generator<TraceEvent> {
  for (const { bytes, last } of lines) {
    const event = reader.line(bytes.toString('utf8'), last);
    if (event !== undefined) yield event;
  }
}
