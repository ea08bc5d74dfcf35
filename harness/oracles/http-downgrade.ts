import type { Observed } from '../model/finding.js';
import { BoundedMap } from '../session/bounded.js';
import { field } from '../session/classify.js';
import type { CommandRun, PackageRun, Session } from '../session/observation.js';
import type { HttpRequestEvent, HttpResponseEvent } from '../trace/event.js';
import { failed, finished, label, reportOf, transfersOf } from './common.js';
import { type Address, addressOf, elsewhere, targetOf } from './content-common.js';
import { NOTHING, oracle, type Seen } from './oracle.js';
import { held, unclear, violated } from './say.js';

/** Redirects remembered until the fence of their session has passed. */
const MOST_PENDING = 64;

interface Downgrade {
  readonly run: PackageRun;
  readonly command: CommandRun;
  readonly response: HttpResponseEvent;
  readonly to: Address;
  /** The request that went there in the clear. */
  followed: HttpRequestEvent | undefined;
}

/** Whether a ServerURI is reached over TLS and that address is not. */
export function isDowngrade(serverUri: string | undefined, location: string | undefined): boolean {
  return isOverTls(serverUri) && /^http:/i.test(String(location));
}

function isOverTls(uri: string | undefined): boolean {
  return /^https:/i.test(String(uri));
}

/** HTP-05: a redirect from an HTTPS address to a plain one is not followed (D-17). */
export const noDowngrade = oracle({
  name: 'http/no-downgrade',
  on: 'client',
  requirements: ['HTP-05'],
  sees: ['side', 'event', 'three', 'settled'],
  create: () => {
    const pending = new BoundedMap<HttpResponseEvent, Downgrade>(MOST_PENDING);
    return (seen) => {
      if (seen.kind === 'side') {
        const found = downgradeOf(seen);
        if (found !== undefined) pending.set(found.response, found);
        return NOTHING;
      }
      if (seen.kind === 'event') {
        if (seen.event.kind === 'http-request') noteRequest(seen.event, pending.values());
        return NOTHING;
      }
      const run = finished(seen);
      const found = run === undefined ? [] : unreached(run);
      if (seen.kind !== 'settled') return found;
      for (const one of [...pending.values()].filter(({ run: { session } }) => session === seen.session)) {
        pending.delete(one.response);
        found.push(...judge(one, seen.session));
      }
      return found;
    };
  },
});

function downgradeOf({ command, run, exchange: { response } }: Seen<'side'>): Downgrade | undefined {
  if (command === undefined) return undefined;
  if (response.status < 300 || response.status > 399) return undefined;
  const location = field(response.headers, 'location');
  const to = addressOf(location);
  if (to === undefined || !isDowngrade(command.command.serverUri, location)) return undefined;
  return { run, command, response, to, followed: undefined };
}

function noteRequest(request: HttpRequestEvent, waiting: Iterable<Downgrade>): void {
  for (const one of waiting) {
    if (targetOf(request) === one.to.target && !elsewhere(request, one.to)) one.followed ??= request;
  }
}

function judge({ run, command, response, to, followed }: Downgrade, session: Session): readonly Observed[] {
  const events = [followed, response, run.response, reportOf(run)];
  if (followed !== undefined) {
    const message = `${label(command.command)} was redirected from HTTPS to plain HTTP, and the client followed.`;
    const details = { expected: 'an error status', actual: `${followed.method} at ${to.authority} in the clear` };
    return [violated('HTP-05', message, session, events, details)];
  }
  const message = `A redirect (${response.status}) from HTTPS to plain HTTP was not followed.`;
  return [held('HTP-05', message, session, events)];
}

/** A client that does not come to the HTTPS address cannot be sent away from it. */
function unreached(run: PackageRun): Observed[] {
  const command = transfersOf(run).find(
    (each) => isOverTls(each.command.serverUri) && each.exchanges.length === 0 && failed(each),
  );
  if (command === undefined) return [];
  const message = `${label(command.command)} never came to the HTTPS address, so nothing could be redirected.`;
  return [unclear('HTP-05', message, run.session, [reportOf(run), run.response])];
}
