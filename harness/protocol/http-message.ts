export type HttpKind = 'request' | 'response';

/** An HTTP/1.x message as it stood on the wire. */
export interface HttpMessage {
  readonly startLine: string;
  readonly method?: string;
  readonly target?: string;
  readonly status?: number;
  readonly reason?: string;
  /** `HTTP/1.1` as on the wire; empty when the start line is garbage. */
  readonly httpVersion: string;
  /** Header fields in wire order, names in wire case, values trimmed. */
  readonly headers: readonly (readonly [string, string])[];
  /** Fields after the last chunk, when there are any. */
  readonly trailers?: readonly (readonly [string, string])[];
  /** The head's bytes as Latin-1 text, only where `startLine` and `headers` do not reproduce them exactly. */
  readonly rawHead?: string;
  /** After transfer decoding (chunked); content codings are left as they are. */
  readonly body: Buffer;
  readonly framing: {
    /** `length`: Content-Length; `chunked`; `close`: until the connection ended; `none`: no body. */
    readonly by: 'length' | 'chunked' | 'close' | 'none';
    /** Sizes of the chunks, the closing zero left out. */
    readonly chunks?: readonly number[];
  };
  /** Why it is not a whole, well-formed HTTP message, and where. */
  readonly defect?: string;
  /** A 1xx response: the final one is still to come. */
  readonly interim: boolean;
}
