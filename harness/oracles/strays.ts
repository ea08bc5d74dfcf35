import { BoundedMap, pushBounded } from '../session/bounded.js';
import type { CommandRun, Observation, PackageRun } from '../session/observation.js';
import type { HttpRequestEvent } from '../trace/event.js';
import { ASKING, addressOf, methodOf, resembles, targetOf } from './content-common.js';

/** Scenarios whose last package is remembered, for requests that resemble its URIs. */
const MOST_SCENARIOS = 64;
const MOST_STRAYS = 16;

/** Requests that no command's URI names, by the package under way. Show it each `two` and each `side`. */
export class Strays {
  readonly #latest = new BoundedMap<string | undefined, PackageRun>(MOST_SCENARIOS);
  readonly #of = new WeakMap<PackageRun, HttpRequestEvent[]>();

  see(seen: Observation): void {
    if (seen.kind === 'two') {
      const { scenario } = seen.run.session;
      this.#latest.delete(scenario);
      this.#latest.set(scenario, seen.run);
    }
    if (seen.kind !== 'side' || seen.command !== undefined) return;
    const { request } = seen.exchange;
    const run = this.#latest.get(request.scenario);
    if (run === undefined || request.to !== 'repository' || ASKING.has(request.method)) return;
    const strays = this.#of.get(run);
    if (strays === undefined) this.#of.set(run, [request]);
    else pushBounded(strays, request, MOST_STRAYS);
  }

  /** The transfer of a command that came to another URI than its own; undefined when its own was asked for, or nothing like it. */
  insteadOf({ command, exchanges }: CommandRun, run: PackageRun): HttpRequestEvent | undefined {
    const address = addressOf(command.serverUri);
    const method = methodOf(command);
    if (address === undefined || exchanges.length > 0) return undefined;
    return this.#of.get(run)?.find((one) => one.method === method && resembles(targetOf(one), address.target));
  }
}
