import type { Level, Role } from './verdict.js';

/** A row of the ledger (`fixtures/requirements/*.yaml`). Ids never change and are never reused. */
export interface Requirement {
  readonly id: string;
  readonly chapter: string;
  /** Whom it is judged on. */
  readonly on: Role;
  readonly level: Level;
  /** Source clauses, for example `CR 6.2-4` or `TS 7.4`. */
  readonly source: readonly string[];
  /** The rule in our own words. */
  readonly statement: string;
  /** The sentence that a scenario's Then step uses for it. */
  readonly shows?: string;
  /** Decisions of the ambiguity register that it rests on. */
  readonly decisions: readonly string[];
  /** True where HTTP traffic alone shows it, so that a HAR file suffices. */
  readonly har: boolean;
  /** Why the suite does not judge it (yet). */
  readonly notTested?: string;
  /**
   * The optional feature that it is about, judged only when declared or seen: a command, `notification:<option>`, `addressing:<kind>`, `security:<means>`, `cache`,
   * or `accessControl`.
   */
  readonly feature?: string;
  /** Rows that no behaviour can keep where it breaks this one, each with the reason; few rows have any. */
  readonly entails?: Readonly<Record<string, string>>;
}

export type DecisionBasis = 'CR/TS' | 'open' | 'ours';

/** An entry of the ambiguity register (`fixtures/requirements/decisions.yaml`). */
export interface Decision {
  readonly id: string;
  readonly question: string;
  readonly decision: string;
  /** `open`: a deviation is at most a warn. */
  readonly basis: DecisionBasis;
  /** What is precisely behind the basis, in words. */
  readonly because: string;
  /** Whether the implementer's statement may read it otherwise. */
  readonly changeable: boolean;
}

/** A sentence of a source in our own words, and what answers it. */
export interface Clause {
  /** `CR 6.2-4b`; a point and a number tell the sentences of one step apart. */
  readonly id: string;
  readonly says: string;
  readonly requirements: readonly string[];
  /** Decisions that settle what the source leaves open. */
  readonly decisions: readonly string[];
  /** Why no requirement judges it, or not all of it. */
  readonly reason?: string;
}

export interface Chapter {
  readonly id: string;
  readonly title: string;
  readonly source: string;
}

export interface Ledger {
  /** Version of the ledger, with a digest over its content. */
  readonly version: string;
  readonly digest: string;
  readonly chapters: readonly Chapter[];
  readonly requirements: readonly Requirement[];
  readonly decisions: readonly Decision[];
}
