import type { EventBus } from '../recorder/bus.js';
import { sleep } from '../run/context.js';
import { SessionFold } from '../session/fold.js';
import type { Observation, PackageRun, Session } from '../session/observation.js';
import type { TraceEvent, TraceHeader } from '../trace/event.js';
import { sideOf } from '../trace/sides.js';

type Of<K extends Observation['kind']> = Extract<Observation, { kind: K }>;

/** What the record holds under one token, as the session fold reads it. */
export interface TokenRecord {
  readonly ones: readonly Of<'one'>[];
  /** Every #2 that reached the client, in order. */
  readonly runs: readonly PackageRun[];
  readonly threes: readonly Of<'three'>[];
  readonly replies: readonly Of<'reply'>[];
  /** Transfers, and loaded pages. */
  readonly sides: readonly Of<'side'>[];
  readonly events: readonly TraceEvent[];
}

type Growing = { -readonly [K in keyof TokenRecord]: TokenRecord[K][number][] };

const PAUSE_MS = 4;

/** Reads the record of a pair while it grows. Sessions are told apart as the fold of the client's side does. */
export class PairRecord {
  readonly events: TraceEvent[] = [];
  readonly #tokens = new Map<string, Growing>();
  readonly #sessions = new Set<Session>();
  #at = 0;

  /** Events from before, which came before the header was known, may be given. */
  constructor(header: TraceHeader, bus: EventBus, before: readonly TraceEvent[] = []) {
    const client = sideOf(header, 'client');
    const fold = new SessionFold(client?.header ?? header, (file) => bus.spills.read(file));
    const take = (event: TraceEvent): void => {
      this.events.push(event);
      this.#at = performance.now();
      if (client?.sees(event) === false) return;
      for (const observation of fold.push(event)) this.#sort(observation, event.scenario ?? '');
    };
    for (const event of before) take(event);
    bus.subscribe(take);
  }

  of(token: string): TokenRecord {
    return this.#growing(token);
  }

  /** Sessions of the token that have come to their END. */
  ended(token: string): number {
    return [...this.#sessions].filter(({ scenario, state }) => scenario === token && state === 'ended').length;
  }

  /** Some session is under way. */
  get busy(): boolean {
    return [...this.#sessions].some(({ state }) => state === 'open');
  }

  /** Milliseconds since the last event. */
  get quietMs(): number {
    return performance.now() - this.#at;
  }

  /** Waits until that holds; false when it does not within so many milliseconds, or when the run is cut short. */
  async until(holds: () => boolean, ms: number, signal: AbortSignal): Promise<boolean> {
    const end = performance.now() + ms;
    while (!holds()) {
      if (signal.aborted || performance.now() > end) return false;
      await sleep(PAUSE_MS);
    }
    return true;
  }

  /** As long as something happens, the time runs anew, but not for ever. */
  async patiently(holds: () => boolean, ms: number, signal: AbortSignal): Promise<boolean> {
    const most = performance.now() + MOST_PATIENCE * ms;
    const late = (): boolean => performance.now() > most || this.quietMs > ms;
    const began = performance.now();
    await this.until(() => holds() || (late() && performance.now() - began > ms), MOST_PATIENCE * ms, signal);
    return holds();
  }

  #growing(token: string): Growing {
    const known = this.#tokens.get(token);
    if (known !== undefined) return known;
    const made: Growing = { ones: [], runs: [], threes: [], replies: [], sides: [], events: [] };
    this.#tokens.set(token, made);
    return made;
  }

  #sort(observation: Observation, token: string): void {
    const record = this.#growing(token);
    switch (observation.kind) {
      case 'event':
        record.events.push(observation.event);
        break;
      case 'one':
        this.#sessions.add(observation.session);
        record.ones.push(observation);
        break;
      case 'two':
        record.runs.push(observation.run);
        break;
      case 'three':
        record.threes.push(observation);
        break;
      case 'reply':
        record.replies.push(observation);
        break;
      case 'side':
        record.sides.push(observation);
        break;
      default:
    }
  }
}

/** How often the patience may be used up again by a pair that keeps talking. */
const MOST_PATIENCE = 6;
