import { readFileSync, writeFileSync } from 'node:fs';
import { dirname, join, relative, resolve } from 'node:path';
import { ConformError } from '../harness/model/errors.js';
import type { Role } from '../harness/model/verdict.js';
import { makeFolder } from '../harness/recorder/make-folder.js';
import { importHar } from '../harness/trace/har.js';
import { parseTrace, type Trace } from '../harness/trace/ndjson.js';

export const RESULT_FILE = 'result.json';

/** Writes a file below the folder. @param mode permissions of a file that is not there yet. @throws ConformError OUTPUT_UNWRITABLE */
export function writeOutput(folder: string, name: string, content: string | Uint8Array, mode?: number): string {
  const path = join(folder, name);
  try {
    makeFolder(dirname(path));
    writeFileSync(path, content, mode === undefined ? {} : { mode });
  } catch (error) {
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

/**
 * A trace or a HAR: a HAR is one JSON object with a member `log`, a trace begins with its header line.
 * @param role who is judged, for a HAR that does not say so.
 * @throws ConformError TRACE_UNREADABLE
 */
export function parseRecording(text: string, file: string, role: Role): Trace {
  if (/^\uFEFF?\s*\{\s*"log"\s*:/.test(text)) return importHar(text, { file, role });
  if (/^\uFEFF?\s*\{\s*"record"\s*:/.test(text)) return parseTrace(text, file);
  throw new ConformError('TRACE_UNREADABLE', 'the file is neither a trace nor a HAR', {
    subject: file,
    found:
      text.trim() === '' ? 'an empty file' : `text that begins with ${JSON.stringify(text.trimStart().slice(0, 24))}`,
    expected: 'the trace.ndjson of a run, or an HTTP Archive {"log": …}',
  });
}

/** A body beside the trace; undefined when it is not there. */
export function readSpill(folder: string, file: string): Uint8Array | undefined {
  try {
    return readFileSync(join(folder, file));
  } catch {
    return undefined;
  }
}
