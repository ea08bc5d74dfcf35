import { isUtf8 } from 'node:buffer';
import { scanJson } from './json-scan.js';
import type { Problem } from './packages.js';

/** A body as JSON. `value` is undefined when there is no JSON value to be read. */
export interface JsonBody {
  readonly value: unknown;
  readonly problems: readonly Problem[];
}

const BYTE_ORDER_MARK = '\ufeff';

/**
 * Reads a body that has to be one JSON value in UTF-8 (RFC 8259 8.1). Never throws. What is wrong with the encoding does not hide the value;
 * of several values the first is read. A text cannot be wrong in its encoding but for a byte order mark.
 */
export function readJsonBody(bytes: Uint8Array | string): JsonBody {
  if (typeof bytes === 'string') return readText(bytes, []);
  const buffer = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  return readText(buffer.toString(), isUtf8(buffer) ? [] : [notUtf8(buffer)]);
}

function readText(decoded: string, encoding: readonly Problem[]): JsonBody {
  const start = decoded.startsWith(BYTE_ORDER_MARK) ? 1 : 0;
  const before = start === 0 ? encoding : [MARKED];
  const text = decoded.slice(start);
  try {
    return { value: JSON.parse(text), problems: before };
  } catch {
    // Falls through to the reading that says what is wrong.
  }
  // Offsets in bytes are exact up to the first byte that is no UTF-8.
  const offsetOf = (index: number): number => Buffer.byteLength(decoded.slice(0, start + index));
  const scan = scanJson(text);
  if (!scan.ok) {
    const message = `not JSON: ${scan.message}`;
    return {
      value: undefined,
      problems: [...before, { kind: 'json', pointer: '', offset: offsetOf(scan.at), message }],
    };
  }
  const offset = offsetOf(scan.end + text.slice(scan.end).search(/[^ \t\n\r]/));
  const message = 'more content after the one JSON value of the body';
  return {
    value: parseOrNothing(text.slice(0, scan.end)),
    problems: [...before, { kind: 'trailing', pointer: '', offset, message }],
  };
}

/** The scanner and `JSON.parse` agree; should they ever not, the body counts as unreadable rather than throw. */
function parseOrNothing(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

const MARKED: Problem = {
  kind: 'encoding',
  pointer: '',
  offset: 0,
  message: 'begins with a byte order mark, which RFC 8259 8.1 forbids',
};

function notUtf8(buffer: Buffer): Problem {
  const offset = firstInvalidUtf8(buffer);
  const message = `not UTF-8 (RFC 8259 8.1): byte 0x${buffer.toString('hex', offset, offset + 1)} at offset ${offset}`;
  return { kind: 'encoding', pointer: '', offset, message };
}

/** Offset of the first byte sequence that is no UTF-8 (RFC 3629), in bytes that have one. */
function firstInvalidUtf8(buffer: Buffer): number {
  // Decoding puts U+FFFD for it, so that the bytes of the decoded text differ in one of that character's three bytes.
  const again = Buffer.from(buffer.toString());
  let at = again.findIndex((byte, index) => byte !== buffer[index]);
  while (((again[at] ?? 0) & 0xc0) === 0x80) at -= 1;
  return at;
}
