import type { Observed } from '../model/finding.js';
import { ActionBook } from '../session/book.js';
import { SessionFold } from '../session/fold.js';
import { bodyText } from '../session/marks.js';
import type { Observation, ReportedRun } from '../session/observation.js';
import type { ReadSpill } from '../trace/body.js';
import type { TraceEvent, TraceHeader } from '../trace/event.js';
import { LateSuite } from './late-suite.js';
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
  readonly #late: LateSuite;
  /** The oracles that look at each kind of observation. */
  readonly #oracles = new Map<Observation['kind'], OracleFold[]>();
  /** By scenario, then by requirement. */
  readonly #kept = new Map<string, Map<string, Shelf>>();
  #completed = 0;
  /** Commands that were answered by an error, and those that were carried out, or begun. */
  readonly #refused = new Set<string>();
  readonly #done = new Set<string>();

  constructor(header: TraceHeader, oracles: readonly Oracle[], readSpill: ReadSpill) {
    this.#fold = new SessionFold(header, readSpill);
    this.#late = new LateSuite(header);
    const context = {
      header,
      book: this.#book,
      text: (body: Parameters<typeof bodyText>[0]) => bodyText(body, readSpill),
    };
    for (const oracle of oracles.filter(({ on }) => on === header.role)) {
      const fold = oracle.create(context);
      for (const kind of oracle.sees) this.#oracles.set(kind, [...(this.#oracles.get(kind) ?? []), fold]);
    }
  }

  push(event: TraceEvent): void {
    this.#book.push(event);
    this.#late.push(event);
    for (const observation of this.#fold.push(event)) this.#judge(observation);
    this.#obstacle(event);
  }

  /** Sessions that ran to an END so far. */
  get sessionsCompleted(): number {
    return this.#completed;
  }

  /** Names of the commands that were refused each time that they came, as those are that a client does not have (D-05). */
  get refused(): ReadonlySet<string> {
    return new Set([...this.#refused].filter((name) => !this.#done.has(name)));
  }

  /** All observations so far, equal ones folded with a count. */
  get observed(): readonly Observed[] {
    return [...this.#kept.values()].flatMap(contents);
  }

  /** Those charged to one scenario. */
  ofScenario(token: string): readonly Observed[] {
    return contents(this.#kept.get(token));
  }

  #judge(observation: Observation): void {
    if (observation.kind === 'two' && observation.run.hasEnd) this.#completed += 1;
    if (observation.kind === 'three' && observation.standing === 'answers') this.#answered(observation.run);
    const oracles = this.#oracles.get(observation.kind);
    if (oracles === undefined) return;
    for (const oracle of oracles)
      for (const observed of oracle(observation)) this.#keep(this.#late.soften(observed, observation));
  }

  #answered({ commands }: ReportedRun): void {
    for (const { command, status, exchanges } of commands) {
      if (command.name === undefined || status?.sc === undefined) continue;
      const done = status.sc < 400 || exchanges.length > 0;
      (done ? this.#done : this.#refused).add(command.name);
    }
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
    const shelf = this.#shelf(observed.scenario ?? '', observed.requirement);
    const { outcome, message } = observed;
    const held = outcome === 'held';
    const kept = held ? shelf.held : shelf.others;
    for (const one of kept) {
      if (one.observed.message !== message || one.observed.outcome !== outcome) continue;
      one.count += 1;
      return;
    }
    const last = kept.length < (held ? MOST_HELD : MOST_OTHERS) ? undefined : kept.at(-1);
    if (last === undefined) kept.push({ observed, count: 1 });
    else last.count += 1;
  }

  #shelf(scenario: string, requirement: string): Shelf {
    const shelves = this.#kept.get(scenario) ?? new Map<string, Shelf>();
    const found = shelves.get(requirement);
    if (found !== undefined) return found;
    const shelf: Shelf = { held: [], others: [] };
    this.#kept.set(scenario, shelves.set(requirement, shelf));
    return shelf;
  }
}

/** What was said of one requirement in one scenario. */
interface Shelf {
  readonly held: Kept[];
  readonly others: Kept[];
}

function contents(shelves: ReadonlyMap<string, Shelf> | undefined): readonly Observed[] {
  return [...(shelves?.values() ?? [])].flatMap(({ held, others }) => [...others, ...held]).map(withCount);
}

function withCount({ observed, count }: Kept): Observed {
  return count === 1 ? observed : { ...observed, count };
}
