import type { Level, Role, Verdict } from './verdict.js';

/**
 * What a peer of the proof is: `reference`: conformant; `deviant`: wrong on purpose; `variant`: odd and legal; `combination`: several legal variants at once.
 */
export type PeerKind = 'reference' | 'deviant' | 'variant' | 'combination';

/** How one peer came out. */
export interface ProvenPeer {
  readonly role: Role;
  readonly name: string;
  readonly kind: PeerKind;
  /** Deviants: what it does wrong. */
  readonly because?: string;
  readonly breaks: readonly string[];
  /** Rows that cannot hold beside those; none of them must be caught. */
  readonly implies: readonly string[];
  /** Verdicts that speak against the peer, by requirement. */
  readonly against: Readonly<Record<string, Extract<Verdict, 'fail' | 'warn'>>>;
  /** Of `breaks`: not caught. Rows that this machine cannot show are left out. */
  readonly missed: readonly string[];
  /** Caught, and neither broken nor implied by what the peer does. */
  readonly unrelated: readonly string[];
  /** What the first finding against it says, by requirement. */
  readonly messages: Readonly<Record<string, string>>;
  /** Faults of the suite. */
  readonly errors: readonly string[];
  readonly scenarios: number;
  /** It was played with every scenario of its role. */
  readonly whole: boolean;
  readonly durationMs: number;
  readonly ok: boolean;
}

/** How a requirement is guarded. */
export interface ProvenRequirement {
  readonly id: string;
  readonly on: Role;
  readonly level: Level;
  /** Deviants that break it, and of these the caught and the missed. */
  readonly deviants: number;
  readonly caught: readonly string[];
  readonly missed: readonly string[];
  /** Peers that were caught here and should not have been. */
  readonly unrelated: readonly string[];
}

/** Whether the proof would notice that an oracle is gone. */
export interface ProvenOracle {
  readonly name: string;
  readonly on: Role;
  /** What the proof would say without it, found by judging the peer's record again without it; left out: nothing, so it could be taken out. */
  readonly witness?: {
    readonly peer: string;
    readonly requirement: string;
    readonly verdict: Verdict;
  };
}

/** The record of a proof, `proof.json`. */
export interface Proof {
  readonly schemaVersion: 1;
  readonly suite: { readonly name: 'dmconform'; readonly version: string };
  readonly ledger: { readonly version: string; readonly digest: string };
  readonly startedAt: string;
  readonly durationMs: number;
  /** Processor time of all processes, in milliseconds. */
  readonly cpuMs: number;
  readonly jobs: number;
  readonly seed: string;
  /**
   * `whole`: every peer was played with every scenario. `cover`: deviants with all scenarios of what they break and a twelfth of a cover of all other
   * rows, each variant alone with a twelfth of it, and combinations of all variants with every scenario.
   */
  readonly scope: 'cover' | 'whole';
  /** Names that the proof was narrowed to. */
  readonly only?: readonly string[];
  readonly peers: readonly ProvenPeer[];
  readonly requirements: readonly ProvenRequirement[];
  readonly oracles: readonly ProvenOracle[];
  /** Random sessions between random legal variants; none in a narrowed proof. */
  readonly random: {
    readonly sessions: number;
    /** Of these, pairs of peers that anything spoke against, with what it said. */
    readonly flagged: readonly string[];
  };
  /** Obligations (MUST and SHOULD) with fewer than two caught deviants. */
  readonly thin: readonly string[];
  /** Rows that this machine cannot show, for want of a program that the suite does not bring along. */
  readonly unavailable: readonly string[];
  /** Everything that makes the proof fail, in a sentence each. */
  readonly problems: readonly string[];
}
