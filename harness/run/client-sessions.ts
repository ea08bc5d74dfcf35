import { notificationIds } from '../protocol/alerts.js';
import { FIELD } from '../protocol/headers.js';
import { MEDIA, mediaTypeOf } from '../protocol/media-types.js';
import { readPackageOne, readPackageThree } from '../protocol/read-packages.js';
import { type Delivery, headerValue, type PeerRequest } from '../stimuli/peer.js';
import type { CommandList } from '../stimuli/plan.js';
import type { ClientTarget, Started } from '../targets/target.js';
import type { Action } from '../trace/event.js';
import { Asking } from './asking.js';
import type { ClientAddresses } from './client-addresses.js';
import type { ClientLab } from './client-lab.js';
import { act, quietTime, type RunContext, sleep, within } from './context.js';
import { isReport } from './happenings.js';
import { type Lateness, Owed } from './lateness.js';

/** How often the patience may be used up again by a client that keeps sending, before the scenario ends. */
const MOST_PATIENCE = 6;
/** Virtual milliseconds that an embedded client is given at once, in a session that goes on. */
const REST_MS = 500;
/** How long the end of a connection may take to be seen in real time, in milliseconds. */
export const SEEN_MS = 500;
/** Real milliseconds that the session of a notification may take to begin after another one has ended. */
const NEXT_SESSION_MS = 1000;
/** Real milliseconds that the session of a report may take to begin after END. */
const REPORT_MS = 250;

export interface ClientSessionsOptions {
  readonly context: RunContext;
  readonly lab: ClientLab;
  readonly target: ClientTarget;
  readonly token: string;
  readonly lateness: Lateness;
}

/** The session that the harness waits for. */
export interface Awaited {
  /** The identifier that its #1 carries; any other session does not count. */
  readonly identifier?: number | undefined;
  /** What does not come when it does not, for the record. */
  readonly as?: string;
  /** The server is one that the client should have nothing to do with, or that asks for credentials: the end of a connection may be all that comes. */
  readonly mayFail?: boolean;
}

/** What belongs to a session, 1 for the first. */
interface OfSession<T> {
  readonly session: number;
  readonly what: T;
}

/** The sessions of one scenario as they go: asks the client for them, and tells from what comes in when each is over. */
export class ClientSessions {
  /** Why the client did not take the last request for a session. */
  refusal: string | undefined;
  readonly #options: ClientSessionsOptions;
  readonly #addresses: ClientAddresses;
  readonly #background: OfSession<Promise<void>>[] = [];
  /** Sessions in which an answer is withheld for good, and how long they may take for that in real time, in milliseconds. */
  readonly #withheldMs = new Map<number, number>();
  /** Called when the session that they are planned for is over. */
  readonly #ends: OfSession<() => void>[] = [];
  /** Identifiers in the #1 of the session under way, and in those of the sessions that are over. */
  #named: readonly number[] = [];
  readonly #answered = new Set<number>();
  #awaited: number | undefined;
  #asked = 0;
  #transfers = 0;
  /** Sessions that are over. */
  #overs = 0;
  #requests = 0;
  #connection = '';
  readonly #owed: Owed;
  readonly #asking: Asking;
  /** What the commands of the last #2 were, for the #3 that answers it. */
  #sent: CommandList = [];
  /** The session under way has a command whose report may come in a session of its own (D-24). */
  #mayReport = false;
  /** The end of a connection may be all that comes of the session under way. */
  #mayFail = false;
  #over: () => void = () => undefined;
  #requested: () => void = () => undefined;

  constructor(options: ClientSessionsOptions, addresses: ClientAddresses) {
    this.#options = options;
    this.#addresses = addresses;
    this.#owed = new Owed(options.lateness);
    this.#asking = new Asking(new URL(addresses.dm).pathname);
  }

  /** Sessions that the client was asked for. */
  get asked(): number {
    return this.#asked;
  }

  /** Packages that the client has sent in this scenario. */
  get requests(): number {
    return this.#requests;
  }

  /** On which the latest package came. */
  get connection(): string {
    return this.#connection;
  }

  /** A session whose #1 carried this identifier is over. */
  hasAnswered(identifier: number): boolean {
    return this.#answered.has(identifier);
  }

  /** A client that lives on, and of which nobody can tell what it is about. */
  get inRealTime(): boolean {
    const { advance, statement } = this.#options.target;
    return advance === undefined && statement.start.per !== 'session';
  }

  // ---- what comes in and goes out

