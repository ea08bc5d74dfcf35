import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join, relative, resolve } from 'node:path';
import { ConformError } from '../harness/model/errors.js';
import type { Result } from '../harness/model/result.js';
import type { Role } from '../harness/model/verdict.js';
import { makeFolder } from '../harness/recorder/make-folder.js';
import { evidenceOf } from '../harness/run/evidence.js';
import type { ReadSpill } from '../harness/trace/body.js';
import { exportHar, importHar } from '../harness/trace/har.js';
import { parseTrace, type Trace } from '../harness/trace/ndjson.js';
import { renderHtml } from '../reports/html.js';
import { evidenceNeeded } from '../reports/html-evidence.js';
import { renderJunit } from '../reports/junit.js';
import { readUserFile } from './paths.js';

export const RESULT_FILE = 'result.json';

/** Views that `report` and `run` can write. */
export const FORMATS = ['html', 'junit', 'har'] as const;
export type Format = (typeof FORMATS)[number];

/** What a run writes by itself. */
export const USUAL_FORMATS: readonly Format[] = ['html', 'junit'];

const FILE_OF: Readonly<Record<Format, string>> = { html: 'report.html', junit: 'junit.xml', har: 'session.har' };

/** Writes a file below the folder. @throws ConformError OUTPUT_UNWRITABLE */
export function writeOutput(folder: string, name: string, content: string): string {
  const path = join(folder, name);
  try {
    makeFolder(folder);
    writeFileSync(path, content);
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

/** The recorded events behind a result, and the bodies beside them. */
export interface Recording {
  readonly trace: Trace;
  readonly readSpill: ReadSpill;
}

/** Writes the result record and its views; returns the files as the user should see them. */
export function writeViews(
  result: Result,
  out: string,
  formats: readonly Format[],
  recording: Recording | undefined,
): readonly string[] {
  const files = [writeOutput(out, RESULT_FILE, `${JSON.stringify(result, null, 2)}\n`)];
  for (const format of formats) files.push(writeOutput(out, FILE_OF[format], render(format, result, recording)));
  return files.map(shownPath);
}

function render(format: Format, result: Result, recording: Recording | undefined): string {
  if (format === 'junit') return renderJunit(result);
  if (format === 'html') {
    const shown =
      recording === undefined
        ? new Map()
        : evidenceOf(recording.trace.events, evidenceNeeded(result), recording.readSpill);
    return renderHtml(result, shown);
  }
  if (recording !== undefined) return exportHar(recording.trace, recording.readSpill);
  throw new ConformError('TRACE_UNREADABLE', 'a HAR cannot be written without the trace', {
    subject: result.trace,
    found: 'no such file',
  });
}

/** The recording of a finished run; undefined when its trace is not there any more. */
export function recordingOf(folder: string, file: string): Recording | undefined {
  const path = join(folder, file);
  if (!existsSync(path)) return undefined;
  const text = readUserFile(path, 'TRACE_UNREADABLE');
  return { trace: parseRecording(text, path, 'client'), readSpill: (name) => readSpill(folder, name) };
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
