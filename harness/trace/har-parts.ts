import type { BodyRecord, Framing, HttpResponseEvent } from './event.js';
import type { HarBody, HarEntry, HarField } from './har-types.js';

/** The parts of a response that HAR itself holds. */
export function responseParts({
  response,
}: HarEntry): Pick<HttpResponseEvent, 'status' | 'reason' | 'httpVersion' | 'headers' | 'body'> {
  return {
    status: response.status,
    reason: response.statusText,
    httpVersion: response.httpVersion,
    headers: response.headers.map(({ name, value }) => [name, value] as const),
    body: bodyOf(response.content),
  };
}

/** A HAR body as a trace holds it; whatever its size, it stands in the event itself. */
export function bodyOf(body: HarBody | undefined): BodyRecord {
  if (body?.text === undefined || body.text === '') return { size: 0 };
  if (body.encoding !== 'base64') return { size: Buffer.byteLength(body.text), text: body.text };
  const bytes = Buffer.from(body.text, 'base64');
  const readable = bytes.toString('utf8');
  return Buffer.from(readable, 'utf8').equals(bytes)
    ? { size: bytes.length, text: readable }
    : { size: bytes.length, base64: body.text };
}

/** Framing as the header fields tell it, where nobody watched the socket. */
export function framingOf(headers: readonly HarField[], size: number): Framing {
  const chunked = headers.some(
    ({ name, value }) => name.toLowerCase() === 'transfer-encoding' && /chunked/i.test(value),
  );
  if (chunked) return { by: 'chunked' };
  return size === 0 ? { by: 'none' } : { by: 'length' };
}
