import { isUtf8 } from 'node:buffer';
import { createHash } from 'node:crypto';
import { ConformError } from '../model/errors.js';
import type { BodyRecord } from './event.js';

/** Bodies above this many bytes do not stand in the event line but in a file of their own. */
export const SPILL_ABOVE = 64 * 1024;

/** Takes the bytes of a body that is too large for its event; `file` is relative to the trace's folder. */
export type SpillBody = (file: string, bytes: Buffer) => void;

/** Gives a spilled body back, or undefined when there is no such file. */
export type ReadSpill = (file: string) => Uint8Array | undefined;

export function sha256Of(bytes: Uint8Array): string {
  return createHash('sha256').update(bytes).digest('hex');
}

/**
 * Records the bytes of a body: readable text where they are valid UTF-8, else base64; above {@link SPILL_ABOVE} bytes a reference, the bytes going to `spill`.
 */
export function recordBody(bytes: Buffer, spill: SpillBody): BodyRecord {
  const size = bytes.length;
  if (size === 0) return { size: 0 };
  if (size > SPILL_ABOVE) {
    const sha256 = sha256Of(bytes);
    const file = `bodies/${sha256}`;
    spill(file, bytes);
    return { size, sha256, file };
  }
  return isUtf8(bytes) ? { size, text: bytes.toString('utf8') } : { size, base64: bytes.toString('base64') };
}

/**
 * The bytes of a recorded body.
 * @throws ConformError TRACE_UNREADABLE when its spill file is missing or holds something else.
 */
export function bodyBytes(record: BodyRecord, readSpill: ReadSpill = () => undefined): Buffer {
  if ('text' in record) return Buffer.from(record.text, 'utf8');
  if ('base64' in record) return Buffer.from(record.base64, 'base64');
  if (!('file' in record)) return Buffer.alloc(0);
  const bytes = readSpill(record.file);
  if (bytes === undefined) {
    throw new ConformError('TRACE_UNREADABLE', 'a body that the trace refers to is not there', {
      subject: record.file,
      expected: `${record.size} bytes`,
      remedy: 'keep the folder "bodies" beside the trace',
    });
  }
  const found = sha256Of(bytes);
  if (found !== record.sha256) {
    throw new ConformError('TRACE_UNREADABLE', 'a body that the trace refers to was changed', {
      subject: record.file,
      found: `SHA-256 ${found}`,
      expected: `SHA-256 ${record.sha256}`,
    });
  }
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}

/**
 * The recorded body as text; bytes that are no UTF-8 come out as U+FFFD.
 * @throws ConformError TRACE_UNREADABLE as {@link bodyBytes}.
 */
export function bodyText(record: BodyRecord, readSpill?: ReadSpill): string {
  return 'text' in record ? record.text : bodyBytes(record, readSpill).toString('utf8');
}

/** Whether two records hold the same bytes; a record of bytes always takes the same form. */
export function sameBody(left: BodyRecord, right: BodyRecord): boolean {
  if (left.size !== right.size) return false;
  if ('text' in left) return 'text' in right && left.text === right.text;
  if ('base64' in left) return 'base64' in right && left.base64 === right.base64;
  if ('file' in left) return 'file' in right && left.sha256 === right.sha256;
  return !('text' in right || 'base64' in right || 'file' in right);
}
