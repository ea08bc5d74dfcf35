import { isUtf8 } from 'node:buffer';
import { scanJson } from './json-scan.js';
import type { Problem } from './packages.js';

/** A body as JSON. `value` is undefined when there is no JSON value to be read. */
export interface JsonBody {
  readonly value: unknown;
  readonly problems: readonly Problem[];
}

const NO_PROBLEMS: readonly Problem[] = [];
const BYTE_ORDER_MARK = '\ufeff';
const REPLACEMENT = '\ufffd';

/**
 * Reads a body that has to be one JSON value in UTF-8 (RFC 8259 8.1). Never throws. What is wrong with the encoding does not hide the value;
 * of several values the first is read.
 */
export function readJsonBody(bytes: Uint8Array | string): JsonBody {
  if (typeof bytes === 'string') return readJsonText(bytes);
  const buffer = Buffer.isBuffer(bytes) ? bytes : Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const text = buffer.toString('utf8');
  // Bytes that are no UTF-8 come out as replacement characters, so a text without any needs no second look.
  if (!text.includes(REPLACEMENT) || isUtf8(buffer)) {
    try {
      return { value: JSON.parse(text), problems: NO_PROBLEMS };
    } catch {
      // Falls through to the reading that says what is wrong.
    }
  }
  return readFaulty(buffer);
}

/** The same for a text, which cannot be wrong in its encoding. */
function readJsonText(text: string): JsonBody {
  try {
    return { value: JSON.parse(text), problems: NO_PROBLEMS };
  } catch {
    return readFaulty(Buffer.from(text, 'utf8'));
  }
}

function readFaulty(buffer: Buffer): JsonBody {
  const problems: Problem[] = encodingProblems(buffer);
  const decoded = buffer.toString('utf8');
  const start = decoded.startsWith(BYTE_ORDER_MARK) ? 1 : 0;
  const text = decoded.slice(start);
  // Offsets in bytes are exact up to the first byte that is no UTF-8.
  const offsetOf = (index: number): number => Buffer.byteLength(decoded.slice(0, start + index), 'utf8');
  const scan = scanJson(text);
  if (!scan.ok) {
    problems.push({ kind: 'json', pointer: '', offset: offsetOf(scan.at), message: `not JSON: ${scan.message}` });
    return { value: undefined, problems };
  }
  const rest = /[^ \t\n\r]/.exec(text.slice(scan.end));
  if (rest !== null) {
    const offset = offsetOf(scan.end + rest.index);
    problems.push({
      kind: 'trailing',
      pointer: '',
      offset,
      message: 'more content after the one JSON value of the body',
    });
  }
  return { value: parseOrNothing(text.slice(0, scan.end)), problems };
}

/** The scanner and `JSON.parse` agree; should they ever not, the body counts as unreadable rather than throw. */
function parseOrNothing(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function encodingProblems(buffer: Buffer): Problem[] {
  const problem = (offset: number, message: string): Problem[] => [{ kind: 'encoding', pointer: '', offset, message }];
  if (buffer[0] === 0xef && buffer[1] === 0xbb && buffer[2] === 0xbf) {
    return problem(0, 'begins with a byte order mark, which RFC 8259 8.1 forbids');
  }
  if (isUtf8(buffer)) return [];
  const offset = firstInvalidUtf8(buffer);
  const byte = (buffer[offset] ?? 0).toString(16).padStart(2, '0');
  return problem(offset, `not UTF-8 (RFC 8259 8.1): byte 0x${byte} at offset ${offset}`);
}

const BLOCK = 4096;

/** Offset of the first byte sequence that is no UTF-8 (RFC 3629); the length when all is well. */
export function firstInvalidUtf8(buffer: Buffer): number {
  let at = 0;
  while (at + BLOCK < buffer.length) {
    const end = sequenceStart(buffer, at + BLOCK);
    if (!isUtf8(buffer.subarray(at, end))) break;
    at = end;
  }
  while (at < buffer.length) {
    const length = [1, 2, 3, 4].find((size) => isUtf8(buffer.subarray(at, at + size)));
    if (length === undefined) return at;
    at += length;
  }
  return at;
}

/** The start of the sequence that `at` stands in, at most three bytes back. */
function sequenceStart(buffer: Buffer, at: number): number {
  let start = at;
  while (at - start < 3 && ((buffer[start] ?? 0) & 0xc0) === 0x80) start -= 1;
  return start;
}
