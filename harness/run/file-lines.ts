import { closeSync, openSync, readSync } from 'node:fs';
import { ConformError } from '../model/errors.js';

const PIECE = 4 * 1024 * 1024;
const LINE_FEED = 10;

/** A line of a file, without its line feed. */
export interface FileLine {
  /** Valid until the next line is taken. */
  readonly bytes: Buffer;
  /** Where it begins in the file. */
  readonly offset: number;
  /** There is no line feed after it: the file ends here. */
  readonly last: boolean;
}

/** The lines of a file of any size, read piece by piece. @throws ConformError TRACE_UNREADABLE */
export function* linesOf(path: string): Generator<FileLine> {
  const descriptor = attempt(path, () => openSync(path, 'r'));
  try {
    let rest: Buffer<ArrayBufferLike> = Buffer.alloc(0);
    let start = 0;
    for (;;) {
      const piece = Buffer.allocUnsafe(PIECE);
      const size = attempt(path, () => readSync(descriptor, piece));
      if (size === 0) break;
      const bytes = rest.length === 0 ? piece.subarray(0, size) : Buffer.concat([rest, piece.subarray(0, size)]);
      let at = 0;
      for (let feed = bytes.indexOf(LINE_FEED, rest.length); feed >= 0; feed = bytes.indexOf(LINE_FEED, at)) {
        yield { bytes: bytes.subarray(at, feed), offset: start + at, last: false };
        at = feed + 1;
      }
      rest = bytes.subarray(at);
      start += at;
    }
    if (rest.length > 0) yield { bytes: rest, offset: start, last: true };
  } finally {
    closeSync(descriptor);
  }
}

/** The bytes of a file from there on. @throws ConformError TRACE_UNREADABLE */
export function bytesAt(
  path: string,
  places: readonly { readonly offset: number; readonly length: number }[],
): readonly Buffer[] {
  const descriptor = attempt(path, () => openSync(path, 'r'));
  try {
    return places.map(({ offset, length }) => {
      const bytes = Buffer.allocUnsafe(length);
      return bytes.subarray(
        0,
        attempt(path, () => readSync(descriptor, bytes, 0, length, offset)),
      );
    });
  } finally {
    closeSync(descriptor);
  }
}

function attempt<T>(path: string, work: () => T): T {
  try {
    return work();
  } catch (error) {
    const found = error instanceof Error ? error.message : String(error);
    throw new ConformError('TRACE_UNREADABLE', 'cannot read the file', { subject: path, found, cause: error });
  }
}
