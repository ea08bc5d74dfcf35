import {
  closeSync,
  copyFileSync,
  existsSync,
  openSync,
  readFileSync,
  realpathSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { dirname, join, relative, resolve } from 'node:path';
import { ConformError } from '../harness/model/errors.js';
import { makeFolder } from '../harness/recorder/make-folder.js';

export const RESULT_FILE = 'result.json';

/** What a file is to hold: at once, or piece by piece where it may be longer than a text can be. */
export type Content = string | Uint8Array | Generator<string>;

/** Writes a file below the folder. @param mode permissions of a file that is not there yet. @throws ConformError OUTPUT_UNWRITABLE */
export function writeOutput(folder: string, name: string, content: Content, mode?: number): string {
  return writing(join(folder, name), (path) => {
    if (typeof content === 'object' && 'next' in content) writePieces(path, content);
    else writeFileSync(path, content, mode === undefined ? {} : { mode });
  });
}

/** Copies a file below the folder, unless it lies there already. @throws ConformError OUTPUT_UNWRITABLE */
export function copyOutput(from: string, folder: string, name: string): string {
  return writing(join(folder, name), (path) => {
    if (!existsSync(path) || realpathSync(from) !== realpathSync(path)) copyFileSync(from, path);
  });
}

function writing(path: string, write: (path: string) => void): string {
  try {
    makeFolder(dirname(path));
    write(path);
  } catch (error) {
    if (error instanceof ConformError) throw error;
    throw new ConformError('OUTPUT_UNWRITABLE', 'cannot write', {
      subject: path,
      found: error instanceof Error ? error.message : String(error),
      remedy: 'choose another folder with --out',
      cause: error,
    });
  }
  return path;
}

/** Relative where that is shorter to read: below the working directory. */
export function shownPath(file: string): string {
  const path = relative(process.cwd(), file);
  return path === '' || path.startsWith('..') ? resolve(file) : path;
}

/** The file gets its name when it is whole: what lay there stays when a piece cannot be made. */
function writePieces(path: string, pieces: Iterable<string>): void {
  const part = `${path}.part`;
  const descriptor = openSync(part, 'w');
  try {
    for (const piece of pieces) writeFileSync(descriptor, piece);
    renameSync(part, path);
  } finally {
    closeSync(descriptor);
    rmSync(part, { force: true });
  }
}

/** A body beside the trace; undefined when it is not there. */
export function readSpill(folder: string, file: string): Uint8Array | undefined {
  try {
    return readFileSync(join(folder, file));
  } catch {
    return undefined;
  }
}
