import { BoundedMap } from '../session/bounded.js';
import type { Observation, SideExchange } from '../session/observation.js';

/** Connections remembered that are over. */
const MOST_CONNECTIONS = 1024;

/** When connections ended: a transfer on one of them that got no answer is over, too. Show it each event. */
export class EndedConnections {
  readonly #ends = new BoundedMap<string, number>(MOST_CONNECTIONS);

  see(seen: Observation): void {
    if (seen.kind !== 'event' || seen.event.kind !== 'connection') return;
    const { phase, connection, t } = seen.event;
    if (phase !== 'closed' && phase !== 'reset') return;
    this.#ends.set(connection, t);
  }

  /** When a transfer was over, in milliseconds of the trace; infinite for one that is under way. */
  overAt({ request, response }: SideExchange): number {
    return response?.t ?? this.#ends.get(request.connection) ?? Number.POSITIVE_INFINITY;
  }
}
