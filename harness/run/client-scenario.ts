import { notificationIds } from '../protocol/alerts.js';
import { FIELD } from '../protocol/headers.js';
import { MEDIA, mediaTypeOf } from '../protocol/media-types.js';
import { writeMoSerialization } from '../protocol/mo-data.js';
import type { PackageThree } from '../protocol/packages.js';
import { readPackageOne, readPackageThree } from '../protocol/read-packages.js';
import { validatorsIn } from '../protocol/validators.js';
import type { PreparedReply } from '../reference/repository-core.js';
import { NOTIFIED_ONE } from '../session/notification-log.js';
import { ManualGate } from '../stimuli/gate.js';
import { type Delivery, type HeaderList, headerValue, type PeerReply, type PeerRequest } from '../stimuli/peer.js';
import type { CommandList, SessionPlan, Turn, TurnContext } from '../stimuli/plan.js';
import type { ClientTarget, NotificationWay, Started } from '../targets/target.js';
import type { Action } from '../trace/event.js';
import { Asking } from './asking.js';
import type { ClientLab, LabScenario } from './client-lab.js';
import { ClientNotifier, type Composed } from './client-notifier.js';
import { act, quietTime, type RunContext, sleep, within } from './context.js';
import type { CredentialsFound } from './credential-check.js';
import { challengeTo, eventAlert, isReport } from './happenings.js';
import type { Hearing } from './hearing.js';
import type { Identifiers } from './identifiers.js';
import { type Lateness, Owed } from './lateness.js';
import type { Marks } from './marks.js';
import { moidOf, namedNode, spares } from './named-nodes.js';
import { Provision, SAMPLE_MOID, sampleData } from './provision.js';
import { SecureSessions } from './secure-sessions.js';
import { Steering } from './steering.js';

/** How often the patience may be used up again by a client that keeps sending, before the scenario ends. */
const MOST_PATIENCE = 6;
/** Virtual milliseconds that an embedded client is given at once, in a session that goes on. */
const REST_MS = 500;
/** How much longer than the client's own time-out an answer is withheld for good, in virtual milliseconds. */
const BEYOND_MS = 5_000;
const DEFAULT_GIVE_UP_MS = 60_000;
/** How long the end of a connection may take to be seen in real time, in milliseconds. */
const SEEN_MS = 500;
/** How much later than it says a client may give up in real time, in milliseconds. */
const LATE_MS = 1000;

export interface ClientScenarioOptions {
  readonly context: RunContext;
  readonly lab: ClientLab;
  readonly target: ClientTarget;
  readonly token: string;
  readonly marks: Marks;
  /** An address at which nothing listens. */
  readonly nowhere: string;
  readonly identifiers: Identifiers;
  readonly hearing: Hearing;
  readonly lateness: Lateness;
}

/** The session that the harness waits for. */
interface Awaited {
  /** The identifier that its #1 carries; any other session does not count. */
  readonly identifier?: number | undefined;
  /** What does not come when it does not, for the record. */
  readonly as?: string;
  /** The server is one that the client should have nothing to do with, or that asks for credentials: the end of a connection may be all that comes. */
  readonly mayFail?: boolean;
}

/** Real milliseconds that the session of a notification may take to begin after another one has ended. */
const NEXT_SESSION_MS = 1000;
/** Real milliseconds that the session of a report may take to begin after END. */
const REPORT_MS = 250;

type Rows = readonly (readonly string[])[];
/** Something that happens while a message is withheld. */
type During = () => Promise<unknown>;
/** What belongs to a session that is planned, 1 for the first. */
interface OfSession<T> {
  readonly session: number;
  readonly what: T;
}

const PAGE = '<!doctype html><link rel="icon" href="data:,"><title>dmconform</title><p>A page.</p>';

/** Places that a machine need not have. */
const SPECIAL = /^\{(web server|distant repository)\}/;

/**
 * One scenario against a DM Client: the plan of the server, the behaviour of the repositories, and the sessions that the client is asked for.
 * Addresses in commands are written with placeholders (`{repository}/a`), resolved when the command is sent.
 */
