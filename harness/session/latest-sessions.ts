import type { HttpRequestEvent } from '../trace/event.js';
import type { Session } from './observation.js';

/**
 * How far from a request its session is looked for: `device`: the same device in the same scenario; `scenario`: else the scenario's latest;
 * `run`: else the device's latest in any scenario, else the latest of all.
 */
export type SearchScope = 'device' | 'scenario' | 'run';

interface OfScenario<S> {
  latest: S | undefined;
  readonly byDevice: Map<string, S>;
  /** By the harness's own name for it. */
  readonly byLabel: Map<string, S>;
}

/** Finds the session that a request belongs to: the same device in the same scenario, else the nearest that makes sense (D-13). */
export class LatestSessions<S extends Session> {
  readonly #scope: SearchScope;
  readonly #scenarios = new Map<string, OfScenario<S>>();
  readonly #byDevice = new Map<string, S>();
  #latest: S | undefined;

  constructor(scope: SearchScope) {
    this.#scope = scope;
  }

  /** A request that the harness sent in a named session belongs to that one alone. */
  find({ scenario = '', label }: HttpRequestEvent, device = ''): S | undefined {
    const here = this.#scenarios.get(scenario);
    if (label !== undefined) return here?.byLabel.get(label);
    const own = here?.byDevice.get(device);
    if (own !== undefined || this.#scope === 'device') return own;
    if (here?.latest !== undefined || this.#scope === 'scenario') return here?.latest;
    return this.#byDevice.get(device) ?? this.#latest;
  }

  /** The request opened this session. */
  set({ scenario = '', label }: HttpRequestEvent, device: string | undefined, session: S): void {
    const here = this.#scenarios.get(scenario) ?? { latest: undefined, byDevice: new Map(), byLabel: new Map() };
    this.#scenarios.set(scenario, here);
    if (label !== undefined) {
      here.byLabel.set(label, session);
      return;
    }
    here.byDevice.set(device ?? '', session);
    here.latest = session;
    if (this.#scope !== 'run') return;
    this.#byDevice.set(device ?? '', session);
    this.#latest = session;
  }
}
