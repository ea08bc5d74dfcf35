/**
 * A trace event as a report shows it. The caller fills it in, so that reports know nothing of traces; they show it as plain text.
 * All text may come from the implementation under test and may hold anything.
 */
export interface Evidence {
  /** Number of the trace event. */
  readonly seq: number;
  /** Milliseconds since the start of the trace. */
  readonly t: number;
  /** Request line, status line, or what happened: `POST /dm HTTP/1.1`, `connection reset`. */
  readonly title: string;
  /** Parties, where the event has them. */
  readonly from?: string;
  readonly to?: string;
  /** Header fields in wire order. */
  readonly headers?: readonly (readonly [name: string, value: string])[];
  /** The beginning of the body as text. */
  readonly body?: string;
  /** Size of the whole body in bytes. */
  readonly bodySize?: number;
  /** Why the message is not whole or not well-formed. */
  readonly defect?: string;
  /** The body is binary, and shown in hexadecimal. */
  readonly binary?: true;
  /** Of a request: method and target, as they were sent. */
  readonly request?: { readonly method: string; readonly target: string };
  /** Joins a request with its responses. */
  readonly exchange?: string;
  readonly scenario?: string;
}

/** The trace events that a report may show, by the trace's name in the result and by number. */
export type EvidenceBook = ReadonlyMap<string, ReadonlyMap<number, Evidence>>;

/** Numbers of the trace events that findings name, by the trace's name in the result; the reader adds those around them. */
export type EvidenceWishes = ReadonlyMap<string, ReadonlySet<number>>;
