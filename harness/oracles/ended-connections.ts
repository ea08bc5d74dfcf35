import { BoundedMap } from '../session/bounded.js';
import type { Observation, SideExchange } from '../session/observation.js';
import type { ConnectionEvent, TraceEvent } from '../trace/event.js';

/** Connections remembered that are over. */
const MOST_CONNECTIONS = 1024;

/** The event tells that a connection is over, whoever ended it. */
export function isEndOfConnection(
  event: TraceEvent,
): event is ConnectionEvent & { readonly phase: 'closed' | 'reset' } {
  return event.kind === 'connection' && (event.phase === 'closed' || event.phase === 'reset');
}

/** When connections ended: a transfer on one of them that got no answer is over, too. Show it each event. */
export class EndedConnections {
  readonly #ends = new BoundedMap<string, number>(MOST_CONNECTIONS);

  see(seen: Observation): void {
    if (seen.kind === 'event' && isEndOfConnection(seen.event)) this.#ends.set(seen.event.connection, seen.event.t);
  }

  /** When a transfer was over, in milliseconds of the trace; infinite for one that is under way. */
  overAt({ request, response }: SideExchange): number {
    return response?.t ?? this.#ends.get(request.connection) ?? Number.POSITIVE_INFINITY;
  }
}
