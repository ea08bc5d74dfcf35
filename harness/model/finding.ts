import type { Verdict } from './verdict.js';

/**
 * What an oracle says about a requirement, before level and decisions are applied:
 * - `held`: the stimulus was recorded and the discriminating observation shows the rule kept;
 * - `violated`: the record shows the rule broken;
 * - `unclear`: the scenario could not show either; the message says why (never overrides held or violated of the same scenario);
 * - `absent`: an optional feature that the target says it does not have (501): leads to not-applicable.
 */
export type Outcome = 'held' | 'violated' | 'unclear' | 'absent';

/** One statement of one oracle. Events are the `seq` numbers of the trace events that show it, the offending one first. */
export interface Observed {
  readonly requirement: string;
  readonly outcome: Outcome;
  readonly message: string;
  readonly events: readonly number[];
  readonly scenario?: string;
  readonly session?: string;
  /** The decision this rests on: when its basis is open, a violation is a warn (never a fail). */
  readonly decision?: string;
  /** Forces a violation down to warn with no decision behind it (for example END-02, or codes DM does not name). */
  readonly atMost?: 'warn';
  readonly expected?: string;
  readonly actual?: string;
  /** How many equal observations this one stands for (1 when left out). */
  readonly count?: number;
}

/** A finding of the result record: an observation after level and decisions were applied. */
export interface Finding {
  readonly requirement: string;
  readonly verdict: Verdict;
  readonly message: string;
  readonly events: readonly number[];
  readonly scenario?: string;
  readonly session?: string;
  readonly decision?: string;
  readonly expected?: string;
  readonly actual?: string;
  /** How many equal findings this one stands for (1 when left out). */
  readonly count?: number;
  /** Why this failure was waived, by whom, and to which day; it counts as a known issue until then. */
  readonly waiver?: Waiver;
}

/** An exception that somebody other than the vendor granted. */
export interface Waiver {
  readonly reason: string;
  readonly by: string;
  /** The last day on which it holds, `2027-01-31`, in UTC. */
  readonly until: string;
}
