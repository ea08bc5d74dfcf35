import type { Evidence } from '../model/evidence.js';
import type { ReadSpill } from '../trace/body.js';
import type { TraceEvent } from '../trace/event.js';
import { checkEvent } from '../trace/record-check.js';
import { asEvidence } from './evidence.js';
import { bytesAt, linesOf } from './file-lines.js';

/** How many events of the same scenario are kept before and after each that is named. */
const BEFORE = 16;
const AFTER = 4;
/** Scenarios that run at once. */
const MOST_SCENARIOS = 64;

/** Where a line stands in the file. */
interface Place {
  readonly offset: number;
  readonly length: number;
}

interface Waiting {
  /** The latest lines of the scenario that nobody has named yet. */
  places: Place[];
  /** How many more events are kept because of one that was named. */
  owed: number;
}

/**
 * Picks out of a trace of any size the events that a report names, and those of the same scenario around them. Lines that nobody asks for are neither parsed
 * nor kept, so 200 MB take a second or two and little memory.
 * @throws ConformError TRACE_UNREADABLE when the file cannot be read.
 */
export function collectEvidence(
  path: string,
  named: ReadonlySet<number>,
  readSpill: ReadSpill,
): ReadonlyMap<number, Evidence> {
  const waiting = new Map<string, Waiting>();
  const kept: Place[] = [];
  for (const { bytes, offset } of linesOf(path)) {
    const seq = seqOf(bytes);
    if (seq === undefined) continue;
    const own = ofScenario(waiting, scenarioOf(bytes));
    const place = { offset, length: bytes.length };
    if (named.has(seq)) {
      kept.push(...own.places, place);
      own.places = [];
      own.owed = AFTER;
    } else if (own.owed > 0) {
      own.owed -= 1;
      kept.push(place);
    } else if (own.places.push(place) > BEFORE) own.places.shift();
  }
  const events = bytesAt(path, kept).flatMap((bytes) => parsed(bytes) ?? []);
  return new Map(events.map((event) => [event.seq, asEvidence(event, readSpill)]));
}

/** The same of events that are in memory (of a HAR). */
export function evidenceOf(
  events: readonly TraceEvent[],
  named: ReadonlySet<number>,
  readSpill: ReadSpill,
): ReadonlyMap<number, Evidence> {
  const wanted = new Set<number>();
  events.forEach(({ seq }, index) => {
    if (named.has(seq))
      for (const near of events.slice(Math.max(0, index - BEFORE), index + AFTER + 1)) wanted.add(near.seq);
  });
  return new Map(events.filter(({ seq }) => wanted.has(seq)).map((event) => [event.seq, asEvidence(event, readSpill)]));
}

/** The event of a line; undefined for one within which the recording broke off. */
function parsed(bytes: Buffer): TraceEvent | undefined {
  try {
    const event = checkEvent(JSON.parse(bytes.toString('utf8')));
    return typeof event === 'string' ? undefined : event;
  } catch {
    return undefined;
  }
}

const HEAD = Buffer.from('{"seq":');
const ZERO = '0'.charCodeAt(0);

/** The number of an event line; it stands first. */
function seqOf(bytes: Buffer): number | undefined {
  if (bytes.length < HEAD.length || bytes.compare(HEAD, 0, HEAD.length, 0, HEAD.length) !== 0) return undefined;
  let seq = 0;
  for (let at = HEAD.length; at < bytes.length; at += 1) {
    const digit = (bytes[at] ?? 0) - ZERO;
    if (digit < 0 || digit > 9) break;
    seq = 10 * seq + digit;
  }
  return seq;
}

const SCENARIO = Buffer.from('"scenario":"');
const QUOTE = '"'.charCodeAt(0);

/** Within a text of the event every quote is escaped, so the key cannot be mistaken. */
function scenarioOf(bytes: Buffer): string {
  const at = bytes.indexOf(SCENARIO);
  if (at < 0) return '';
  const start = at + SCENARIO.length;
  return bytes.toString('latin1', start, bytes.indexOf(QUOTE, start));
}

function ofScenario(all: Map<string, Waiting>, scenario: string): Waiting {
  const known = all.get(scenario);
  if (known !== undefined) return known;
  const fresh: Waiting = { places: [], owed: 0 };
  all.set(scenario, fresh);
  if (all.size > MOST_SCENARIOS) {
    const [oldest] = all.keys();
    if (oldest !== undefined) all.delete(oldest);
  }
  return fresh;
}
