import type { Observed } from '../model/finding.js';
import { isJsonType, mediaTypeOf } from '../protocol/media-types.js';
import { BoundedMap, BoundedSet, pushBounded } from '../session/bounded.js';
import { field } from '../session/classify.js';
import type { CommandRun, Observation, PackageRun, Session, SideExchange } from '../session/observation.js';
import type { HttpRequestEvent, HttpResponseEvent } from '../trace/event.js';
import {
  answered,
  codeOf,
  failed,
  finished,
  isUpload,
  LONG_PACKAGE,
  label,
  plainUri,
  reportOf,
  served,
  succeeded,
  transfersOf,
} from './common.js';
import { type Address, ASKING, addressOf, carriedOut, elsewhere, redirectedTo, targetOf } from './content-common.js';
import { isDowngrade } from './http-downgrade.js';
import { NOTHING, type Oracle, oracle } from './oracle.js';
import { held, violated } from './say.js';

/** Transfers remembered for each session until its fence has passed. */
const MOST_PENDING = 16;
const MOST_SESSIONS = 64;
const MOST_REQUESTS = 4096;
/** Kinds of data remembered for each session that went well. */
const MOST_GOOD = 64;
/** After these the same request is sent again for a good reason (D-19): a challenge with credentials in this field, an expectation without it. */
const INVITES_REPEAT: ReadonlyMap<number, string> = new Map([
  [401, 'authorization'],
  [407, 'proxy-authorization'],
]);
const REDIRECTS: ReadonlySet<number> = new Set([301, 302, 303, 307, 308]);

interface Pending {
  readonly run: PackageRun;
  readonly command: CommandRun;
  readonly response: HttpResponseEvent;
}

/** Remembers transfers until nothing of their session can still be due. */
class PendingTransfers {
  readonly #of = new WeakMap<Session, Pending[]>();

  add(pending: Pending): void {
    const all = this.#of.get(pending.run.session) ?? [];
    this.#of.set(pending.run.session, all);
    pushBounded(all, pending, MOST_PENDING);
  }

  take(session: Session): readonly Pending[] {
    const all = this.#of.get(session) ?? [];
    this.#of.delete(session);
    return all;
  }
}

/** CDL-14: 4xx and 5xx of a repository become error statuses, and the transfer is not tried again (TS: HTTP rules; after 5xx D-16). */
export const errorsAreFinal = oracle({
  name: 'content/errors-are-final',
  on: 'client',
  requirements: ['CDL-14'],
  sees: ['three', 'settled'],
  create: () => {
    const pending = new PendingTransfers();
    return (seen) => {
      const found: Observed[] = [];
      const run = finished(seen);
      if (run !== undefined && run.commands.length <= LONG_PACKAGE) found.push(...judge(run));
      if (seen.kind === 'settled') found.push(...pending.take(seen.session).flatMap(judgeRepeats));
      return found;
    };

    function judge(run: PackageRun): readonly Observed[] {
      return transfersOf(run).flatMap((command) => {
        const exchange = command.exchanges.at(succeeded(command) ? -1 : 0);
        if (exchange?.response === undefined) return [];
        const { request, response } = exchange;
        if (response.defect !== undefined || response.status < 400) return [];
        if (succeeded(command)) return [takenForGood(run, command, response)];
        if (!isInvited(command.exchanges[1], request, response.status)) pending.add({ run, command, response });
        return [];
      });
    }
  },
});

/** A repeat that does what the answer asks for. */
function isInvited(again: SideExchange | undefined, { headers }: HttpRequestEvent, status: number): boolean {
  if (again === undefined) return false;
  if (status === 417) return field(headers, 'expect') !== undefined;
  const credentials = INVITES_REPEAT.get(status);
  return credentials !== undefined && field(again.request.headers, credentials) !== undefined;
}

function takenForGood(run: PackageRun, command: CommandRun, response: HttpResponseEvent): Observed {
  const details = { expected: 'an error status', actual: `${codeOf(command) ?? 0}` };
  const message = `The repository answered ${response.status} to ${label(command.command)}, which is said to be done.`;
  return violated('CDL-14', message, run.session, [reportOf(run), response], details);
}

function judgeRepeats({ run, command, response }: Pending): Observed[] {
  const [, again] = command.exchanges;
  const events = [again?.request, response, run.response, reportOf(run)];
  if (again !== undefined) {
    const open = response.status >= 500 ? { decision: 'D-16' } : {};
    const details = { expected: 'one transfer', actual: `${command.exchanges.length}`, ...open };
    const message = `After ${response.status} ${label(command.command)} was tried again.`;
    return [violated('CDL-14', message, run.session, events, details)];
  }
  if (!failed(command)) return [];
  const message = `${response.status} became status ${codeOf(command) ?? 0}, and nothing was tried again.`;
  return [held('CDL-14', message, run.session, events)];
}

interface Redirected extends Pending {
  readonly from: Address;
  readonly to: Address;
}

