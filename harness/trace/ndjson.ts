import { ConformError } from '../model/errors.js';
import type { TraceEvent, TraceFooter, TraceHeader } from './event.js';
import { checkEvent, checkFooter, checkHeader } from './record-check.js';

export function headerLine(header: TraceHeader): string {
  return `${JSON.stringify(header)}\n`;
}

export function eventLine(event: TraceEvent): string {
  return `${JSON.stringify(event)}\n`;
}

export function footerLine(footer: TraceFooter): string {
  return `${JSON.stringify(footer)}\n`;
}

/** A trace as a whole. */
export interface Trace {
  readonly header: TraceHeader;
  readonly events: readonly TraceEvent[];
  readonly footer?: TraceFooter;
  /** Why the trace does not hold the whole run; absent when it does. */
  readonly partial?: string;
}

/** The trace's text: header, events, and the footer unless the trace has none. */
export function writeTrace(trace: Trace): string {
  const end = trace.footer === undefined ? '' : footerLine(trace.footer);
  return headerLine(trace.header) + trace.events.map(eventLine).join('') + end;
}

/**
 * Reads a trace line by line, so that a long one need not fit into memory. `file` is named in errors.
 * Every method throws ConformError TRACE_UNREADABLE, which names the line (from 1) and the reason.
 */
export class TraceReader {
  readonly #file: string;
  #header: TraceHeader | undefined;
  #footer: TraceFooter | undefined;
  #cut: string | undefined;
  #lines = 0;
  #events = 0;
  #seq = 0;

  constructor(file = 'trace') {
    this.#file = file;
  }

  /** The header, once its line was taken. */
  get header(): TraceHeader | undefined {
    return this.#header;
  }

  /**
   * Takes the next line, without its line feed.
   * @param last true for text after the last line feed: the writer was killed within that line, so it is let go when it cannot be read.
   * @returns the event, or undefined for the header, the footer and an empty line.
   */
  line(text: string, last = false): TraceEvent | undefined {
    this.#lines += 1;
    if (text.trim() === '') return undefined;
    if (this.#footer !== undefined) throw this.#error('there is more after the footer', { found: text.slice(0, 80) });
    const value = this.#json(text, last);
    if (value === undefined) return undefined;
    if (this.#header === undefined) {
      this.#header = this.#checked(checkHeader, value);
      return undefined;
    }
    if (typeof value === 'object' && value !== null && 'record' in value) {
      this.#footer = this.#checked(checkFooter, value);
      return undefined;
    }
    return this.#event(this.#checked(checkEvent, value));
  }

  /** Says what the trace is, after its last line: footer, and why it is partial when it is. */
  finish(): { readonly header: TraceHeader; readonly footer?: TraceFooter; readonly partial?: string } {
    const header = this.#header;
    if (header === undefined)
      throw this.#error('there is no header', { expected: 'a first line {"record":"dmconform-trace", …}' });
    const footer = this.#footer;
    const partial = this.#partial(footer);
    return { header, ...(footer === undefined ? {} : { footer }), ...(partial === undefined ? {} : { partial }) };
  }

  #partial(footer: TraceFooter | undefined): string | undefined {
    if (this.#cut !== undefined) return this.#cut;
    if (footer === undefined) return `there is no footer after ${this.#events} events: the recording was cut short`;
    if (footer.events !== this.#events)
      return `the footer counts ${footer.events} events, the trace holds ${this.#events}`;
    return footer.partial;
  }

  #event(event: TraceEvent): TraceEvent {
    if (event.seq <= this.#seq) {
      throw this.#error('events are out of order', { found: `seq ${event.seq}`, expected: `more than ${this.#seq}` });
    }
    this.#seq = event.seq;
    this.#events += 1;
    return event;
  }

  #json(text: string, last: boolean): unknown {
    try {
      return JSON.parse(text);
    } catch (error) {
      if (last && this.#header !== undefined) {
        this.#cut = `line ${this.#lines} is cut: the recording was cut short`;
        return undefined;
      }
      const found = error instanceof Error ? error.message : String(error);
      throw this.#error('a line is no JSON', { found, expected: 'one JSON object in each line' });
    }
  }

  #checked<T>(check: (value: unknown) => T | string, value: unknown): T {
    const result = check(value);
    if (typeof result === 'string') throw this.#error(result);
    return result;
  }

  #error(message: string, details: { readonly found?: string; readonly expected?: string } = {}): ConformError {
    return new ConformError('TRACE_UNREADABLE', message, {
      subject: `${this.#file}:${Math.max(1, this.#lines)}`,
      ...details,
    });
  }
}

/**
 * Reads a whole trace.
 * @throws ConformError TRACE_UNREADABLE, which names the line and the reason.
 */
export function parseTrace(text: string, file?: string): Trace {
  const reader = new TraceReader(file);
  const events: TraceEvent[] = [];
  for (let at = 0; at < text.length; ) {
    const feed = text.indexOf('\n', at);
    const event = reader.line(text.slice(at, feed < 0 ? undefined : feed), feed < 0);
    if (event !== undefined) events.push(event);
    at = feed < 0 ? text.length : feed + 1;
  }
  const { header, ...rest } = reader.finish();
  return { header, events, ...rest };
}
