/** Header fields in wire order and wire case. */
export type HeaderList = readonly (readonly [name: string, value: string])[];

/** Who has proved by which means to hold that name: common name of a certificate that is trusted, or identity of a pre-shared key. */
export interface Proven {
  readonly by: 'certificate' | 'psk';
  readonly name: string;
}

/** A request as a peer's logic sees it, whichever socket code read it. */
export interface PeerRequest {
  readonly method: string;
  /** Request target as on the wire, for example `/dm?x=1`. */
  readonly target: string;
  readonly headers: HeaderList;
  readonly body: Buffer;
  /** Identifies the TCP connection. */
  readonly connection: string;
  /** What the record calls the exchange, where it is recorded. */
  readonly exchange?: string | undefined;
  /** Over TLS: who the client has proved to be in the handshake. */
  readonly proven?: Proven;
}

/** Something the harness opens when it is time: a message is withheld until then. */
export interface Gate {
  /** Called once by the peer when it reaches the gate; resolves when the rest may go. */
  pass(): Promise<void>;
  /** A peer that closes its side while it waits is gone, and so is the connection; otherwise it may still want the answer. */
  readonly endsWithPeer?: boolean;
  /** Called when the peer is gone while it waits. */
  left?(): void;
}

/** How exactly a reply goes to the wire; everything left out is usual: Content-Length, one piece, connection kept. */
export interface Delivery {
  readonly framing?: 'length' | 'chunked' | 'close';
  /** Sizes of chunks when chunked; the last size repeats. */
  readonly chunkSize?: number;
  readonly headerCase?: 'as-is' | 'lower' | 'upper' | 'mixed';
  /** Cut the bytes (head and body) into pieces of this many bytes, each its own TCP segment (noDelay, one tick apart). */
  readonly segmentBytes?: number;
  /** Withhold the whole reply, or its last `tail` bytes, until the gate opens. */
  readonly hold?: { readonly gate: Gate; readonly tail?: number };
  /** Send only so many bytes of head and body, then end or reset the connection. 0 = no byte at all. */
  readonly cut?: { readonly afterBytes: number; readonly how: 'close' | 'reset' };
  /** These very bytes instead of a rendered reply. */
  readonly raw?: Buffer;
  /** What follows the reply. */
  readonly then?: 'keep' | 'close' | 'reset';
}

export interface PeerReply {
  readonly status: number;
  readonly headers: HeaderList;
  readonly body: Buffer;
  readonly delivery?: Delivery;
}

export type PeerHandler = (request: PeerRequest) => Promise<PeerReply> | PeerReply;

/** A request that a peer sends. `url` is absolute. */
export interface PeerSend {
  readonly method: string;
  readonly url: string;
  readonly headers: HeaderList;
  readonly body?: Buffer;
}

export interface PeerResponse {
  readonly status: number;
  readonly headers: HeaderList;
  readonly body: Buffer;
}

/** How a client peer reaches the network. Rejects when the connection fails or the response is cut. */
export interface PeerTransport {
  send(request: PeerSend): Promise<PeerResponse>;
  close(): Promise<void>;
}

/** Value of a header field, names compared without case; undefined when it is not there. */
export function headerValue(headers: HeaderList, name: string): string | undefined {
  const wanted = name.toLowerCase();
  return headers.find(([field]) => field.toLowerCase() === wanted)?.[1];
}
