import type { DecisionBasis } from './requirement.js';
import type { Level, Role } from './verdict.js';

/** How the suite covers its sources: from each clause to what judges it, and to what proves that it is judged. */
export interface Coverage {
  readonly ledger: { readonly version: string; readonly digest: string };
  /** Sentences of the change request, then the clauses of the specification that requirements name. */
  readonly clauses: readonly CoveredClause[];
  readonly requirements: readonly CoveredRequirement[];
  readonly decisions: readonly CoveredDecision[];
}

export interface CoveredClause {
  readonly id: string;
  /** In our own words; of clauses of the specification the requirements say it. */
  readonly says?: string;
  readonly requirements: readonly string[];
  readonly decisions: readonly string[];
  /** Why nothing judges it, or not all of it. */
  readonly reason?: string;
}

export interface CoveredRequirement {
  readonly id: string;
  readonly on: Role;
  readonly level: Level;
  readonly statement: string;
  readonly source: readonly string[];
  readonly scenarios: readonly string[];
  /** Reference peers that break it on purpose. */
  readonly deviants: readonly string[];
  readonly notTested?: string;
}

export interface CoveredDecision {
  readonly id: string;
  readonly question: string;
  readonly decision: string;
  readonly basis: DecisionBasis;
  readonly requirements: readonly string[];
}

/** What is not covered, a sentence each. */
export function gapsOf({ clauses, requirements }: Coverage): readonly string[] {
  const uncovered = clauses.filter(
    (clause) => clause.requirements.length + clause.decisions.length === 0 && clause.reason === undefined,
  );
  const tested = requirements.filter(({ notTested }) => notTested === undefined);
  const unplayed = tested.filter(({ scenarios }) => scenarios.length === 0);
  const unproved = tested.filter(({ deviants }) => deviants.length === 0);
  const sentence = (what: string, ids: readonly string[]): readonly string[] =>
    ids.length === 0 ? [] : [`${what}: ${ids.join(' ')}`];
  return [
    ...sentence(
      'clauses that nothing answers',
      uncovered.map(({ id }) => id),
    ),
    ...sentence(
      'requirements without a scenario',
      unplayed.map(({ id }) => id),
    ),
    ...sentence(
      'requirements that no deviant breaks',
      unproved.map(({ id }) => id),
    ),
    ...sentence(
      'requirements not tested',
      requirements.filter(({ notTested }) => notTested !== undefined).map(({ id }) => id),
    ),
  ];
}
