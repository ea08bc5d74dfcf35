import type { Proof, ProvenPeer, ProvenRequirement } from '../harness/model/proof.js';
import { duration } from './visible-text.js';

/** The figures of a proof, for whoever shows them. */
export interface ProofFigures {
  readonly deviants: number;
  readonly caught: number;
  readonly variants: number;
  readonly combinations: number;
  readonly flagged: number;
  readonly random: number;
  /** Findings against them. */
  readonly randomFlagged: number;
  /** Obligations: MUST and SHOULD rows that are tested. */
  readonly obligations: number;
  readonly twice: number;
  readonly oracles: number;
  readonly witnessed: number;
  /** Of these, those without which a deviant would be missed; without the others the conformant peer would not show a row. */
  readonly witnessedByDeviants: number;
}

export function figuresOf(proof: Proof): ProofFigures {
  const of = (...kinds: readonly ProvenPeer['kind'][]): readonly ProvenPeer[] =>
    proof.peers.filter(({ kind }) => kinds.includes(kind));
  const obligations = proof.requirements.filter(({ level }) => level !== 'Y');
  return {
    deviants: of('deviant').length,
    caught: of('deviant').filter(({ ok }) => ok).length,
    variants: of('variant').length,
    combinations: of('combination').length,
    flagged: of('variant', 'combination').filter(({ ok }) => !ok).length,
    random: proof.random.sessions,
    randomFlagged: proof.random.flagged.length,
    obligations: obligations.length,
    twice: obligations.filter(({ caught }) => caught.length >= 2).length,
    oracles: proof.oracles.length,
    witnessedByDeviants: proof.oracles.filter(
      ({ witness, on }) => witness !== undefined && witness.peer !== `reference-${on}`,
    ).length,
    witnessed: proof.oracles.filter(({ witness }) => witness !== undefined).length,
  };
}

/** What a proof says, one sentence a line. */
export function proofSentences(proof: Proof): readonly string[] {
  const n = figuresOf(proof);
  const sentences = [
    `${n.caught} of ${n.deviants} deviants were caught where they are wrong and nowhere else.`,
    `${n.flagged} of ${n.variants} legal variants and ${n.combinations} combinations of them were flagged, and ${n.randomFlagged} of ${n.random} random legal sessions.`,
    `${n.twice} of ${n.obligations} obligations have at least two caught deviants.`,
    `${n.witnessed} of ${n.oracles} oracles cannot be taken out: without ${n.witnessedByDeviants} of them a deviant would be missed, without the others a row not be shown.`,
  ];
  // A part of the peers says nothing of the whole.
  return proof.only === undefined ? sentences : sentences.slice(0, 2);
}

export function howText({ durationMs, cpuMs, jobs, scope, peers }: Proof): string {
  const played = peers.reduce((sum, { scenarios }) => sum + scenarios, 0);
  return `${peers.length} peers, ${played} scenarios in ${duration(durationMs)} with ${jobs} processes (${duration(cpuMs)} of processor time), scope ${scope}`;
}

/** `MOM-13 5/5`, with what was missed and what is unrelated. */
export function rowText({ id, caught, deviants, missed, unrelated }: ProvenRequirement): string {
  const also = [
    ...(missed.length === 0 ? [] : [`missed ${missed.join(' ')}`]),
    ...(unrelated.length === 0 ? [] : [`unrelated ${unrelated.join(' ')}`]),
  ];
  return `${id} ${caught.length}/${deviants}${also.length === 0 ? '' : ` (${also.join(', ')})`}`;
}
