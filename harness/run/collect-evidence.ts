import type { Evidence } from '../model/evidence.js';
import type { ReadSpill } from '../trace/body.js';
import type { TraceEvent } from '../trace/event.js';
import { checkEvent } from '../trace/record-check.js';
import { asEvidence } from './evidence.js';
import { linesOf } from './file-lines.js';

/** How many events of the same scenario are kept before and after each that is named. */
const BEFORE = 16;
const AFTER = 4;
/** Scenarios that run at once, and bytes that are kept of each while nobody has named an event of it. */
const MOST_SCENARIOS = 64;
const MOST_BYTES_WAITING = 2 * 1024 * 1024;

interface Waiting {
  readonly lines: Buffer[];
  bytes: number;
  /** How many more events are kept because of one that was named. */
  owed: number;
}

/**
 * Picks out of a trace of any size the events that a report names, and those of the same scenario around them. Lines that nobody asks for are not even parsed,
 * so 200 MB take about a second.
 * @throws ConformError TRACE_UNREADABLE when the file cannot be read.
 */
export function collectEvidence(
  path: string,
  named: ReadonlySet<number>,
  readSpill: ReadSpill,
): ReadonlyMap<number, Evidence> {
  const kept = new Map<number, Evidence>();
  const waiting = new Map<string, Waiting>();
  const keep = (bytes: Buffer): void => {
    const event = parsed(bytes);
    if (event !== undefined && typeof event !== 'string') kept.set(event.seq, asEvidence(event, readSpill));
  };
  for (const { bytes } of linesOf(path)) {
    const seq = seqOf(bytes);
    if (seq === undefined) continue;
    const own = ofScenario(waiting, scenarioOf(bytes));
    if (named.has(seq)) {
      for (const before of own.lines) keep(before);
      forget(own);
      keep(bytes);
      own.owed = AFTER;
    } else if (own.owed > 0) {
      own.owed -= 1;
      keep(bytes);
    } else remember(own, bytes);
  }
  return kept;
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

function parsed(bytes: Buffer): ReturnType<typeof checkEvent> | undefined {
  try {
    return checkEvent(JSON.parse(bytes.toString('utf8')));
  } catch {
    // The recording broke off within this line.
    return undefined;
  }
}

/** The number of an event line; it stands first. */
function seqOf(bytes: Buffer): number | undefined {
  const found = /^\s*\{\s*"seq"\s*:\s*(\d+)/.exec(bytes.toString('latin1', 0, 64))?.[1];
  return found === undefined ? undefined : Number(found);
}

const SCENARIO = Buffer.from('"scenario":"');
const QUOTE = '"'.charCodeAt(0);

/** Within a text of the event every quote is escaped, so the key cannot be mistaken. */
function scenarioOf(bytes: Buffer): string {
  const at = bytes.indexOf(SCENARIO);
  if (at < 0) return '';
  const start = at + SCENARIO.length;
  return bytes.toString('utf8', start, bytes.indexOf(QUOTE, start));
}

function ofScenario(all: Map<string, Waiting>, scenario: string): Waiting {
  const known = all.get(scenario);
  if (known !== undefined) return known;
  const fresh: Waiting = { lines: [], bytes: 0, owed: 0 };
  all.set(scenario, fresh);
  if (all.size > MOST_SCENARIOS) {
    const [oldest] = all.keys();
    if (oldest !== undefined) all.delete(oldest);
  }
  return fresh;
}

function remember(own: Waiting, bytes: Buffer): void {
  // The line lies in a piece of the file that would be held as a whole.
  own.lines.push(Buffer.from(bytes));
  own.bytes += bytes.length;
  while (own.lines.length > BEFORE || own.bytes > MOST_BYTES_WAITING)
    own.bytes -= own.lines.shift()?.length ?? own.bytes;
}

function forget(own: Waiting): void {
  own.lines.length = 0;
  own.bytes = 0;
}
