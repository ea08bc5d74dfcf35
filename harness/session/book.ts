import type { Action, TraceEvent } from '../trace/event.js';
import { pathOf } from './side-exchanges.js';

/** How many scenarios are remembered; late events of older ones are judged without their stimuli. */
const MOST_SCENARIOS = 64;

export interface Hold {
  /** When the harness began to withhold, and when it let go (milliseconds of the trace). */
  readonly since: number;
  readonly until: number | undefined;
}

export interface QueuedPlan {
  readonly device: string;
  readonly packages: readonly (readonly (readonly string[])[])[];
}

/** A start-session for which no #1 came while the harness waited. */
export interface UnansweredStart {
  readonly seq: number;
  /** The client had come to rest on the virtual clock: nothing of it was under way any more. Else it may just be slow (D-34). */
  readonly atRest: boolean;
}

interface Page {
  readonly requirements: readonly string[];
  lastStart: number | undefined;
  unanswered: UnansweredStart | undefined;
  readonly plans: QueuedPlan[];
  readonly notifiedPlans: QueuedPlan[];
}

/** What the harness did, as far as oracles need it: its own stimuli are evidence too. Bounded. */
export class ActionBook {
  readonly #pages = new Map<string, Page>();
  readonly #holds = new Map<string, Hold>();
  readonly #absent = new Set<string>();
  readonly #unreachable = new Set<string>();
  #lastStart: number | undefined;
  #lastCause: number | undefined;

  push(event: TraceEvent): void {
    if (event.kind === 'notification' && event.accepted) this.#lastCause = event.seq;
    if (event.kind === 'action') this.#act(event.action, event.seq, event.t, event.scenario ?? '');
  }

  /** Requirements that the scenario is about. */
  about(scenario: string | undefined): readonly string[] {
    return this.#pages.get(scenario ?? '')?.requirements ?? [];
  }

  /** Sequence number of the last accepted start-session, or bootstrap, of any scenario. */
  get lastStart(): number | undefined {
    return this.#lastStart;
  }

  /** Sequence number of the last thing that could make the client open a session: a start-session, a notification, or a bootstrap. */
  get lastCause(): number | undefined {
    return this.#lastCause;
  }

  /** The last start-session of this scenario. */
  startOf(scenario: string | undefined): number | undefined {
    return this.#pages.get(scenario ?? '')?.lastStart;
  }

  /** A start-session that was accepted and to which no #1 came while the harness waited. */
  unansweredStart(scenario: string | undefined): UnansweredStart | undefined {
    return this.#pages.get(scenario ?? '')?.unanswered;
  }

  clearUnanswered(scenario: string | undefined): void {
    const page = this.#pages.get(scenario ?? '');
    if (page !== undefined) page.unanswered = undefined;
  }

  hold(uri: string | undefined): Hold | undefined {
    const path = pathOf(uri);
    return path === undefined ? undefined : this.#holds.get(path);
  }

  isAbsent(clientUri: string): boolean {
    return this.#absent.has(clientUri);
  }

  isUnreachable(uri: string | undefined): boolean {
    return uri !== undefined && this.#unreachable.has(uri);
  }

  /** Plans for the next session of a device, whichever it is. */
  plans(scenario: string | undefined): readonly QueuedPlan[] {
    return this.#pages.get(scenario ?? '')?.plans ?? [];
  }

  /** Plans for the session alone that answers the next notification. */
  notifiedPlans(scenario: string | undefined): readonly QueuedPlan[] {
    return this.#pages.get(scenario ?? '')?.notifiedPlans ?? [];
  }

  #act(action: Action, seq: number, t: number, scenario: string): void {
    switch (action.name) {
      case 'scenario-begin':
        this.#begin(scenario, action.requirements);
        break;
      case 'start-session':
        if (action.accepted) this.#start(scenario, seq);
        break;
      case 'gave-up': {
        const page = this.#pages.get(scenario);
        if (action.waitingFor === '#1' && page?.lastStart !== undefined)
          page.unanswered = { seq: page.lastStart, atRest: action.afterMs === 0 };
        break;
      }
      case 'queue': {
        const page = action.accepted ? this.#pages.get(scenario) : undefined;
        const plans = action.session === 'notified' ? page?.notifiedPlans : page?.plans;
        plans?.push({ device: action.device, packages: action.packages });
        break;
      }
      case 'absent-node':
        this.#absent.add(action.uri);
        break;
      case 'unreachable':
        this.#unreachable.add(action.url);
        break;
      case 'hold':
      case 'release':
        this.#holding(action.name, pathOf(action.url), t);
        break;
      case 'bootstrap':
        if (action.accepted) this.#lastCause = seq;
        break;
      default:
    }
  }

  #begin(scenario: string, requirements: readonly string[]): void {
    if (this.#pages.size >= MOST_SCENARIOS) {
      const oldest = this.#pages.keys().next().value;
      if (oldest !== undefined) this.#pages.delete(oldest);
    }
    if (this.#holds.size > MOST_SCENARIOS) this.#holds.clear();
    if (this.#absent.size > 16 * MOST_SCENARIOS) this.#absent.clear();
    this.#pages.set(scenario, {
      requirements,
      lastStart: undefined,
      unanswered: undefined,
      plans: [],
      notifiedPlans: [],
    });
  }

  #start(scenario: string, seq: number): void {
    this.#lastStart = seq;
    this.#lastCause = seq;
    const page = this.#pages.get(scenario);
    if (page !== undefined) page.lastStart = seq;
  }

  #holding(name: 'hold' | 'release', path: string | undefined, t: number): void {
    if (path === undefined) return;
    const hold = this.#holds.get(path);
    if (name === 'hold') this.#holds.set(path, { since: t, until: undefined });
    else if (hold !== undefined) this.#holds.set(path, { since: hold.since, until: t });
  }
}
