import type { Framing, Party, TraceHeader } from './event.js';

/** The part of HTTP Archive 1.2 that is read and written here. */
export interface HarField {
  readonly name: string;
  readonly value: string;
}

export interface HarBody {
  readonly size?: number;
  readonly mimeType?: string;
  readonly text?: string;
  readonly encoding?: string;
}

/** What the recorder knows of a message and HAR has no place for. */
export interface HarMark {
  readonly seq: number;
  readonly t: number;
  readonly began: number;
  readonly framing: Framing;
  readonly defect?: string;
}

export interface HarEntry {
  /** ISO 8601. */
  readonly startedDateTime: string;
  /** Milliseconds from the first byte of the request to the last of the response. */
  readonly time: number;
  readonly connection?: string;
  readonly request: {
    readonly method: string;
    readonly url: string;
    readonly httpVersion: string;
    readonly headers: readonly HarField[];
    readonly postData?: HarBody;
    readonly [other: string]: unknown;
  };
  readonly response: {
    /** 0: there was none. */
    readonly status: number;
    readonly statusText: string;
    readonly httpVersion: string;
    readonly headers: readonly HarField[];
    readonly content?: HarBody;
    readonly [other: string]: unknown;
  };
  readonly cache: Readonly<Record<string, unknown>>;
  readonly timings: { readonly send: number; readonly wait: number; readonly receive: number };
  readonly _exchange?: string;
  readonly _from?: Party;
  readonly _to?: Party;
  readonly _scenario?: string;
  readonly _label?: string;
  readonly _request?: HarMark;
  readonly _response?: HarMark;
}

export interface Har {
  readonly log: {
    readonly version: string;
    readonly creator: { readonly name: string; readonly version: string };
    readonly entries: readonly HarEntry[];
    readonly _dmconform?: TraceHeader;
  };
}
