import { closeSync, openSync, readFileSync, writeFileSync, writeSync } from 'node:fs';
import { dirname, join } from 'node:path';
import type { Result } from '../model/result.js';
import { makeFolder } from '../recorder/make-folder.js';
import { openTrace } from '../run/trace-file.js';
import { recordBody } from '../trace/body.js';
import type { BodyRecord, TraceEvent } from '../trace/event.js';
import { eventLine, footerLine, headerLine } from '../trace/ndjson.js';
import { Pseudonyms } from './pseudonyms.js';

export interface Pseudonymised {
  readonly result: Result;
  /** How many identities were replaced. */
  readonly identities: number;
}

/**
 * Copies the record of a run with every device identity replaced, in result, trace and bodies. Sizes stay as they were on the wire, as they do when secrets are taken out.
 * @throws ConformError TRACE_UNREADABLE
 */
export function pseudonymiseRun(input: {
  readonly folder: string;
  readonly result: Result;
  readonly out: string;
  readonly key: Uint8Array;
}): Pseudonymised {
  const { folder, result, out, key } = input;
  const file = join(folder, result.trace);
  const names = new Pseudonyms(key);
  // Twice through the trace: an identity may stand in a body before any header names it.
  const first = openTrace(file);
  names.seeHeader(first.header);
  for (const event of first.events) names.seeEvent(event);
  const second = openTrace(file);
  makeFolder(out);
  const descriptor = openSync(join(out, result.trace), 'w');
  let count = 0;
  try {
    writeSync(descriptor, headerLine(names.value(second.header)));
    for (const event of second.events) {
      writeSync(descriptor, eventLine(replaced(event, names, folder, out)));
      count += 1;
    }
    const partial = second.partial();
    writeSync(
      descriptor,
      footerLine({ record: 'dmconform-trace-end', events: count, ...(partial === undefined ? {} : { partial }) }),
    );
  } finally {
    closeSync(descriptor);
  }
  return { result: names.value(result), identities: names.size };
}

function replaced(event: TraceEvent, names: Pseudonyms, folder: string, out: string): TraceEvent {
  if (!('body' in event)) return names.value(event);
  const { body, ...rest } = event;
  return { ...names.value(rest), body: bodyOf(body, names, folder, out) } as TraceEvent;
}

/** A body is text, or bytes in which the identity stands as text; its size stays what it was. */
function bodyOf(body: BodyRecord, names: Pseudonyms, folder: string, out: string): BodyRecord {
  if ('text' in body) return { ...body, text: names.text(body.text) };
  if (!('base64' in body) && !('file' in body)) return body;
  const bytes = 'base64' in body ? Buffer.from(body.base64, 'base64') : readFileSync(join(folder, body.file));
  const cleaned = Buffer.from(names.text(bytes.toString('latin1')), 'latin1');
  const spill = (file: string, content: Buffer): void => {
    makeFolder(dirname(join(out, file)));
    writeFileSync(join(out, file), content);
  };
  return { ...recordBody(cleaned, spill), size: body.size } as BodyRecord;
}
