import type { Counts } from './result.js';
import type { Level, Role } from './verdict.js';

/**
 * What a session of the catalogue came to between two foreign implementations; what stands first outranks what follows.
 * `failed`: the record shows that a side broke a requirement; `inconclusive`: it does not show that the session worked, and blames nobody;
 * `unsupported`: a side has not what the session needs, which was made sure of; `worked`: the record shows that it did.
 */
export const OUTCOMES = ['failed', 'inconclusive', 'unsupported', 'worked'] as const;
export type Outcome = (typeof OUTCOMES)[number];

/** A requirement that a side broke. Events are numbers in the trace of the cell. */
export interface Violation {
  readonly side: Role;
  readonly requirement: string;
  readonly level: Level;
  readonly source: readonly string[];
  readonly message: string;
  readonly events: readonly number[];
}

/** What a side has not. */
export interface Missing {
  readonly side: Role;
  /** Key of its statement that would offer it. */
  readonly key: string;
  /** How it was made sure of. */
  readonly probe: string;
}

/** Something that the record must show of a session that worked. */
export interface Shown {
  readonly claim: string;
  readonly met: boolean;
  /** What is there in its place. */
  readonly instead?: string;
  readonly events: readonly number[];
}

export interface SessionOutcome {
  /** Its token in the trace. */
  readonly token: string;
  /** Name in the catalogue. */
  readonly session: string;
  readonly title: string;
  readonly outcome: Outcome;
  /** Why it did not work; undefined where it did. */
  readonly reason?: string;
  readonly violations: readonly Violation[];
  readonly missing?: Missing;
  readonly shown: readonly Shown[];
  readonly durationMs: number;
}

/**
 * What a fault on the way came to. `recovered`: the next sessions worked as ever; `not-recovered`: they did not; `violated`: a side broke a requirement over
 * it. None of this is part of the conformance of either side.
 */
export const RESILIENCES = ['violated', 'not-recovered', 'inconclusive', 'recovered'] as const;
export type Resilience = (typeof RESILIENCES)[number];

export interface FaultOutcome {
  readonly token: string;
  readonly fault: string;
  /** What was done to which exchange. */
  readonly detail: string;
  readonly outcome: Resilience;
  /** What became of the disturbed session, and of those after it. */
  readonly reason: string;
  readonly violations: readonly Violation[];
  readonly durationMs: number;
}

export interface InteropPeer {
  /** Unique among those of its role. */
  readonly label: string;
  readonly vendor?: string;
  readonly version?: string;
  /** How it was started. */
  readonly start: string;
}

export interface InteropCell {
  readonly client: string;
  readonly server: string;
  /** Where its files lie, below the folder of the run. */
  readonly folder: string;
  readonly outcome: Outcome;
  readonly sessions: readonly SessionOutcome[];
  /** Violations in traffic that belongs to no session of the catalogue. */
  readonly elsewhere: readonly Violation[];
  /** Verdicts on the whole record, by side. */
  readonly rows: { readonly client: Counts; readonly server: Counts };
  /** How the two came to hold the same account. */
  readonly account: string;
  /** Faults of the suite or its surroundings, or a side that did not come up. */
  readonly errors: readonly string[];
  readonly faults?: readonly FaultOutcome[];
  readonly durationMs: number;
}

/** The matrix, `interop.json`: clients by servers. */
export interface Interop {
  readonly schemaVersion: 1;
  readonly suite: { readonly name: 'dmconform'; readonly version: string };
  readonly ledger: { readonly version: string; readonly digest: string };
  readonly startedAt: string;
  readonly durationMs: number;
  readonly seed: string;
  readonly clients: readonly InteropPeer[];
  readonly servers: readonly InteropPeer[];
  readonly catalogue: readonly { readonly name: string; readonly title: string }[];
  readonly cells: readonly InteropCell[];
  /** Why the run did not reach its end. */
  readonly partial?: string;
  readonly exitCode: number;
}

/** What a cell comes to: the worst of its sessions, where one that is unsupported does not make less of those that worked. */
export function cellOutcome(sessions: readonly Pick<SessionOutcome, 'outcome'>[], elsewhere: number): Outcome {
  const has = (outcome: Outcome): boolean => sessions.some((session) => session.outcome === outcome);
  if (elsewhere > 0 || has('failed')) return 'failed';
  if (has('inconclusive') || sessions.length === 0) return 'inconclusive';
  return has('worked') ? 'worked' : 'unsupported';
}

/** How many sessions there are of each outcome. */
export function countOutcomes(sessions: readonly Pick<SessionOutcome, 'outcome'>[]): Readonly<Record<Outcome, number>> {
  const counts = { failed: 0, inconclusive: 0, unsupported: 0, worked: 0 };
  for (const { outcome } of sessions) counts[outcome] += 1;
  return counts;
}

/** 3 when the suite broke or a side did not come up, then 4 or 130 when the run was cut, then 1 when a cell failed. Resilience has no part in it. */
export function interopExitCode(cells: readonly InteropCell[], partial: string | undefined): number {
  if (partial === 'interrupted') return 130;
  if (cells.some(({ errors }) => errors.length > 0)) return 3;
  if (partial !== undefined) return 4;
  return cells.some(({ outcome }) => outcome === 'failed') ? 1 : 0;
}
