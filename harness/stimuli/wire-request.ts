import { ConformError } from '../model/errors.js';
import type { Delivery, Gate, PeerSend } from './peer.js';
import { headerValue } from './peer.js';
import { chunkedBody, fieldTokens, isFramed, renderHead } from './render.js';

/** How exactly a request goes to the wire, and what this side does then; everything left out is usual. */
export interface SendOptions {
  readonly framing?: 'length' | 'chunked';
  /** Bytes in a chunk; by default the body is one chunk. */
  readonly chunkSize?: number;
  readonly headerCase?: Delivery['headerCase'];
  /** Cut the request into pieces of this many bytes, each its own TCP segment. */
  readonly segmentBytes?: number;
  /** Withhold the whole request, or its last `tail` bytes, until the gate opens. */
  readonly hold?: { readonly gate: Gate; readonly tail?: number };
  /** Read nothing of the answer until the gate opens. */
  readonly unread?: Gate;
  /** Hang up once the request was sent (after the `unread` gate, when there is one); the answer is not read. */
  readonly drop?: 'close' | 'reset';
  /** A connection of its own, closed afterwards. */
  readonly fresh?: boolean;
  readonly signal?: AbortSignal;
}

/** Where a URL leads: the connection's end and the request target, its escapes untouched (CR 6.1.3). */
export interface Destination {
  /** `http://host:port` or `https://host:port`, which names the connection pool. */
  readonly origin: string;
  readonly secure: boolean;
  readonly host: string;
  readonly port: number;
  /** As it goes into the Host field. */
  readonly authority: string;
  readonly target: string;
}

/** @throws ConformError CONFIG_UNREADABLE when it is no absolute http or https URL. */
export function destinationOf(url: string): Destination {
  const [, scheme = '', withUser = '', rest = ''] = /^(https?):\/\/([^/?#]+)([^#]*)/i.exec(url) ?? [];
  const secure = scheme.toLowerCase() === 'https';
  const authority = withUser.slice(withUser.lastIndexOf('@') + 1);
  const [, bracketed, plain, digits] = /^(?:\[([^\]]+)\]|([^:]*))(?::(\d*))?$/.exec(authority) ?? [];
  const host = bracketed ?? plain ?? '';
  if (host === '') {
    throw new ConformError('CONFIG_UNREADABLE', 'cannot send a request there', {
      subject: url,
      expected: 'an absolute http or https URL',
    });
  }
  const port = Number(digits || (secure ? '443' : '80'));
  const target = rest.startsWith('/') ? rest : `/${rest}`;
  return { origin: `${scheme.toLowerCase()}://${authority.toLowerCase()}`, secure, host, port, authority, target };
}

/** The bytes of a request: Host first where the caller has none, then the caller's fields, then the framing. */
export function renderRequest(request: PeerSend, destination: Destination, options: SendOptions = {}): Buffer {
  const { method, headers, body } = request;
  const fields: (readonly [string, string])[] = [...headers];
  if (headerValue(headers, 'host') === undefined) fields.unshift(['Host', destination.authority]);
  const chunked = options.framing === 'chunked' || fieldTokens(headers, 'transfer-encoding').at(-1) === 'chunked';
  if (!isFramed(headers)) {
    if (chunked) fields.push(['Transfer-Encoding', 'chunked']);
    else if (body !== undefined || needsLength(method)) fields.push(['Content-Length', String(body?.length ?? 0)]);
  }
  const head = renderHead(`${method} ${destination.target} HTTP/1.1`, fields, options.headerCase);
  const bytes = body ?? Buffer.alloc(0);
  return Buffer.concat([head, chunked ? chunkedBody(bytes, options.chunkSize) : bytes]);
}

/** Methods whose requests say their length even when it is 0 (RFC 9110 8.6). */
function needsLength(method: string): boolean {
  return method === 'POST' || method === 'PUT' || method === 'PATCH';
}
