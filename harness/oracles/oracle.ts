import type { Observed } from '../model/finding.js';
import type { Role } from '../model/verdict.js';
import type { ActionBook } from '../session/book.js';
import type { Observation } from '../session/observation.js';
import type { BodyRecord, TraceHeader } from '../trace/event.js';

export interface OracleContext {
  readonly header: TraceHeader;
  /** What the harness did up to the observation that is being judged. */
  readonly book: ActionBook;
  /** Text of a recorded message body. */
  readonly text: (body: BodyRecord) => string;
}

/** One pass over a trace: takes the next observation and returns what it shows (often nothing). Memory per session is constant. */
export type OracleFold = (observation: Observation) => readonly Observed[];

/** A judge of a few requirements of one chapter: pure, trace in, findings out. */
export interface Oracle {
  /** Unique, for example `ordering/in-order`. */
  readonly name: string;
  /** The role it judges. */
  readonly on: Role;
  readonly requirements: readonly string[];
  /** The kinds of observation that it looks at; it is shown no others. */
  readonly sees: readonly Observation['kind'][];
  create(context: OracleContext): OracleFold;
}

/** Observations of these kinds. */
export type Seen<K extends Observation['kind']> = Extract<Observation, { readonly kind: K }>;

interface Definition<K extends Observation['kind']> extends Omit<Oracle, 'sees' | 'create'> {
  readonly sees: readonly K[];
  create(context: OracleContext): (seen: Seen<K>) => readonly Observed[];
}

/** An oracle whose fold takes the kinds of observation that it names, and no others: the Judge shows it none. */
export function oracle<const K extends Observation['kind']>(definition: Definition<K>): Oracle {
  return definition as unknown as Oracle;
}

export const NOTHING: readonly Observed[] = [];
