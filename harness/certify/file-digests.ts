import { createHash } from 'node:crypto';
import { closeSync, existsSync, openSync, readdirSync, readSync } from 'node:fs';
import { join } from 'node:path';
import { ConformError } from '../model/errors.js';

const PIECE = 1024 * 1024;

export interface FileDigest {
  /** Relative to the folder, with forward slashes. */
  readonly name: string;
  readonly sha256: string;
}

/** SHA-256 of a file of any size, in hexadecimal; undefined when it is not there. @throws ConformError TRACE_UNREADABLE when it cannot be read. */
export function digestOfFile(path: string): string | undefined {
  if (!existsSync(path)) return undefined;
  const hash = createHash('sha256');
  const piece = Buffer.allocUnsafe(PIECE);
  try {
    const descriptor = openSync(path, 'r');
    try {
      for (let size = readSync(descriptor, piece); size > 0; size = readSync(descriptor, piece))
        hash.update(piece.subarray(0, size));
    } finally {
      closeSync(descriptor);
    }
  } catch (error) {
    const found = error instanceof Error ? error.message : String(error);
    throw new ConformError('TRACE_UNREADABLE', 'cannot read the file', { subject: path, found, cause: error });
  }
  return hash.digest('hex');
}

/** Digests of the record of a run: result, trace, and the bodies beside it. @throws ConformError TRACE_UNREADABLE when one is missing. */
export function digestsOfRun(folder: string, files: readonly string[]): readonly FileDigest[] {
  const bodies = join(folder, 'bodies');
  const names = existsSync(bodies) ? readdirSync(bodies).sort() : [];
  return [...files, ...names.map((name) => `bodies/${name}`)].map((name) => {
    const sha256 = digestOfFile(join(folder, name));
    if (sha256 !== undefined) return { name, sha256 };
    throw new ConformError('TRACE_UNREADABLE', 'a file of the run is missing', {
      subject: join(folder, name),
      found: 'no such file',
    });
  });
}
