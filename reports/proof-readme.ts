import type { Proof } from '../harness/model/proof.js';
import { figuresOf, type ProofFigures } from './proof-wording.js';

/** What is kept of the last proof of both roles (`fixtures/proof.json`): enough for the README, and for a test to compare it with the next one. */
export interface ProofRecord {
  readonly startedAt: string;
  readonly ledger: Proof['ledger'];
  readonly scope: Proof['scope'];
  readonly durationMs: number;
  readonly cpuMs: number;
  readonly jobs: number;
  readonly figures: ProofFigures;
}

/** @returns undefined for a proof that does not hold, or is one of a part: its figures are nothing to show. */
export function recordOf(proof: Proof): ProofRecord | undefined {
  const roles = new Set(proof.peers.map(({ role }) => role));
  if (proof.problems.length > 0 || proof.only !== undefined || roles.size < 2) return undefined;
  const { startedAt, ledger, scope, durationMs, cpuMs, jobs } = proof;
  return { startedAt, ledger, scope, durationMs, cpuMs, jobs, figures: figuresOf(proof) };
}

/** How trust is earned, in three lines. */
export function readmeLines({ startedAt, ledger, scope, figures: n }: ProofRecord): readonly string[] {
  return [
    `- Would it have noticed? Of ${n.deviants} implementations that are wrong on purpose, ${n.caught} are caught at the requirement that they break, and ${scope === 'whole' ? 'nowhere else' : 'at no other one that was played beside it'}; ${n.twice} of ${n.obligations} obligations have two of them or more.`,
    `- Would it have cried wolf? Of ${n.variants} implementations that are odd and legal, ${n.combinations} random combinations of them and ${n.random} random sessions between them, ${n.flagged + n.randomFlagged} are flagged.`,
    `- Is each judge needed? ${n.witnessed} of ${n.oracles} oracles cannot be taken out: without ${n.witnessedByDeviants} of them a wrong implementation would be missed, without the others a requirement not be shown. (\`dmconform prove${scope === 'whole' ? ' --whole' : ''}\`, ${startedAt.slice(0, 10)}, ledger ${ledger.version}, ${ledger.digest.slice(0, 12)})`,
  ];
}
