import { STATUS_CODES } from 'node:http';
import type { Gate, HeaderList, PeerReply } from './peer.js';
import { chunkedBody, fieldTokens, isFramed, renderHead, segmentsOf } from './render.js';

/** What a reply must know of the request that it answers. */
export interface ReplyContext {
  readonly method: string;
  /** `HTTP/1.0` or `HTTP/1.1`. */
  readonly httpVersion: string;
  /** True when the connection ends after this reply whatever the reply says (`Connection: close` in the request, HTTP/1.0). */
  readonly closing: boolean;
}

export type DeliveryStep =
  /** These pieces, each its own write; with several, one tick apart. */
  | { readonly do: 'send'; readonly pieces: readonly Buffer[] }
  | { readonly do: 'wait'; readonly gate: Gate }
  | { readonly do: 'keep' | 'close' | 'reset' };

/** Renders a reply and says, step by step, how it goes to the wire; the last step is what becomes of the connection. */
export function planDelivery(reply: PeerReply, context: ReplyContext): DeliveryStep[] {
  const { delivery = {} } = reply;
  const whole = delivery.raw ?? renderReply(reply, context);
  const bytes = delivery.cut === undefined ? whole : whole.subarray(0, delivery.cut.afterBytes);
  const pieces = (from: number, to: number): DeliveryStep[] => {
    const sent = segmentsOf(bytes.subarray(from, to), delivery.segmentBytes);
    return sent.length === 0 ? [] : [{ do: 'send', pieces: sent }];
  };
  const last: DeliveryStep = { do: delivery.cut?.how ?? finalStep(reply, context) };
  if (delivery.hold === undefined) return [...pieces(0, bytes.length), last];
  const { gate, tail } = delivery.hold;
  const split = tail === undefined ? 0 : Math.max(0, Math.min(bytes.length, whole.length - tail));
  return [...pieces(0, split), { do: 'wait', gate }, ...pieces(split, bytes.length), last];
}

/** The bytes of a reply: its own header fields, plus the framing and `Connection: close` where they are needed; no Date, no Server. */
export function renderReply(reply: PeerReply, context: ReplyContext): Buffer {
  const { status, body, delivery = {} } = reply;
  const framing = framingOf(reply, context);
  const bodiless = status < 200 || status === 204 || status === 304;
  const headers: (readonly [string, string])[] = [...reply.headers];
  if (!bodiless && !isFramed(reply.headers)) {
    if (framing === 'length') headers.push(['Content-Length', String(body.length)]);
    if (framing === 'chunked') headers.push(['Transfer-Encoding', 'chunked']);
  }
  if (finalStep(reply, context) === 'close' && !saysConnection(reply.headers)) headers.push(['Connection', 'close']);
  const reason = STATUS_CODES[status] ?? 'Unknown';
  const head = renderHead(`HTTP/1.1 ${status} ${reason}`, headers, delivery.headerCase);
  if (bodiless || context.method === 'HEAD') return head;
  const chunks = framing === 'chunked' && !claimsLength(reply.headers);
  return Buffer.concat([head, chunks ? chunkedBody(body, delivery.chunkSize) : body]);
}

/** HTTP/1.0 knows no chunks, so a chunked reply to it runs until the close (RFC 9112 6.1). */
function framingOf(reply: PeerReply, context: ReplyContext): 'length' | 'chunked' | 'close' {
  const asked = fieldTokens(reply.headers, 'transfer-encoding').at(-1) === 'chunked' ? 'chunked' : 'length';
  const framing = reply.delivery?.framing ?? asked;
  return framing === 'chunked' && context.httpVersion === 'HTTP/1.0' ? 'close' : framing;
}

function finalStep(reply: PeerReply, context: ReplyContext): 'keep' | 'close' | 'reset' {
  const { delivery } = reply;
  if (delivery?.then === 'reset') return 'reset';
  if (delivery?.then === 'close' || context.closing || framingOf(reply, context) === 'close') return 'close';
  return fieldTokens(reply.headers, 'connection').includes('close') ? 'close' : 'keep';
}

function saysConnection(headers: HeaderList): boolean {
  return fieldTokens(headers, 'connection').length > 0;
}

/** A reply that names its own Content-Length, on purpose perhaps a wrong one, goes out unchunked. */
function claimsLength(headers: HeaderList): boolean {
  return isFramed(headers) && fieldTokens(headers, 'transfer-encoding').at(-1) !== 'chunked';
}
