import { accepts, MEDIA, mediaTypeOf } from '../protocol/media-types.js';
import type { SeenCommand } from '../protocol/packages.js';
import { BoundedMap } from '../session/bounded.js';
import { field, listField } from '../session/classify.js';
import type { Observation, Session } from '../session/observation.js';
import type { HttpRequestEvent } from '../trace/event.js';
import type { Seen } from './oracle.js';

const MOST_DEVICES = 1024;

export type Reply = Seen<'reply'>;

/** The reply is a #2 as it should be: 200, whole, readable, with at least one command. */
export function isTwo(reply: Reply): boolean {
  const { response, reading } = reply;
  if (reading === undefined || reading.problems.length > 0) return false;
  return response.status === 200 && response.defect === undefined && commandsIn(reply).length > 0;
}

/** Commands in the reply's body, whatever else is wrong with it. */
export function commandsIn({ reading }: Reply): readonly SeenCommand[] {
  return reading?.view?.commands ?? [];
}

/** Commands other than END in the reply's body, whatever else is wrong with it. */
export function workIn(reply: Reply): readonly SeenCommand[] {
  const success = reply.response.status >= 200 && reply.response.status < 300;
  return success ? commandsIn(reply).filter((command) => command.name !== 'END') : [];
}

/** Our own request gives no reason to refuse it: POST by HTTP/1.1, typed, with a #2 acceptable, with OMADM-DevID, framed by Content-Length, in one piece. */
export function isPlain(request: HttpRequestEvent): boolean {
  const type = mediaTypeOf(field(request.headers, 'content-type'));
  return (
    request.method === 'POST' &&
    request.defect === undefined &&
    (type === MEDIA.initiation || type === MEDIA.response) &&
    field(request.headers, 'omadm-devid') !== undefined &&
    accepts(listField(request.headers, 'accept'), MEDIA.request) &&
    request.httpVersion === 'HTTP/1.1' &&
    request.framing.by === 'length' &&
    request.framing.segments === undefined
  );
}

/** A #1 as every client sends it, while no other session of the device is under way: well-formed, MOs, and the reason alone. */
export function isUsual(session: Session, openings: Openings): boolean {
  const { view, problems } = session.opening;
  if (view === undefined || problems.length > 0 || openings.isCrowded(session)) return false;
  const [alert, more] = view.alerts;
  return alert?.initiation !== undefined && more === undefined && view.mos !== undefined;
}

/** Refusals that need not be the protocol's fault: credentials, a device that is not served, or a server that is busy. */
export function mayRefuse(status: number): boolean {
  return isPutOff(status) || status === 403 || status === 404;
}

const PUT_OFF: ReadonlySet<number> = new Set([401, 429, 503]);

/** What a server may answer to any request at any time: a challenge, or that it is busy (RFC 9110 15.5.2, 15.6.4, RFC 6585 4). */
export function isPutOff(status: number): boolean {
  return PUT_OFF.has(status);
}

export function describeReply(reply: Reply): string {
  const { response } = reply;
  if (response.defect !== undefined) return `status ${response.status}, ${response.defect}`;
  const type = field(response.headers, 'content-type');
  return `status ${response.status}${type === undefined ? '' : `, ${type}`}, ${response.body.size} bytes`;
}

/**
 * The #3 that is replied to gives no reason to refuse it: plain, readable, one status for each command, and of the device's latest session
 * (an older one may have been given up, D-26), between whose packages none of an older one came (nobody need tell them apart, D-13).
 */
export function isGoodReport(reply: Reply, openings: Openings): reply is Extract<Reply, { standing: 'answers' }> {
  return (
    reply.standing === 'answers' &&
    isPlain(reply.request) &&
    // A challenge refuses nothing: the package comes again with credentials (D-19).
    reply.response.status !== 401 &&
    reply.run.three.reading.problems.length === 0 &&
    reply.run.three.reading.view?.statuses.length === reply.run.commands.length &&
    openings.isAlone(reply.session) &&
    openings.isSure(reply)
  );
}

/** The #1 or #3 that is replied to was well-formed; what a server says to a malformed one is PKG-16's (D-30). */
export function isToGoodPackage(reply: Reply): boolean {
  if (reply.to === 'one') return reply.session.opening.problems.length === 0;
  return reply.standing === 'answers' && reply.run.three.reading.problems.length === 0;
}

/** Remembers which sessions of a device stood in each other's way. Show it each #1 and each #3. */
export class Openings {
  readonly #last = new BoundedMap<string, Session>(MOST_DEVICES);
  readonly #crowded = new WeakSet<Session>();
  readonly #disturbed = new WeakSet<Session>();
  /** Sessions whose #1 came while that of another session of the device had no answer yet, as when one #1 reaches the server twice. */
  readonly #twins = new WeakSet<Session>();

  see(observation: Observation): void {
    if (observation.kind === 'three') this.#three(observation.session);
    if (observation.kind !== 'one') return;
    const { session } = observation;
    const key = keyOf(session);
    const before = this.#last.get(key);
    if (before !== undefined && before.state !== 'ended' && !before.challenged) this.#crowded.add(session);
    const answered = before === undefined || before.state !== 'open' || before.run !== undefined;
    if (!answered && observation.request.label === undefined) this.#twins.add(session);
    this.#last.set(key, session);
  }

  /** No other session of the device was opened since, and no older one went on. */
  isAlone(session: Session | undefined): boolean {
    return session !== undefined && this.#last.get(keyOf(session)) === session && !this.#disturbed.has(session);
  }

  /** Of two sessions that began together only the connection tells which one a #3 belongs to (D-13). */
  isSure({ session, request, run }: Reply): boolean {
    return session === undefined || !this.#twins.has(session) || run?.request.connection === request.connection;
  }

  #three(session: Session | undefined): void {
    const latest = session === undefined ? undefined : this.#last.get(keyOf(session));
    if (latest !== undefined && latest !== session) this.#disturbed.add(latest);
  }

  /** It was opened while another session of the device was under way. */
  isCrowded(session: Session): boolean {
    return this.#crowded.has(session);
  }
}

function keyOf({ scenario, device }: Session): string {
  return `${scenario} ${device}`;
}
