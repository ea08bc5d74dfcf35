import type { Observed } from '../model/finding.js';
import { ActionBook } from '../session/book.js';
import { SessionFold } from '../session/fold.js';
import { bodyText } from '../session/marks.js';
import type { Observation } from '../session/observation.js';
import type { ReadSpill } from '../trace/body.js';
import type { TraceEvent, TraceHeader } from '../trace/event.js';
import type { Oracle, OracleFold } from './oracle.js';

/** Equal `held` observations kept in full for each requirement and scenario; further ones are only counted. */
const MOST_HELD = 3;
/** The same for violations, of the whole trace: a peer that floods must not exhaust memory. */
const MOST_OTHERS = 200;

interface Kept {
  observed: Observed;
  count: number;
}

/**
 * Folds a trace through every oracle that applies to the role under test. Works alike on a live run, a saved trace and a stream;
 * findings are there as soon as they are certain.
 */
export class Judge {
  readonly #book = new ActionBook();
  readonly #fold: SessionFold;
  readonly #oracles: readonly OracleFold[];
  readonly #kept = new Map<string, Kept[]>();
  readonly #byScenario = new Map<string, Kept[]>();
  #completed = 0;

  constructor(header: TraceHeader, oracles: readonly Oracle[], readSpill: ReadSpill) {
    this.#fold = new SessionFold(header, readSpill);
    const context = {
      header,
      book: this.#book,
      text: (body: Parameters<typeof bodyText>[0]) => bodyText(body, readSpill),
    };
    this.#oracles = oracles.filter((oracle) => oracle.on === header.role).map((oracle) => oracle.create(context));
  }

  push(event: TraceEvent): void {
    this.#book.push(event);
    for (const observation of this.#fold.push(event)) this.#judge(observation);
    this.#obstacle(event);
  }

  /** Sessions that ran to an END so far. */
  get sessionsCompleted(): number {
    return this.#completed;
  }

  /** All observations so far, equal ones folded with a count. */
  get observed(): readonly Observed[] {
    return [...this.#kept.values()].flat().map(withCount);
  }

  /** Those charged to one scenario. */
  ofScenario(token: string): readonly Observed[] {
    return (this.#byScenario.get(token) ?? []).map(withCount);
  }

  #judge(observation: Observation): void {
    if (observation.kind === 'two' && observation.run.hasEnd) this.#completed += 1;
    for (const oracle of this.#oracles) for (const observed of oracle(observation)) this.#keep(observed);
  }

  /** What could not be had makes the scenario's requirements inconclusive with that reason, unless something else decides them. */
  #obstacle(event: TraceEvent): void {
    if (event.kind !== 'action' || event.scenario === undefined) return;
    const { action } = event;
    const reason =
      action.name === 'obstacle'
        ? action.reason
        : action.name === 'gave-up'
          ? `the harness waited ${action.afterMs} ms for ${action.waitingFor}, which did not come (D-27)`
          : undefined;
    if (reason === undefined) return;
    for (const requirement of this.#book.about(event.scenario)) {
      this.#keep({ requirement, outcome: 'unclear', message: reason, events: [event.seq], scenario: event.scenario });
    }
  }

  #keep(observed: Observed): void {
    const scenario = observed.scenario ?? '';
    const key = `${observed.requirement} ${observed.outcome} ${scenario}`;
    const kept = this.#kept.get(key) ?? [];
    const same = kept.find((one) => one.observed.message === observed.message);
    const most = observed.outcome === 'held' ? MOST_HELD : MOST_OTHERS;
    const last = kept.at(-1);
    if (same !== undefined) same.count += 1;
    else if (kept.length >= most && last !== undefined) last.count += 1;
    else {
      const one = { observed, count: 1 };
      kept.push(one);
      this.#kept.set(key, kept);
      const ofScenario = this.#byScenario.get(scenario);
      if (ofScenario === undefined) this.#byScenario.set(scenario, [one]);
      else ofScenario.push(one);
    }
  }
}

function withCount({ observed, count }: Kept): Observed {
  return count === 1 ? observed : { ...observed, count };
}