export class ClientScenario implements LabScenario {
  readonly token: string;
  /** What the harness asks of the device itself. */
  readonly steering: Steering;
  readonly notifier: ClientNotifier;
  /** Why the client did not take the last request for a session. */
  refusal: string | undefined;
  /** Sessions over TLS. */
  readonly secure: SecureSessions;
  readonly #options: ClientScenarioOptions;
  readonly #plans: Turn[][] = [[]];
  readonly #provision = new Provision();
  /** Prepared answers by address; everything else gets a fresh value. */
  readonly #prepared = new Set<string>();
  /** Deliveries of the addresses whose answer is withheld. */
  readonly #withheld = new Map<string, Delivery>();
  /** Makes what an address holds, once it is known which node fetches it. */
  readonly #made = new Map<string, (target: string | undefined) => PreparedReply>();
  readonly #background: OfSession<Promise<void>>[] = [];
  /** Sessions in which an answer is withheld for good, and how long they may take for that in real time, in milliseconds. */
  readonly #withheldMs = new Map<number, number>();
  /** Called when the session that they are planned for is over. */
  readonly #ends: OfSession<() => void>[] = [];
  /** Identifiers in the #1 of the session under way, and in those of the sessions that are over. */
  #named: readonly number[] = [];
  readonly #answered = new Set<number>();
  #awaited: number | undefined;
  /** Sessions that the client was asked for. */
  #asked = 0;
  /** Plans that must be carried out once, since they make the client open sessions by itself. */
  readonly #once = new Set<number>();
  readonly #given = new Set<number>();
  /** The session whose #3s are answered by a challenge. */
  #challenged: number | undefined;
  #events = 0;
  #resets = false;
  #transfers = 0;
  /** Sessions that are over. */
  #overs = 0;
  #activity = 0;
  /** On which the latest package came. */
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

  constructor(options: ClientScenarioOptions) {
    this.#options = options;
    this.token = options.token;
    this.#owed = new Owed(options.lateness);
    this.#asking = new Asking(new URL(this.#dmUrl).pathname);
    this.steering = new Steering(options);
    this.notifier = new ClientNotifier(options);
    this.secure = new SecureSessions(options, {
      steering: this.steering,
      follow: (ask, { mayFail }) => this.followSession(ask, { mayFail, as: 'a #1 after the bootstrap' }),
      runAt: (url, { mayFail }) => this.#runSession(url, mayFail),
    });
  }

  // ---- the plan

  /** Adds a package to the session under plan. */
  sends(rows: Rows): void {
    if (rows.some(([name]) => name === 'EXEC')) this.#once.add(this.#plans.length - 1);
    this.#addTurn({ commands: (turn) => this.#resolve(rows, turn) });
  }