/** CDL-22: a redirect is followed on its own origin, or becomes an error status; it is not followed to another origin (D-17). */
export const redirects = oracle({
  name: 'content/redirects',
  on: 'client',
  requirements: ['CDL-22'],
  sees: ['event', 'three', 'settled'],
  create: () => {
    /** Requests by their target, of the scenarios that know redirects. */
    const requests = new BoundedMap<string, HttpRequestEvent>(MOST_REQUESTS);
    const pending = new BoundedMap<Session, Redirected[]>(MOST_SESSIONS);
    return (seen) => {
      note(seen, requests);
      const run = finished(seen);
      if (run !== undefined) wait(run);
      if (seen.kind !== 'settled') return NOTHING;
      const waiting = pending.get(seen.session) ?? [];
      pending.delete(seen.session);
      return waiting.flatMap((one) => judgeRedirect(one, requests.get(one.to.target)));
    };

    function wait(run: PackageRun): void {
      for (const redirected of transfersOf(run).flatMap((command) => redirectOf(run, command) ?? [])) {
        const all = pending.get(run.session) ?? [];
        pending.set(run.session, all);
        pushBounded(all, redirected, MOST_PENDING);
      }
    }
  },
});

function note(seen: Observation, requests: Map<string, HttpRequestEvent>): void {
  if (seen.kind !== 'event' || seen.event.kind !== 'http-request' || seen.event.to !== 'repository') return;
  if (ASKING.has(seen.event.method)) return;
  requests.set(targetOf(seen.event), seen.event);
}

function redirectOf(run: PackageRun, command: CommandRun): Redirected | undefined {
  const [exchange] = command.exchanges;
  const from = addressOf(command.command.serverUri);
  if (exchange?.response === undefined || from === undefined) return undefined;
  const { response } = exchange;
  if (!REDIRECTS.has(response.status)) return undefined;
  const location = field(response.headers, 'location');
  // That is HTP-05's.
  if (isDowngrade(command.command.serverUri, location)) return undefined;
  const to = location === undefined ? undefined : addressOf(redirectedTo(location, exchange.request, from.authority));
  return to === undefined ? undefined : { run, command, response, from, to };
}

function judgeRedirect(
  { run, command, response, from, to }: Redirected,
  request: HttpRequestEvent | undefined,
): Observed[] {
  const followed = request !== undefined && request.seq > response.seq && !elsewhere(request, to);
  const events = [request, response, run.response, reportOf(run)];
  if (from.authority !== to.authority && followed) {
    const details = { expected: 'an error status', actual: `a request at ${to.authority}`, decision: 'D-17' };
    const message = `${label(command.command)} was redirected to another origin, and the client followed.`;
    return [violated('CDL-22', message, run.session, events, details)];
  }
  if (!followed && succeeded(command)) {
    const details = {
      expected: 'an error status, or a request at the new address',
      actual: `${codeOf(command) ?? 0}`,
    };
    const message = `${label(command.command)} was redirected and not followed, and is said to be done.`;
    return [violated('CDL-22', message, run.session, events, { ...details, decision: 'D-17' })];
  }
  if (!followed && !failed(command)) return [];
  const message = `A redirect (${response.status}) was ${followed ? 'followed on its own origin' : 'turned into an error status'}.`;
  return [held('CDL-22', message, run.session, events)];
}

/** CDL-18: content delivery works with an ordinary HTTP server that knows no OMADM header (CR 6.1.3). */
export const ordinaryServer = oracle({
  name: 'content/ordinary-server',
  on: 'client',
  requirements: ['CDL-18'],
  sees: ['three'],
  create: () => {
    /** Nodes that took a small value of that type well in the session. */
    const good = new WeakMap<Session, Set<string>>();
    return (seen) => {
      const run = answered(seen);
      // Of several commands the statuses may have been mixed up, which is other rows' matter.
      if (run === undefined) return NOTHING;
      const [command, ...others] = run.commands;
      if (command === undefined || others.length > 0) return NOTHING;
      // What the server says to another method is no answer to the command.
      const response = served(carriedOut(command)[0]);
      if (response === undefined || !isOrdinary(response)) return NOTHING;
      const events = [response, run.response, run.three.request];
      if (succeeded(command)) {
        if (command.command.name === 'HGET') remember(good, run, command, response);
        // The suite's own repositories bear no name: they are no server that others wrote.
        const server = field(response.headers, 'server');
        if (server === undefined) return NOTHING;
        return [held('CDL-18', `${label(command.command)} went well with ${server}.`, run.session, events)];
      }
      const known = good.get(run.session)?.has(keyOf(command, response)) === true;
      if (!failed(command) || (command.command.name === 'HGET' ? !known : !isUpload(command.command))) return NOTHING;
      const details = { expected: '200', actual: `${codeOf(command) ?? 0}` };
      const message = `An ordinary server answered ${response.status} to ${label(command.command)}, which is said to have failed.`;
      return [violated('CDL-18', message, run.session, events, details)];
    };
  },
});

function isOrdinary(response: HttpResponseEvent): boolean {
  return !response.headers.some(([name]) => /^omadm-/i.test(name));
}

function remember(
  good: WeakMap<Session, Set<string>>,
  run: PackageRun,
  command: CommandRun,
  response: HttpResponseEvent,
): void {
  const known = good.get(run.session) ?? new BoundedSet<string>(MOST_GOOD);
  good.set(run.session, known.add(keyOf(command, response)));
}

/** Node, kind of data and size class: what else an HGET may fail for. */
function keyOf({ command }: CommandRun, response: HttpResponseEvent): string {
  const type = mediaTypeOf(field(response.headers, 'content-type'));
  const small = response.body.size > 2 && response.body.size < 4096;
  return `${plainUri(command.clientUris.join())} ${isJsonType(type) ? 'json' : type} ${small ? 'small' : response.body.size}`;
}

export const CONTENT_ERRORS: readonly Oracle[] = [errorsAreFinal, redirects, ordinaryServer];
