import {
  closeSync,
  createReadStream,
  createWriteStream,
  existsSync,
  mkdtempSync,
  openSync,
  readSync,
  rmSync,
  statSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { ConformError } from '../harness/model/errors.js';
import type { Role } from '../harness/model/verdict.js';
import { openTrace, type TraceFile } from '../harness/run/trace-file.js';
import { importHar } from '../harness/trace/har.js';
import { reading, readUserFile } from './paths.js';

/**
 * A trace, of any length, or a HAR: a HAR is one JSON object with a member `log`, a trace begins with its header line.
 * @param role who is judged, for a HAR that does not say so.
 * @param shown how errors name the file.
 * @throws ConformError TRACE_UNREADABLE, here or while the events are taken.
 */
export function openRecording(file: string, role: Role, shown = file): TraceFile {
  const head = headOf(file);
  if (/^\uFEFF?\s*\{\s*"log"\s*:/.test(head)) {
    const { header, events } = importHar(readUserFile(file, 'TRACE_UNREADABLE'), { file: shown, role });
    return { header, events, partial: () => undefined };
  }
  if (/^\uFEFF?\s*\{\s*"record"\s*:/.test(head)) return openTrace(file, shown);
  throw new ConformError('TRACE_UNREADABLE', 'the file is neither a trace nor a HAR', {
    subject: shown,
    found:
      head.trim() === '' ? 'an empty file' : `text that begins with ${JSON.stringify(head.trimStart().slice(0, 24))}`,
    expected: 'the trace.ndjson of a run, or an HTTP Archive {"log": …}',
  });
}

const HEAD_BYTES = 4096;

/** How the file begins. */
function headOf(file: string): string {
  return reading(file, 'TRACE_UNREADABLE', () => {
    const bytes = Buffer.alloc(HEAD_BYTES);
    const descriptor = openSync(file, 'r');
    try {
      return bytes.toString('utf8', 0, readSync(descriptor, bytes));
    } finally {
      closeSync(descriptor);
    }
  });
}

/** A recording that can be read more than once. */
export interface RecordingFile {
  readonly path: string;
  /** As the user named it. */
  readonly shown: string;
  /** Where its bodies lie, if anywhere. */
  readonly folder: string;
}

/** Does something with a recording; what comes out of a pipe is kept in a file meanwhile, and its bodies are looked for in the working directory. */
export async function withFile<T>(file: string, work: (recording: RecordingFile) => Promise<T>): Promise<T> {
  const found = existsSync(file) ? statSync(file) : undefined;
  if (found === undefined || found.isFile() || found.isDirectory())
    return work({ path: file, shown: file, folder: dirname(file) });
  const folder = mkdtempSync(join(tmpdir(), 'dmconform-'));
  try {
    const path = join(folder, 'recording');
    await pipeline(createReadStream(file), createWriteStream(path)).catch((error: Error) => {
      throw new ConformError('TRACE_UNREADABLE', 'cannot read the file', {
        subject: file,
        found: error.message,
        cause: error,
      });
    });
    return await work({ path, shown: file, folder: process.cwd() });
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
