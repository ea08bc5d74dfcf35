import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { ConformError } from '../harness/model/errors.js';
import type { Result } from '../harness/model/result.js';
import { evidenceOf } from '../harness/run/evidence.js';
import type { ReadSpill } from '../harness/trace/body.js';
import type { TraceEvent } from '../harness/trace/event.js';
import { importHar } from '../harness/trace/har.js';
import { parseTrace } from '../harness/trace/ndjson.js';
import { evidenceNeeded } from '../reports/html-evidence.js';
import { renderHtml } from '../reports/html.js';
import { renderJunit } from '../reports/junit.js';
import { readUserFile } from './paths.js';

export const RESULT_FILE = 'result.json';

/** Views that `report` and `run` can write. */
export const FORMATS = ['html', 'junit'] as const;
export type Format = (typeof FORMATS)[number];

const FILE_OF: Readonly<Record<Format, string>> = { html: 'report.html', junit: 'junit.xml' };

/** Writes a file below the folder. @throws ConformError OUTPUT_UNWRITABLE */
export function writeOutput(folder: string, name: string, content: string): string {
  const path = join(folder, name);
  try {
    mkdirSync(folder, { recursive: true });
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

/** The recorded events behind a result, and the bodies beside them. */
export interface Recording {
  readonly events: readonly TraceEvent[];
  readonly readSpill: ReadSpill;
}

/** Writes the result record and its views; returns the files as the user should see them. */
export function writeViews(result: Result, out: string, formats: readonly Format[], recording: () => Recording | undefined): readonly string[] {
  const files = [writeOutput(out, RESULT_FILE, `${JSON.stringify(result, null, 2)}\n`)];
  for (const format of formats) {
    const content = format === 'junit' ? renderJunit(result) : renderHtml(result, evidence(result, recording()));
    files.push(writeOutput(out, FILE_OF[format], content));
  }
  return files.map((file) => relative(process.cwd(), file) || file);
}

function evidence(result: Result, recording: Recording | undefined): ReturnType<typeof evidenceOf> {
  return recording === undefined ? new Map() : evidenceOf(recording.events, evidenceNeeded(result), recording.readSpill);
}

/** The recording of a finished run; undefined when its trace is not there any more. */
export function recordingOf(folder: string, trace: string): Recording | undefined {
  const file = join(folder, trace);
  if (!existsSync(file)) return undefined;
  const text = readUserFile(file, 'TRACE_UNREADABLE');
  const { events } = isHar(text) ? importHar(text, { file, role: 'client' }) : parseTrace(text, file);
  return { events, readSpill: (name) => readSpill(folder, name) };
}

/** A HAR is one JSON object with a member `log`; a trace begins with its header line. */
export function isHar(text: string): boolean {
  return /^\uFEFF?\s*\{\s*"log"\s*:/.test(text);
}

/** A body beside the trace; undefined when it is not there. */
export function readSpill(folder: string, file: string): Uint8Array | undefined {
  try {
    return readFileSync(join(folder, file));
  } catch {
    return undefined;
  }
}
