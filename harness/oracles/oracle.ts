import type { Observed } from '../model/finding.js';
import type { Observation } from '../session/observation.js';
import type { TraceHeader } from '../trace/event.js';

/** One pass over a trace. Memory per session is constant; findings come out as soon as they are certain. */
export interface OracleFold {
  /** Takes the next observation and returns what it shows (often nothing). */
  on(observation: Observation): readonly Observed[];
}

/** A judge of a few requirements of one chapter: pure, trace in, findings out. */
export interface Oracle {
  /** Name of the oracle, unique: `ordering/in-order`. */
  readonly name: string;
  readonly requirements: readonly string[];
  create(header: TraceHeader): OracleFold;
}
