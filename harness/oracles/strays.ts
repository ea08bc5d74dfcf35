import type { CommandRun, Observation, PackageRun } from '../session/observation.js';
import type { HttpRequestEvent } from '../trace/event.js';
import { ASKING, addressOf, methodOf, resembles, targetOf } from './content-common.js';

/** Scenarios whose last package is remembered, for requests that resemble its URIs. */
const MOST_SCENARIOS = 64;
const MOST_STRAYS = 16;

/** Requests that no command's URI names, by the package under way. Show it each `two` and each `side`. */
export class Strays {
  readonly #latest = new Map<string, PackageRun>();
  readonly #of = new WeakMap<PackageRun, HttpRequestEvent[]>();

  see(seen: Observation): void {
    if (seen.kind === 'two') {
      const key = seen.run.session.scenario ?? '';
      this.#latest.delete(key);
      this.#latest.set(key, seen.run);
      const [oldest] = this.#latest.keys();
      if (this.#latest.size > MOST_SCENARIOS && oldest !== undefined) this.#latest.delete(oldest);
    }
    if (seen.kind !== 'side' || seen.command !== undefined) return;
    const { request } = seen.exchange;
    const run = this.#latest.get(request.scenario ?? '');
    if (run === undefined || request.to !== 'repository' || ASKING.has(request.method)) return;
    const strays = this.#of.get(run) ?? [];
    if (strays.length < MOST_STRAYS) this.#of.set(run, [...strays, request]);
  }

  /** The transfer of a command that came to another URI than its own; undefined when its own was asked for, or nothing like it. */
  insteadOf({ command, exchanges }: CommandRun, run: PackageRun): HttpRequestEvent | undefined {
    const address = addressOf(command.serverUri);
    const method = methodOf(command);
    if (address === undefined || exchanges.length > 0) return undefined;
    const strays = this.#of.get(run) ?? [];
    return strays.find((one) => one.method === method && resembles(targetOf(one), address.target));
  }
}
