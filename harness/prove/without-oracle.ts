import { aggregate } from '../ledger/aggregate.js';
import type { Ledger } from '../model/requirement.js';
import type { Result } from '../model/result.js';
import type { Verdict } from '../model/verdict.js';
import type { Oracle } from '../oracles/oracle.js';
import { judgeEvents } from '../run/judging.js';
import type { Recording } from './recording.js';

/** The proof would miss this oracle: without it the row of this peer gets that verdict. */
export interface Witness {
  readonly oracle: string;
  readonly requirement: string;
  readonly verdict: Verdict;
}

/** Oracles that remember which of them spoke against which row. */
export class Speakers {
  readonly oracles: readonly Oracle[];
  readonly #against = new Map<string, Set<string>>();

  constructor(oracles: readonly Oracle[]) {
    this.oracles = oracles.map((oracle) => this.#heard(oracle));
  }

  against(requirement: string): readonly string[] {
    return [...(this.#against.get(requirement) ?? [])];
  }

  #heard(oracle: Oracle): Oracle {
    return {
      ...oracle,
      create: (context) => {
        const fold = oracle.create(context);
        return (observation) => {
          const said = fold(observation);
          for (const { requirement, outcome } of said)
            if (outcome === 'violated') this.#spoke(requirement, oracle.name);
          return said;
        };
      },
    };
  }

  #spoke(requirement: string, oracle: string): void {
    const names = this.#against.get(requirement);
    if (names === undefined) this.#against.set(requirement, new Set([oracle]));
    else names.add(oracle);
  }
}

export interface WitnessInput {
  /** Rows that the peer breaks; of a conformant peer none. */
  readonly breaks: readonly string[];
  readonly result: Result;
  readonly ledger: Ledger;
  readonly oracles: readonly Oracle[];
  readonly speakers: Speakers;
  readonly recording: Recording;
  /** Names of the oracles to look for. */
  readonly wanted: readonly string[];
}

/**
 * Takes oracles out, one at a time, and judges the peer's record again: a deviant that is then not caught where it should be is missed, and the
 * proof fails. Only oracles that alone spoke against a broken row are tried, since of two the other would be left. A conformant peer witnesses
 * for the rest, those of permissions, which nobody can break, among them: without them a row is not shown any more, which fails the proof, too.
 */
export function witnesses(input: WitnessInput): readonly Witness[] {
  const { breaks, speakers, oracles, wanted } = input;
  const found = new Map<string, Witness>();
  const candidates =
    breaks.length > 0
      ? breaks.flatMap((id) => {
          const [name, ...others] = speakers.against(id);
          return name === undefined || others.length > 0 ? [] : [{ id, name }];
        })
      : oracles.flatMap(({ name, requirements }) => requirements.map((id) => ({ id, name })));
  for (const { id, name } of candidates) {
    if (!wanted.includes(name) || found.has(name)) continue;
    const verdict = verdictWithout(name, id, input);
    const missed = breaks.length > 0 ? verdict !== 'fail' && verdict !== 'warn' : verdict !== 'pass';
    if (missed) found.set(name, { oracle: name, requirement: id, verdict });
  }
  return [...found.values()];
}

/** The row's verdict, from the record, without one oracle. No oracle hears another, so those of other rows need not be asked. */
function verdictWithout(name: string, id: string, { oracles, recording, result, ledger }: WitnessInput): Verdict {
  const { header, events, readSpill } = recording;
  const left = oracles.filter((oracle) => oracle.name !== name && oracle.requirements.includes(id));
  const { observed, refused } = judgeEvents(header, events, readSpill, left);
  const { requirements } = aggregate({
    ledger,
    role: header.role,
    observed,
    refused,
    scenarios: result.scenarios,
    statement: header.statement,
    source: 'live',
    selection: { ids: [id] },
  });
  return requirements.find((row) => row.id === id)?.verdict ?? 'inconclusive';
}