  /** Adds a package with this text as body; placeholders in it are replaced. */
  sendsBody(text: string): void {
    const body = Buffer.from(
      text.replaceAll(/\{(?:repository|server)\}\/[\w-]+|\{devInfo\}\w+/g, (cell) => this.#words(cell)),
      'utf8',
    );
    this.#addTurn({ commands: [], body });
  }

  /** Adds a package that is computed from the #3s so far. */
  sendsComputed(commands: (reports: readonly PackageThree[]) => Rows): void {
    this.#addTurn({ commands: (turn) => this.#resolve(commands(turn.reports), turn) });
  }

  /** What follows is the plan of the session after this one. */
  nextSession(): void {
    this.#plans.push([]);
  }

  /** How the package that was added last goes to the wire. */
  delivers(delivery: Delivery): void {
    const turns = this.#plans.at(-1);
    const last = turns?.pop();
    if (turns !== undefined && last !== undefined) turns.push({ ...last, delivery: { ...last.delivery, ...delivery } });
  }

  /** The package that was added last is answered like this. */
  answersWith(status: number, headers: HeaderList = []): void {
    const turns = this.#plans.at(-1);
    const last = turns?.pop();
    const fields = headers.map(([name, value]): readonly [string, string] => [name, this.#url(value)]);
    if (turns !== undefined && last !== undefined) turns.push({ ...last, status, headers: fields });
  }

  /** The package that was added last is withheld until a quiet time has passed, in which something may happen. */
  withholdsPackage(during?: During): void {
    this.delivers({ hold: { gate: this.#gate('a #2', this.#dmUrl, { during }) } });
  }

  /** Instead of the package that was added last nothing is sent, ever: the connection stays open for longer than the client says it waits. */
  neverAnswers(): void {
    const { context, target, lab } = this.#options;
    const limit = target.statement.timeouts?.package ?? DEFAULT_GIVE_UP_MS;
    if (this.#inRealTime) this.#withheldMs.set(this.#plans.length, this.#realLimit + SEEN_MS + LATE_MS);
    let left: () => void = () => undefined;
    const gone = new Promise<void>((resolve) => {
      left = resolve;
    });
    const until = async (ended: Promise<void>): Promise<void> => {
      // A client that has given up closes the connection, which takes a moment to be seen.
      if (target.advance === undefined) {
        await this.#realWait(Promise.race([gone, ended]));
        await lab.recordedEnd(this.#connection, SEEN_MS);
      } else {
        const before = lab.connectionsEnded;
        await quietTime(context, this.token, 'no answer comes', target.advance, limit + BEYOND_MS);
        await lab.connectionEnds(before, context.patienceMs);
      }
      this.#over();
    };
    const gate = this.#gate('the answer', this.#dmUrl, { until, always: true });
    this.delivers({ hold: { gate: { pass: () => gate.pass(), endsWithPeer: true, left } } });
  }

  get #realLimit(): number {
    const { context, target } = this.#options;
    const stated = target.statement.timeouts?.package;
    return stated === undefined ? context.patienceMs : stated + LATE_MS;
  }

  /** In real time: until the client has given up, for a little longer than it says it waits, or than the harness does (D-27). */
  async #realWait(over: Promise<void>): Promise<void> {
    const { context } = this.#options;
    const ms = this.#realLimit;
    act(context, this.token, { name: 'quiet-opened', mode: 'real', ms, why: 'no answer comes' });
    context.quiet.real += 1;
    await within(over, ms, context.signal);
    act(context, this.token, { name: 'quiet-closed', mode: 'real' });
  }

  /** Each #3 of the session under plan is answered 401 until it carries credentials. */
  challenges(): void {
    this.#challenged = this.#plans.length;
  }

  // ---- the device

  /** Something happens on the device, of which the server must be told. */
  async raises(): Promise<void> {
    const { marks, target } = this.#options;
    this.#events += 1;
    await this.steering.raiseAlert(eventAlert(this.#events, target.statement.nodes.devInfo, marks.next()));
  }

  /** Puts an object on the client first, so that there is a dynamic node to act on (`{sample}`). */
  provides(): void {
    if (this.#provision.root !== undefined) return;
    const url = this.#url('{repository}/sample');
    this.#prepare(url, 'GET', {
      body: writeMoSerialization([{ clientUri: `${SAMPLE_MOID}//`, data: sampleData(this.#options.marks) }]),
    });
    this.#addTurn({ commands: [['HGET', url]] });
  }

  /** Adds a package that reads a node again, with the cache validator that came with it last (TS 11). */
  sendsValidator(place: string): void {
    this.sendsComputed((reports) => {
      const cv = reports
        .flatMap(({ statuses }) => statuses.flatMap(({ data }) => validatorsIn(data).slice(0, 1)))
        .at(-1);
      if (cv !== undefined) return [['GET', `${place}?cv=${encodeURIComponent(cv)}`]];
      this.#obstacle('no cache validator came with the data (TS 11)');
      return [['END']];
    });
  }

  // ---- the repositories

  /** A fresh object at this address, or several in one delivery. */
  holdsObjects(place: string, count: number): void {
    const items = Array.from({ length: count }, () => ({
      clientUri: `${SAMPLE_MOID}//`,
      data: sampleData(this.#options.marks),
    }));
    this.#prepare(this.#url(place), 'GET', { body: writeMoSerialization(items) });
  }

  /** The repository answers any method at this address with the status. */
  fails(place: string, status: number): void {
    const url = this.#url(place);
    for (const method of ['GET', 'PUT', 'POST']) this.#prepare(url, method, { status, type: 'text/plain', body: 'no' });
  }

  /** The repository takes uploads at this address, or refuses them with the status, and names the media types that it wants. */
  wants(place: string, status: number, types: string): void {
    const url = this.#url(place);
    const headers: HeaderList = [['OMADM-Accept', types]];
    for (const method of ['PUT', 'POST'])
      this.#prepare(url, method, { status, type: 'text/plain', body: '-', headers });
  }

  /** The repository withholds the last byte of its answer at this address until a quiet time has passed; then it sends it, or resets. */
  withholds(place: string, then: 'send' | 'reset', during?: During): void {
    const url = this.#url(place);
    const gate = this.#gate(`the last byte of ${url}`, url, { during });
    const cut = then === 'reset' ? { cut: { afterBytes: 110, how: 'reset' as const } } : {};
    const delivery: Delivery = { hold: { gate, tail: 1 }, ...cut };
    this.#withheld.set(url, delivery);
    for (const method of ['PUT', 'POST']) this.#prepare(url, method, { body: 'stored', type: 'text/plain', delivery });
    this.#prepared.delete(url);
  }

  /** The repository's answer to a method at this address. */
  answers(place: string, method: string, reply: PreparedReply): void {
    this.#prepare(this.#url(place), method, reply);
  }

  /** What this address holds, made when it is known which node fetches it. */
  makes(place: string, make: (target: string | undefined) => PreparedReply): void {
    this.#made.set(this.#url(place), make);
  }

  /** How the answer at this address goes to the wire, whatever it is. */
  deliversAt(place: string, delivery: Delivery): void {
    this.#withheld.set(this.#url(place), delivery);
  }

  /** An absolute address for a placeholder. */
  address(place: string): string {
    return this.#url(place);
  }

  /** Starts the web server that no one here wrote; without it the scenario shows nothing. */
  async needsWebServer(): Promise<void> {
    const reason = await this.#options.lab.webServer.start();
    if (reason !== undefined) this.#obstacle(reason);
  }

  /** A page of the lab, for a real browser to load; without one the scenario shows nothing. */
  needsBrowser(): void {
    const { noBrowser } = this.#options.target.statement;
    if (noBrowser !== undefined) this.#obstacle(noBrowser);
  }

  /** A web page for a SHOW. */
  showsPage(place: string, delivery: Delivery = {}): void {
    this.#prepare(this.#url(place), 'GET', { type: 'text/html', body: PAGE, delivery });
  }

  /**
   * A page that does not finish loading before the client has come to rest; where that cannot be seen, before the next transfer, the next package,
   * or the end of the session.
   */
  withholdsPage(place: string, until: 'transfer' | 'package' | 'session' = 'transfer'): void {
    const url = this.#url(place);
    const session = this.#plans.length;
    const gate = this.#gate(`the page ${url}`, url, { until: () => this.#next(until, session) });
    this.showsPage(place, { hold: { gate, tail: 1 } });
  }

  // ---- the sessions

  /** Asks the client for sessions, one after another, and waits for the end of each. */
  async runSessions(count: number): Promise<void> {
    for (let session = 0; session < count; session += 1) {
      if (this.#options.context.signal.aborted) return;
      await this.#runSession();
    }
  }

  /** Asks for something after which the client opens a session by itself, and waits for that session's end. */
  async followSession(ask: () => Promise<Started>, awaited: Awaited = {}): Promise<void> {
    if (!this.#options.context.signal.aborted) await this.#follow(ask, awaited);
  }

  /** Notifies the client and follows the session that this causes. */
  async notify(composed: Composed, way?: NotificationWay): Promise<void> {
    const { context, hearing } = this.#options;
    if (hearing.hopeless) {
      const reason = 'the client has answered none of our notifications, so no more are sent (D-12)';
      act(context, this.token, { name: 'obstacle', reason });
      return;
    }
    const before = this.#activity;
    let sent = false;
    const send = async (): Promise<Started> => {
      const answer = await this.notifier.send(composed, way);
      sent = answer.accepted;
      return answer;
    };
    await this.followSession(send, { identifier: composed.identifier, as: NOTIFIED_ONE });
    if (sent) hearing.note(this.#activity > before);
  }

  /** Waits for the session of a notification that was sent already, unless it has been. */
  async awaitNotified({ identifier }: Composed): Promise<void> {
    if (identifier === undefined || !this.notifier.hasSent(identifier) || this.hasAnswered(identifier)) return;
    await this.followSession(() => Promise.resolve({ accepted: true }), { identifier, as: NOTIFIED_ONE });
  }

  /** A session whose #1 carried this identifier is over. */
  hasAnswered(identifier: number): boolean {
    return this.#answered.has(identifier);
  }

  /** The device itself changes a node, and has time to tell. */
  async changes(place: string): Promise<void> {
    const lacks = this.#lacking([[place]]);
    if (lacks !== undefined) return this.#obstacle(lacks);
    await this.steering.setNode(this.#words(place), this.#options.marks.next());
    await quietTime(this.#options.context, this.token, 'the change is reported', this.#options.target.advance);
  }

  /** A second server, at another origin, becomes one that may manage the MO of this node; its first session is waited for. */
  async bootstrapsSecond(place: string): Promise<void> {
    const lacks = this.#lacking([[place]]);
    if (lacks !== undefined) return this.#obstacle(lacks);
    const MOIDs = [moidOf(this.#words(place))];
    await this.followSession(() =>
      this.steering.bootstrap({ SrvID: 'second.example', SrvURI: this.#secondUrl, MOIDs }),
    );
  }

  /** The client is put back to its start when the scenario is over: what the scenario does may leave it waiting. */
  resetsAfterwards(): void {
    this.#resets = true;
  }

  /** What the device itself was made to change is put back, so that no later scenario meets it. */
  async close(): Promise<void> {
    if (this.#inRealTime) await this.#asking.drained(NEXT_SESSION_MS);
    if (this.#resets || this.steering.changed) await this.steering.reset();
  }

  /** Packages that the client has sent in this scenario. */
  get requests(): number {
    return this.#activity;
  }

  nextPlan(target: string): SessionPlan {
    const session = this.#asked - 1;
    // The report of an EXEC goes to an address of its own (D-24), where there is nothing to do.
    const known = [this.#dmUrl, this.#secondUrl].some((url) => target === new URL(url).pathname);
    const elsewhere = !known && !this.secure.has(target);
    const again = this.#once.has(session) && this.#given.has(session);
    if (elsewhere || again) return { turns: [] };
    this.#given.add(session);
    // A #1 that nobody asked for, as of a client that tries again, gets the plan of the session that was.
    return { turns: this.#plans[session] ?? [] };
  }

  intercept(request: PeerRequest, found: CredentialsFound | undefined): PeerReply | undefined {
    const challenge = this.secure.challenge(request, found);
    if (challenge !== undefined) this.#mayEnd();
    if (challenge !== undefined) return challenge;
    if (this.#challenged !== this.#asked || !isReport(request)) return undefined;
    const reply = challengeTo(request);
    if (reply === undefined) return undefined;
    this.#asking.over();
    // A client that has credentials answers it (D-19).
    this.#mayEnd();
    return reply;
  }

  onRequest(request: PeerRequest): void {
    this.#activity += 1;
    if (mediaTypeOf(headerValue(request.headers, FIELD.contentType)) === MEDIA.initiation) {
      this.#named = identifiersIn(request.body);
      this.#asking.opened(request.target);
    } else if (isReport(request)) for (const url of shownInVain(this.#sent, request.body)) this.#owed.waive(url);
    this.#requested();
  }

  onConnectionEnd(): void {
    if (this.#mayFail) this.#mayEnd();
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
    if (withheld && this.#inRealTime) return;
    // In real time the next session must not begin before the end of this one is seen.
    if (cut !== undefined && this.#inRealTime)
      void lab.recordedEnd(connection, SEEN_MS).then(() => this.#sessionOver());
    else this.#sessionOver();
  }

  #sessionOver(): void {
    for (const identifier of this.#named) this.#answered.add(identifier);
    this.#overs += 1;
    if (this.#inRealTime && !this.#asking.answered) return;
    if (this.#awaited === undefined || this.#answered.has(this.#awaited)) this.#over();
    // It may be that no #1 will ever carry the identifier.
    else if (this.#options.target.advance === undefined) this.#mayEnd();
  }

  /** The session may go on or not: one that is on a virtual clock tells by its rest, others are given a moment. */
  #mayEnd(): void {
    const over = this.#over;
    if (this.#options.target.advance !== undefined) over();
    else void sleep(NEXT_SESSION_MS).then(over);
  }

  async #runSession(url?: string, mayFail = false): Promise<void> {
    const { context, target, lab } = this.#options;
    if (this.#inRealTime) await this.#asking.quiet(NEXT_SESSION_MS);
    const start = async (): Promise<Started> => {
      let started: Started = { accepted: false };
      this.#asking.asked();
      // Recorded before the #1 that it causes.
      await context.bus.causing(async () => {
        started = await target.startSession(url ?? lab.serverUrl(target.addressing, this.token), this.token);
        const { accepted, detail } = started;
        if (!accepted) this.#asking.refused();
        this.refusal = accepted ? undefined : detail;
        const action: Action = { name: 'start-session', accepted, ...(detail === undefined ? {} : { detail }) };
        return { kind: 'action', scenario: this.token, action };
      });
      return started;
    };
    await this.#follow(start, { mayFail });
  }

  async #follow(ask: () => Promise<Started>, { identifier, as = '#1', mayFail = false }: Awaited = {}): Promise<void> {
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
      act(context, this.token, {
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
      if (this.#inRealTime && started.exited === undefined) await this.#settled();
    } else {
      // Cut short, the session was not waited for; whatever is missing in it says nothing about the client.
      if (context.signal.aborted)
        act(context, this.token, { name: 'obstacle', reason: 'the run was cut short in the middle of the session' });
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
      await quietTime(context, this.token, 'nothing more of the session is sent', target.advance);
  }

  /** In real time nobody tells when a client is done: what its commands still owe, and the session of a report, must have had time to come. */
  async #settled(): Promise<void> {
    const { context } = this.#options;
    const { unasked } = this.#asking;
    await this.#owed.settled(context.patienceMs, context.signal);
    if (this.#mayReport) await this.#asking.another(unasked, REPORT_MS);
    this.#mayReport = false;
  }

  /** A client that lives on, and of which nobody can tell what it is about. */
  get #inRealTime(): boolean {
    const { advance, statement } = this.#options.target;
    return advance === undefined && statement.start.per !== 'session';
  }

  /** An embedded client has come to rest when nothing of it is under way; in a session that goes on it may take its own time first. */
  async #atRest(over: Promise<void>): Promise<void> {
    const { target, context } = this.#options;
    let ended = false;
    over.then(() => {
      ended = true;
    }, undefined);
    let activity = this.#activity;
    let silentMs = 0;
    while (!context.signal.aborted) {
      const rest = await target.advance?.(0);
      if (rest?.idle === false) continue;
      if (ended || silentMs >= context.patienceMs) return;
      await target.advance?.(REST_MS);
      silentMs = this.#activity === activity ? silentMs + REST_MS : 0;
      activity = this.#activity;
    }
  }

  /** Waits as long as packages keep coming, each within the patience, and not for ever; `silent`: none came in that time. */
  async #patiently(done: Promise<void>, atLeastMs = 0): Promise<'done' | 'silent' | 'late'> {
    const { context } = this.#options;
    const ms = Math.max(context.patienceMs, atLeastMs);
    for (let turn = 0; turn < MOST_PATIENCE; turn += 1) {
      const before = this.#activity;
      if (await within(done, ms, context.signal)) return 'done';
      if (context.signal.aborted || this.#activity === before) return 'silent';
    }
    return 'late';
  }

  /**
   * Waits for a transfer to a repository, for that or another package, or for the end of the session, at most as long as the patience. A transfer
   * need not come if one has come already.
   */
  async #next(what: 'transfer' | 'package' | 'session', session: number): Promise<void> {
    const { context } = this.#options;
    const until = performance.now() + context.patienceMs;
    const before = this.#activity;
    const came = (): boolean => {
      if (this.#overs >= session) return true;
      if (what === 'session') return false;
      return this.#transfers > 0 || (what === 'package' && this.#activity > before);
    };
    while (!came() && performance.now() < until && !context.signal.aborted) await sleep(2);
  }

  #gaveUp(waitingFor: string, afterMs: number): void {
    act(this.#options.context, this.token, { name: 'gave-up', waitingFor, afterMs });
  }

  // ---- addresses and values

  /** The DM endpoint of a second server. */
  get #secondUrl(): string {
    return this.#options.lab.url('otherDm', this.token, 'dm');
  }

  get #dmUrl(): string {
    return this.#options.lab.serverUrl(this.#options.target.addressing, this.token);
  }

  #addTurn(turn: Turn): void {
    this.#plans.at(-1)?.push(turn);
  }

  #resolve(rows: Rows, turn: TurnContext): CommandList {
    this.#provision.learn(turn.reports);
    const lacks = this.#lacking(rows);
    if (lacks !== undefined) {
      this.#obstacle(lacks);
      return [['END']];
    }
    const [nowhere] = rows.flat().filter((cell) => SPECIAL.test(cell) && this.#url(cell) === cell);
    if (nowhere !== undefined) {
      const place = SPECIAL.exec(nowhere)?.[1] ?? '';
      this.#obstacle(
        this.#options.lab.isElsewhere
          ? `the ${place} is on an address that only this machine knows, and the client is elsewhere`
          : `this machine has no ${place}`,
      );
      return [['END']];
    }
    const commands = rows.map((row) => {
      const words = row.filter((cell) => cell !== '').map((cell) => this.#words(cell));
      this.#fill(words);
      return words;
    });
    const last = commands.some(([name]) => name === 'END');
    this.#sent = commands;
    this.#mayReport ||= commands.some(([name]) => name === 'EXEC');
    this.#owed.expect(commands, last, (url) => this.#options.lab.isOurs(url));
    return commands;
  }

  /** Why some placeholder has no address on this client. */
  #lacking(rows: Rows): string | undefined {
    const { spared } = this.#options.target.statement;
    const reason = rows.map((row) => spares(row, spared)).find((one) => one !== undefined);
    if (reason !== undefined) return reason;
    const cells = rows.flat();
    if (cells.some((cell) => cell.startsWith('{sample}')) && this.#provision.root === undefined)
      return this.#provision.obstacle;
    for (const cell of cells) {
      const named = namedNode(cell, this.#options.target.statement.nodes);
      if (named !== undefined && 'missing' in named)
        return `the statement does not name \`${named.missing}\`, a node to act on`;
    }
    return undefined;
  }

  #obstacle(reason: string): void {
    act(this.#options.context, this.token, { name: 'obstacle', reason });
  }

  /** Replaces placeholders by addresses. */
  #words(cell: string): string {
    const { nodes } = this.#options.target.statement;
    if (cell.startsWith('{absent}')) {
      const uri = `${nodes.devInfo}no-${this.token}${cell.slice('{absent}'.length)}`;
      act(this.#options.context, this.token, { name: 'absent-node', uri });
      return uri;
    }
    if (cell === '{nowhere}') {
      act(this.#options.context, this.token, { name: 'unreachable', url: this.#options.nowhere });
      return this.#options.nowhere;
    }
    if (cell.startsWith('{devInfo}')) return `${nodes.devInfo}${cell.slice('{devInfo}'.length)}`;
    if (cell.startsWith('{sample}')) return `${this.#provision.root ?? ''}${cell.slice('{sample}'.length)}`;
    const named = namedNode(cell, nodes);
    return named !== undefined && 'uri' in named ? named.uri : this.#url(cell);
  }

  #url(cell: string): string {
    const [, place, name] = /^\{(.+?)\}\/(.*)$/.exec(cell) ?? [];
    const { lab } = this.#options;
    if (name === undefined) return cell;
    if (place === 'repository') return lab.url('repository', this.token, name);
    if (place === 'other repository') return lab.url('otherRepository', this.token, name);
    if (place === 'secure repository') return lab.url('secureRepository', this.token, name);
    if (place === 'pages') return lab.url('pages', this.token, name);
    if (place === 'distant repository') return lab.specialUrl('distantRepository', this.token, name) ?? cell;
    if (place === 'web server') return lab.specialUrl('webServer', this.token, name) ?? cell;
    if (place === 'server') return lab.url('dm', this.token, name);
    return place === 'other server' ? lab.url('otherDm', this.token, name) : cell;
  }

  /** An HGET finds a fresh value at its address, unless the scenario prepared something else. */
  #fill([name, url, target]: readonly string[]): void {
    if (name === 'DEFAULT' && url !== undefined && target !== undefined) this.#fillDefault(url, target);
    if (name !== 'HGET' || url === undefined || this.#prepared.has(url)) return;
    const made = this.#made.get(url);
    if (made !== undefined) {
      this.#prepare(url, 'GET', made(target));
      return;
    }
    const item =
      target === undefined
        ? { clientUri: `${SAMPLE_MOID}//`, data: sampleData(this.#options.marks) }
        : { clientUri: target, data: this.#leaf(target) };
    const delivery = this.#withheld.get(url);
    this.#prepare(url, 'GET', { body: writeMoSerialization([item]), ...(delivery === undefined ? {} : { delivery }) });
  }

  /** A DEFAULT finds a fresh instance of its MO. */
  #fillDefault(url: string, moid: string): void {
    const item = { clientUri: `${moid}//`, data: { Level: this.#options.marks.next() } };
    this.#prepare(url, 'GET', { body: writeMoSerialization([item]) });
  }

  #leaf(target: string): Readonly<Record<string, string>> {
    const name =
      target
        .split('?')[0]
        ?.split('/')
        .findLast((part) => part !== '') ?? 'value';
    return { [name]: this.#options.marks.next() };
  }

  #prepare(url: string, method: string, reply: PreparedReply): void {
    const { lab } = this.#options;
    this.#prepared.add(url);
    const path = new URL(url).pathname;
    if (lab.webServer.origin === new URL(url).origin) lab.webServer.put(path, reply.body ?? '');
    for (const core of [lab.repository, lab.otherRepository, lab.pages]) core.answer(method, path, reply);
  }

  /** Resolves when that session, 1 for the first, is over. */
  #endOf(session: number): Promise<void> {
    return new Promise((resolve) => this.#ends.push({ session, what: resolve }));
  }

  /**
   * A gate that opens when the client has had a quiet time in which to do the wrong thing.
   * @param how `until`: what opens it, for a target without a virtual clock or `always`; `during`: what happens while it is shut.
   */
  #gate(
    what: string,
    url: string,
    how: {
      readonly until?: (ended: Promise<void>) => Promise<void>;
      readonly always?: boolean;
      readonly during?: During | undefined;
    } = {},
  ): ManualGate {
    const { context, target } = this.#options;
    const until = how.always === true || target.advance === undefined ? how.until : undefined;
    const quiet = (): Promise<void> => quietTime(context, this.token, `${what} is withheld`, target.advance);
    const longest = Math.max(4 * context.patienceMs, (target.statement.timeouts?.package ?? 0) + 2 * LATE_MS);
    const gate = new ManualGate({ what, patienceMs: longest });
    const session = this.#plans.length;
    const ended = this.#endOf(session);
    const work = async (): Promise<void> => {
      // Nobody may ever come to the gate: the client may skip the transfer, and end the session without it.
      const missed = ended.then((): 'missed' => 'missed');
      if ((await Promise.race([gate.reached, missed])) === 'missed') return gate.open();
      act(context, this.token, { name: 'hold', what, url });
      await how.during?.();
      await (until ?? quiet)(ended);
      act(context, this.token, { name: 'release', what, url });
      gate.open();
    };
    this.#background.push({ session, what: work() });
    return gate;
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
