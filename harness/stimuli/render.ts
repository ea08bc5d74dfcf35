import type { Delivery, HeaderList } from './peer.js';
import { headerValue } from './peer.js';

const CRLF = Buffer.from('\r\n', 'latin1');

/** A header name in the wanted case; `mixed` alternates, beginning with a lower-case letter. */
export function casedName(name: string, how: Delivery['headerCase']): string {
  if (how === 'lower') return name.toLowerCase();
  if (how === 'upper') return name.toUpperCase();
  if (how === 'mixed') return [...name].map((c, i) => (i % 2 === 0 ? c.toLowerCase() : c.toUpperCase())).join('');
  return name;
}

/** Start line and header fields with their closing empty line, as Latin-1 bytes. */
export function renderHead(startLine: string, headers: HeaderList, how?: Delivery['headerCase']): Buffer {
  const lines = headers.map(([name, value]) => `${casedName(name, how)}: ${value}\r\n`).join('');
  return Buffer.from(`${startLine}\r\n${lines}\r\n`, 'latin1');
}

/** A body in chunks of `size` bytes (by default one chunk), with the closing zero chunk (RFC 9112 7.1). */
export function chunkedBody(body: Buffer, size = body.length): Buffer {
  const pieces: Buffer[] = [];
  const step = Math.max(1, size);
  for (let at = 0; at < body.length; at += step) {
    const piece = body.subarray(at, at + step);
    pieces.push(Buffer.from(`${piece.length.toString(16)}\r\n`, 'latin1'), piece, CRLF);
  }
  pieces.push(Buffer.from('0\r\n\r\n', 'latin1'));
  return Buffer.concat(pieces);
}

/** The bytes in pieces of `size` bytes; one piece when no size is given, none for no bytes. */
export function segmentsOf(bytes: Buffer, size?: number): Buffer[] {
  if (bytes.length === 0) return [];
  if (size === undefined || size < 1) return [bytes];
  const pieces: Buffer[] = [];
  for (let at = 0; at < bytes.length; at += size) pieces.push(bytes.subarray(at, at + size));
  return pieces;
}

/** True when the fields already say how the body is framed. */
export function isFramed(headers: HeaderList): boolean {
  return (
    headerValue(headers, 'content-length') !== undefined || headerValue(headers, 'transfer-encoding') !== undefined
  );
}

/** The members of a comma-separated field, in lower case. */
export function fieldTokens(headers: HeaderList, name: string): string[] {
  const wanted = name.toLowerCase();
  return headers
    .filter(([field]) => field.toLowerCase() === wanted)
    .flatMap(([, value]) => value.split(','))
    .map((token) => token.trim().toLowerCase());
}
