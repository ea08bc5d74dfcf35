import type { Observed } from '../model/finding.js';
import { BoundedSet } from '../session/bounded.js';
import { field } from '../session/classify.js';
import type { Observation } from '../session/observation.js';
import { pathOf } from '../session/side-exchanges.js';
import type { Watches } from '../session/watches.js';
import { line } from './common.js';
import { redirectedTo } from './content-common.js';
import { uncaused } from './mo-local-changes.js';
import { NOTHING } from './oracle.js';
import { violated } from './say.js';

/** Commands that make a client, or its browser, send a POST to their ServerURI at some time. */
const POSTING: ReadonlySet<string | undefined> = new Set(['HPOST', 'SHOW', 'CONT', 'EXEC']);
/** Addresses remembered; when they are more, nothing is judged any more. */
const MOST_ADDRESSES = 4096;

/** MOM-17: what a SUB reports goes by PUT (TS 5.3): a POST to its ServerURI that nothing else names is a report all the same. Show it each observation. */
export class PostedReports {
  /** Targets that a POST may go to for another reason. */
  readonly #named = new BoundedSet<string | undefined>(MOST_ADDRESSES);

  see(seen: Observation): void {
    if (seen.kind === 'two')
      for (const { command } of seen.run.commands)
        if (POSTING.has(command.name)) this.#named.add(pathOf(command.serverUri));
    if (seen.kind !== 'side') return;
    const { request, response } = seen.exchange;
    const location = response === undefined ? undefined : field(response.headers, 'location');
    if (location !== undefined) this.#named.add(pathOf(redirectedTo(location, request)));
  }

  /** @param watches as they are when the request is over. */
  judge(seen: Observation, watches: Watches): readonly Observed[] {
    const request = uncaused(seen, 'POST')?.exchange.request;
    if (request?.to !== 'repository' || this.#named.has(request.target) || this.#named.size >= MOST_ADDRESSES)
      return NOTHING;
    const watch = watches.of('PUT', request.target).find(({ standing }) => standing === 'live');
    if (watch === undefined) return NOTHING;
    const details = { expected: `a PUT to ${watch.serverUri}`, actual: line(request) };
    const message = `A report of SUB ${watch.subject} was sent by POST.`;
    return [violated('MOM-17', message, request.scenario, [request], details)];
  }
}
