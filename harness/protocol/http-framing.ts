import { FIELD, fieldValues } from './headers.js';
import type { StartLine } from './http-head.js';
import type { HttpKind } from './http-message.js';
import { quote } from './quote.js';

type Fields = readonly (readonly [string, string])[];

/** How the end of the body is found (RFC 9112 6.3). */
export type FramingPlan =
  | { readonly by: 'none' | 'chunked' | 'close'; readonly defects: readonly string[] }
  | { readonly by: 'length'; readonly length: number; readonly defects: readonly string[] }
  /** Nobody can say where the body ends. */
  | { readonly by: 'unknown'; readonly fatal: string };

/** `method`: of the request that a response answers; undefined when not known. */
export function planFraming(kind: HttpKind, line: StartLine, fields: Fields, method: string | undefined): FramingPlan {
  if (kind === 'response' && hasNoBody(line.status ?? 0, method)) return { by: 'none', defects: [] };
  const codings = listOf(fields, FIELD.transferEncoding).map((coding) => coding.toLowerCase());
  const lengths = listOf(fields, FIELD.contentLength);
  if (codings.length > 0) return planByCoding(kind, line, codings, lengths.length > 0);
  if (lengths.length > 0) return planByLength(lengths);
  return { by: kind === 'request' ? 'none' : 'close', defects: [] };
}

/** A response without a body, whatever its fields say (RFC 9112 6.3, items 1 and 2). */
function hasNoBody(status: number, method: string | undefined): boolean {
  if (method === 'HEAD' || status < 200 || status === 204 || status === 304) return true;
  return opensTunnel(status, method);
}

/** After such a response the connection carries another protocol (RFC 9110 9.3.6, 15.2.2). */
export function opensTunnel(status: number, method: string | undefined): boolean {
  return status === 101 || (method === 'CONNECT' && status >= 200 && status < 300);
}

function planByCoding(kind: HttpKind, line: StartLine, codings: readonly string[], withLength: boolean): FramingPlan {
  const defects: string[] = [];
  if (withLength) defects.push('conflicting lengths: both Transfer-Encoding and Content-Length');
  if (line.httpVersion === 'HTTP/1.0') defects.push('Transfer-Encoding in an HTTP/1.0 message');
  const last = codings.at(-1);
  if (codings.indexOf('chunked') !== codings.lastIndexOf('chunked')) {
    return { by: 'unknown', fatal: 'Transfer-Encoding names chunked more than once' };
  }
  if (last === 'chunked') return { by: 'chunked', defects };
  if (kind === 'response') return { by: 'close', defects };
  return { by: 'unknown', fatal: `Transfer-Encoding ${quote(codings.join(', '))} does not end with chunked` };
}

function planByLength(lengths: readonly string[]): FramingPlan {
  const [first = ''] = lengths;
  const bad = lengths.find((text) => !/^\d+$/.test(text) || Number(text) > Number.MAX_SAFE_INTEGER);
  if (bad !== undefined) return { by: 'unknown', fatal: `Content-Length ${quote(bad)} is no number of bytes` };
  const other = lengths.find((text) => Number(text) !== Number(first));
  if (other !== undefined) {
    return { by: 'unknown', fatal: `conflicting lengths: Content-Length ${quote(first)} and ${quote(other)}` };
  }
  return { by: 'length', length: Number(first), defects: [] };
}

/** The members of all fields of that name, empty ones kept for Content-Length's sake. */
function listOf(fields: Fields, name: string): string[] {
  return fieldValues(fields, name).flatMap((value) => value.split(',').map((member) => member.trim()));
}
