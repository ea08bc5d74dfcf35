import { pathOf } from '../session/side-exchanges.js';
import type { HttpRequestEvent } from '../trace/event.js';
import type { Seen } from './oracle.js';

/**
 * Remembers the last session that nobody is known to have asked for: no start-session, no bootstrap, and no notification whose identifier it carries.
 * It may be the client's own (CR 6.2-1), or the answer to a notification that it does not name. Show it each #1 and each event.
 */
export class UnaskedSessions {
  /** Accepted start-sessions that no #1 has come for. */
  #starts = 0;
  #last: HttpRequestEvent | undefined;

  see(seen: Seen<'one'> | Seen<'event'>): void {
    if (seen.kind === 'event') {
      const action = seen.event.kind === 'action' ? seen.event.action : undefined;
      if (action?.name === 'start-session' && action.accepted) this.#starts += 1;
      return;
    }
    const { notified, request } = seen;
    if (notified.answers !== undefined || notified.bootstraps.some(({ uri }) => pathOf(uri) === request.target)) return;
    if (this.#starts > 0) this.#starts -= 1;
    else this.#last = request;
  }

  /** The last one of the scenario that came after this event. */
  since(seq: number, scenario: string | undefined): HttpRequestEvent | undefined {
    const last = this.#last;
    return last !== undefined && last.seq > seq && last.scenario === scenario ? last : undefined;
  }
}
