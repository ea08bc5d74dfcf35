import { bodyBytes, type ReadSpill } from '../trace/body.js';
import type { BodyRecord } from '../trace/event.js';

/** Form of the unique values that the harness plants, so that data is recognised whatever representation carries it (D-08, D-22). */
const MARK = /dmc[0-9a-f]{12}/g;

const BEGINS = 'dmc';
const NO_MARKS: ReadonlySet<string> = new Set();

/** All planted values in a text. */
export function marksIn(text: string): ReadonlySet<string> {
  // Most texts hold none, which a plain search tells sooner.
  return text.includes(BEGINS) ? new Set(text.match(MARK) ?? []) : NO_MARKS;
}

/** A recorded body as text; bytes that are no UTF-8 become replacement characters, which no mark contains. */
export function bodyText(body: BodyRecord, readSpill: ReadSpill): string {
  return 'text' in body ? body.text : bodyBytes(body, readSpill).toString('utf8');
}