  onRequest(request: PeerRequest): void {
    this.#requests += 1;
    if (mediaTypeOf(headerValue(request.headers, FIELD.contentType)) === MEDIA.initiation) {
      this.#named = identifiersIn(request.body);
      this.#asking.opened(request.target);
    } else if (isReport(request)) for (const url of shownInVain(this.#sent, request.body)) this.#owed.waive(url);
    this.#requested();
  }

  /** A #2 with these commands is about to go out; `last` when it has END. */
  sends(commands: CommandList, last: boolean): void {
    this.#sent = commands;
    this.#mayReport ||= commands.some(([name]) => name === 'EXEC');
    this.#owed.expect(commands, last, (url) => this.#options.lab.isOurs(url));
  }

  onConnectionEnd(): void {
    if (this.#mayFail) this.mayEnd();
  }

  onTransfer(target: string): void {
    this.#transfers += 1;
    this.#owed.came(target);
  }

  onPage(target: string): void {
    this.#owed.came(target);
  }

  onReply(last: boolean, { cut, hold }: Delivery, connection: string): void {
    this.#connection = connection;
    if (!last) return;
    const { lab } = this.#options;
    this.#asking.over();
    const withheld = hold?.gate.endsWithPeer === true;
    // Never to be delivered: whoever withholds it says when that is over.
    if (withheld && this.inRealTime) return;
    // In real time the next session must not begin before the end of this one is seen.
    if (cut !== undefined && this.inRealTime) void lab.recordedEnd(connection, SEEN_MS).then(() => this.#sessionOver());
    else this.#sessionOver();
  }

  /** The client was asked for credentials: what it does now ends the session, or goes on with it. */
  challenged(): void {
    this.#asking.over();
    this.mayEnd();
  }

  #sessionOver(): void {
    for (const identifier of this.#named) this.#answered.add(identifier);
    this.#overs += 1;
    if (this.inRealTime && !this.#asking.answered) return;
    if (this.#awaited === undefined || this.#answered.has(this.#awaited)) this.end();
    // It may be that no #1 will ever carry the identifier.
    else if (this.#options.target.advance === undefined) this.mayEnd();
  }

  /** The session under way is over, whatever has come of it. */
  end(): void {
    this.#over();
  }

  /** The session may go on or not: one that is on a virtual clock tells by its rest, others are given a moment. */
  mayEnd(): void {
    const over = this.#over;
    if (this.#options.target.advance !== undefined) over();
    else void sleep(NEXT_SESSION_MS).then(over);
  }

  // ---- asking and waiting

  /** Asks the client for a session, at its account's address or another, and waits for its end. */
  async run(url?: string, mayFail = false): Promise<void> {
    const { context, target } = this.#options;
    if (this.inRealTime) await this.#asking.quiet(NEXT_SESSION_MS);
    const start = async (): Promise<Started> => {
      let started: Started = { accepted: false };
      this.#asking.asked();
      // Recorded before the #1 that it causes.
      await context.bus.causing(async () => {
        started = await target.startSession(url ?? this.#addresses.dm, this.#options.token);
        const { accepted, detail } = started;
        if (!accepted) this.#asking.refused();
        this.refusal = accepted ? undefined : detail;
        const action: Action = { name: 'start-session', accepted, ...(detail === undefined ? {} : { detail }) };
        return { kind: 'action', scenario: this.#options.token, action };
      });
      return started;
    };
    await this.follow(start, { mayFail });
  }

  /** Asks for something after which the client opens a session, and waits for that session's end. */
  async follow(ask: () => Promise<Started>, { identifier, as = '#1', mayFail = false }: Awaited = {}): Promise<void> {
    const { context, target } = this.#options;
    this.#mayFail = mayFail;
    let requested = false;
    const over = new Promise<void>((resolve) => {
      this.#over = resolve;
    });
    this.#requested = () => {
      requested = true;
    };
    this.#awaited = identifier;
    if (identifier !== undefined) this.#answered.delete(identifier);
    this.#asked += 1;
    const started = await ask();
    if (!started.accepted) {
      act(context, this.#options.token, {
        name: 'obstacle',
        reason: started.detail ?? 'the client did not accept to open a session',
      });
      return;
    }
    const done = started.exited ?? (target.advance === undefined ? over : this.#atRest(over));
    const began = performance.now();
    const waited = await this.#patiently(done, this.#withheldMs.get(this.#asked));
    if (waited === 'done') {
      if (!requested && !mayFail && started.exited === undefined) this.#gaveUp(as, 0);
      if (this.inRealTime && started.exited === undefined) await this.#settled();
    } else {
      // Cut short, the session was not waited for; whatever is missing in it says nothing about the client.
      if (context.signal.aborted)
        act(context, this.#options.token, {
          name: 'obstacle',
          reason: 'the run was cut short in the middle of the session',
        });
      else if (waited === 'silent') this.#gaveUp(requested ? 'the next package' : as, context.patienceMs);
      // Packages came until now; a client that is slow over many of them wants a longer patience.
      else this.#gaveUp('the end of the session', Math.round(performance.now() - began));
      this.#asking.forget();
      target.abandon();
      if (started.exited !== undefined) await started.exited;
    }
    for (const end of taken(this.#ends, this.#asked)) end();
    await Promise.all(taken(this.#background, this.#asked));
    if (target.advance !== undefined)
      await quietTime(context, this.#options.token, 'nothing more of the session is sent', target.advance);
  }

  /** In real time nobody tells when a client is done: what its commands still owe, and the session of a report, must have had time to come. */
  async #settled(): Promise<void> {
    const { context } = this.#options;
    const { unasked } = this.#asking;
    await this.#owed.settled(context.patienceMs, context.signal);
    if (this.#mayReport) await this.#asking.another(unasked, REPORT_MS);
    this.#mayReport = false;
  }

  /** An embedded client has come to rest when nothing of it is under way; in a session that goes on it may take its own time first. */
  async #atRest(over: Promise<void>): Promise<void> {
    const { target, context } = this.#options;
    let ended = false;
    over.then(() => {
      ended = true;
    }, undefined);
    let activity = this.#requests;
    let silentMs = 0;
    while (!context.signal.aborted) {
      const rest = await target.advance?.(0);
      if (rest?.idle === false) continue;
      if (ended || silentMs >= context.patienceMs) return;
      await target.advance?.(REST_MS);
      silentMs = this.#requests === activity ? silentMs + REST_MS : 0;
      activity = this.#requests;
    }
  }

  /** Waits as long as packages keep coming, each within the patience, and not for ever; `silent`: none came in that time. */
  async #patiently(done: Promise<void>, atLeastMs = 0): Promise<'done' | 'silent' | 'late'> {
    const { context } = this.#options;
    const ms = Math.max(context.patienceMs, atLeastMs);
    for (let turn = 0; turn < MOST_PATIENCE; turn += 1) {
      const before = this.#requests;
      if (await within(done, ms, context.signal)) return 'done';
      if (context.signal.aborted || this.#requests === before) return 'silent';
    }
    return 'late';
  }

  /**
   * Waits for a transfer to a repository, for that or another package, or for the end of the session, at most as long as the patience. A transfer
   * need not come if one has come already.
   */
  async next(what: 'transfer' | 'package' | 'session', session: number): Promise<void> {
    const { context } = this.#options;
    const until = performance.now() + context.patienceMs;
    const before = this.#requests;
    const came = (): boolean => {
      if (this.#overs >= session) return true;
      if (what === 'session') return false;
      return this.#transfers > 0 || (what === 'package' && this.#requests > before);
    };
    while (!came() && performance.now() < until && !context.signal.aborted) await sleep(2);
  }

  /** In real time: waits for what is still owed of sessions that were asked for. */
  async drained(): Promise<void> {
    if (this.inRealTime) await this.#asking.drained(NEXT_SESSION_MS);
  }

  /** That session is not over before this is done. */
  alongside(session: number, work: Promise<void>): void {
    this.#background.push({ session, what: work });
  }

  /** An answer of that session is withheld for good, for so long in real time. */
  withholds(session: number, ms: number): void {
    this.#withheldMs.set(session, ms);
  }

  /** Resolves when that session, 1 for the first, is over. */
  endOf(session: number): Promise<void> {
    return new Promise((resolve) => this.#ends.push({ session, what: resolve }));
  }

  #gaveUp(waitingFor: string, afterMs: number): void {
    act(this.#options.context, this.#options.token, { name: 'gave-up', waitingFor, afterMs });
  }
}

/** The session identifiers that a #1 may mean. */
function identifiersIn(body: Buffer): readonly number[] {
  return readPackageOne(body).view?.alerts.flatMap(({ raw }) => notificationIds(raw)) ?? [];
}

/** Addresses of the SHOWs that a #3 reports as failed: no page will be asked for. */
function shownInVain(commands: CommandList, body: Buffer): readonly string[] {
  const shows = commands.flatMap(([name, url = ''], index) => (name === 'SHOW' ? [{ url, index }] : []));
  if (shows.length === 0) return [];
  const statuses = readPackageThree(body).view?.statuses ?? [];
  return shows.filter(({ index }) => (statuses[index]?.sc ?? 0) >= 400).map(({ url }) => url);
}

/** Takes out of the list what belongs to the sessions up to this one. */
function taken<T>(list: OfSession<T>[], session: number): readonly T[] {
  const due = list.filter((each) => each.session <= session);
  list.splice(0, list.length, ...list.filter((each) => each.session > session));
  return due.map(({ what }) => what);
}
