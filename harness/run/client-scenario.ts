import { writeMoSerialization } from '../protocol/mo-data.js';
import type { PackageThree } from '../protocol/packages.js';
import { validatorsIn } from '../protocol/validators.js';
import { NOTIFIED_ONE } from '../session/notification-log.js';
import { ManualGate } from '../stimuli/gate.js';
import type { Delivery, HeaderList, PeerReply, PeerRequest } from '../stimuli/peer.js';
import type { CommandList, SessionPlan, Turn, TurnContext } from '../stimuli/plan.js';
import type { NotificationWay, Started } from '../targets/target.js';
import { ClientAddresses, type ClientAddressesOptions, type Rows } from './client-addresses.js';
import { ClientContent } from './client-content.js';
import type { LabScenario } from './client-lab.js';
import { ClientNotifier, type Composed } from './client-notifier.js';
import { type Awaited, ClientSessions, type ClientSessionsOptions, SEEN_MS } from './client-sessions.js';
import { act, quietTime, within } from './context.js';
import type { CredentialsFound } from './credential-check.js';
import { challengeTo, eventAlert, isReport } from './happenings.js';
import type { Hearing } from './hearing.js';
import type { Identifiers } from './identifiers.js';
import type { Marks } from './marks.js';
import { moidOf } from './named-nodes.js';
import { Provision, SAMPLE_MOID, sampleData } from './provision.js';
import { SecureSessions } from './secure-sessions.js';
import { Steering } from './steering.js';

/** How much longer than the client's own time-out an answer is withheld for good, in virtual milliseconds. */
const BEYOND_MS = 5_000;
const DEFAULT_GIVE_UP_MS = 60_000;
/** How much later than it says a client may give up in real time, in milliseconds. */
const LATE_MS = 1000;

export interface ClientScenarioOptions extends ClientAddressesOptions, ClientSessionsOptions {
  readonly marks: Marks;
  readonly identifiers: Identifiers;
  readonly hearing: Hearing;
}

/** Something that happens while a message is withheld. */
type During = () => Promise<unknown>;

/**
 * One scenario against a DM Client: what the server will send, and what the client is asked for.
 * Addresses in commands are written with placeholders (`{repository}/a`), resolved when the command is sent.
 */
export class ClientScenario implements LabScenario {
  readonly token: string;
  /** What the harness asks of the device itself. */
  readonly steering: Steering;
  readonly notifier: ClientNotifier;
  readonly addresses: ClientAddresses;
  readonly content: ClientContent;
  readonly sessions: ClientSessions;
  /** Sessions over TLS. */
  readonly secure: SecureSessions;
  readonly #options: ClientScenarioOptions;
  readonly #plans: Turn[][] = [[]];
  readonly #provision = new Provision();
  /** Plans that must be carried out once, since they make the client open sessions by itself. */
  readonly #once = new Set<number>();
  readonly #given = new Set<number>();
  /** The session whose #3s are answered by a challenge. */
  #challenged: number | undefined;
  #events = 0;
  #resets = false;

  constructor(options: ClientScenarioOptions) {
    this.#options = options;
    this.token = options.token;
    this.addresses = new ClientAddresses(options, this.#provision);
    this.content = new ClientContent(options, this.addresses);
    this.sessions = new ClientSessions(options, this.addresses);
    this.steering = new Steering(options);
    this.notifier = new ClientNotifier(options);
    this.secure = new SecureSessions(options, {
      steering: this.steering,
      follow: (ask, { mayFail }) => this.followSession(ask, { mayFail, as: 'a #1 after the bootstrap' }),
      runAt: (url, { mayFail }) => this.sessions.run(url, mayFail),
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
      text.replaceAll(/\{(?:repository|server)\}\/[\w-]+|\{devInfo\}\w+/g, (cell) => this.addresses.words(cell)),
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
    const fields = headers.map(([name, value]): readonly [string, string] => [name, this.addresses.url(value)]);
    if (turns !== undefined && last !== undefined) turns.push({ ...last, status, headers: fields });
  }

  /** The package that was added last is withheld until a quiet time has passed, in which something may happen. */
  withholdsPackage(during?: During): void {
    this.delivers({ hold: { gate: this.#gate('a #2', this.addresses.dm, { during }) } });
  }

  /** Instead of the package that was added last nothing is sent, ever: the connection stays open for longer than the client says it waits. */
  neverAnswers(): void {
    const { context, target, lab } = this.#options;
    const limit = target.statement.timeouts?.package ?? DEFAULT_GIVE_UP_MS;
    if (this.sessions.inRealTime) this.sessions.withholds(this.#plans.length, this.#realLimit + SEEN_MS + LATE_MS);
    let left: () => void = () => undefined;
    const gone = new Promise<void>((resolve) => {
      left = resolve;
    });
    const until = async (ended: Promise<void>): Promise<void> => {
      // A client that has given up closes the connection, which takes a moment to be seen.
      if (target.advance === undefined) {
        await this.#realWait(Promise.race([gone, ended]));
        await lab.recordedEnd(this.sessions.connection, SEEN_MS);
      } else {
        const before = lab.connectionsEnded;
        await quietTime(context, this.token, 'no answer comes', target.advance, limit + BEYOND_MS);
        await lab.connectionEnds(before, context.patienceMs);
      }
      this.sessions.end();
    };
    const gate = this.#gate('the answer', this.addresses.dm, { until, always: true });
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
    const url = this.addresses.url('{repository}/sample');
    this.content.prepare(url, 'GET', {
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

  /** The repository withholds the last byte of its answer at this address until a quiet time has passed; then it sends it, or resets. */
  withholds(place: string, then: 'send' | 'reset', during?: During): void {
    const url = this.addresses.url(place);
    const gate = this.#gate(`the last byte of ${url}`, url, { during });
    const cut = then === 'reset' ? { cut: { afterBytes: 110, how: 'reset' as const } } : {};
    const delivery: Delivery = { hold: { gate, tail: 1 }, ...cut };
    this.content.withholds(place, delivery);
  }

  /** An absolute address for a placeholder. */
  address(place: string): string {
    return this.addresses.url(place);
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

  /**
   * A page that does not finish loading before the client has come to rest; where that cannot be seen, before the next transfer, the next package,
   * or the end of the session.
   */
  withholdsPage(place: string, until: 'transfer' | 'package' | 'session' = 'transfer'): void {
    const url = this.addresses.url(place);
    const session = this.#plans.length;
    const gate = this.#gate(`the page ${url}`, url, { until: () => this.sessions.next(until, session) });
    this.content.showsPage(place, { hold: { gate, tail: 1 } });
  }

  // ---- the sessions

  /** Asks the client for sessions, one after another, and waits for the end of each. */
  async runSessions(count: number): Promise<void> {
    for (let session = 0; session < count; session += 1) {
      if (this.#options.context.signal.aborted) return;
      await this.sessions.run();
    }
  }

  /** Asks for something after which the client opens a session by itself, and waits for that session's end. */
  async followSession(ask: () => Promise<Started>, awaited: Awaited = {}): Promise<void> {
    if (!this.#options.context.signal.aborted) await this.sessions.follow(ask, awaited);
  }

  /** Notifies the client and follows the session that this causes. */
  async notify(composed: Composed, way?: NotificationWay): Promise<void> {
    const { context, hearing } = this.#options;
    if (hearing.hopeless) {
      const reason = 'the client has answered none of our notifications, so no more are sent (D-12)';
      act(context, this.token, { name: 'obstacle', reason });
      return;
    }
    const before = this.sessions.requests;
    let sent = false;
    const send = async (): Promise<Started> => {
      const answer = await this.notifier.send(composed, way);
      sent = answer.accepted;
      return answer;
    };
    await this.followSession(send, { identifier: composed.identifier, as: NOTIFIED_ONE });
    if (sent) hearing.note(this.sessions.requests > before);
  }

  /** Waits for the session of a notification that was sent already, unless it has been. */
  async awaitNotified({ identifier }: Composed): Promise<void> {
    if (identifier === undefined || !this.notifier.hasSent(identifier) || this.sessions.hasAnswered(identifier)) return;
    await this.followSession(() => Promise.resolve({ accepted: true }), { identifier, as: NOTIFIED_ONE });
  }

  /** The device itself changes a node, and has time to tell. */
  async changes(place: string): Promise<void> {
    const lacks = this.addresses.obstacle([[place]]);
    if (lacks !== undefined) return this.#obstacle(lacks);
    await this.steering.setNode(this.addresses.words(place), this.#options.marks.next());
    await quietTime(this.#options.context, this.token, 'the change is reported', this.#options.target.advance);
  }

  /** A second server, at another origin, becomes one that may manage the MO of this node; its first session is waited for. */
  async bootstrapsSecond(place: string): Promise<void> {
    const lacks = this.addresses.obstacle([[place]]);
    if (lacks !== undefined) return this.#obstacle(lacks);
    const MOIDs = [moidOf(this.addresses.words(place))];
    await this.followSession(() =>
      this.steering.bootstrap({ SrvID: 'second.example', SrvURI: this.addresses.second, MOIDs }),
    );
  }

  /** The client is put back to its start when the scenario is over: what the scenario does may leave it waiting. */
  resetsAfterwards(): void {
    this.#resets = true;
  }

  /** What the device itself was made to change is put back, so that no later scenario meets it. */
  async close(): Promise<void> {
    await this.sessions.drained();
    if (this.#resets || this.steering.changed) await this.steering.reset();
  }

  nextPlan(target: string): SessionPlan {
    const session = this.sessions.asked - 1;
    // The report of an EXEC goes to an address of its own (D-24), where there is nothing to do.
    const known = [this.addresses.dm, this.addresses.second].some((url) => target === new URL(url).pathname);
    const elsewhere = !known && !this.secure.has(target);
    const again = this.#once.has(session) && this.#given.has(session);
    if (elsewhere || again) return { turns: [] };
    this.#given.add(session);
    // A #1 that nobody asked for, as of a client that tries again, gets the plan of the session that was.
    return { turns: this.#plans[session] ?? [] };
  }

  intercept(request: PeerRequest, found: CredentialsFound | undefined): PeerReply | undefined {
    const challenge = this.secure.challenge(request, found);
    if (challenge !== undefined) {
      this.sessions.mayEnd();
      return challenge;
    }
    if (this.#challenged !== this.sessions.asked || !isReport(request)) return undefined;
    const reply = challengeTo(request);
    if (reply === undefined) return undefined;
    // A client that has credentials answers it (D-19).
    this.sessions.challenged();
    return reply;
  }

  onRequest(request: PeerRequest): void {
    this.sessions.onRequest(request);
  }

  onConnectionEnd(): void {
    this.sessions.onConnectionEnd();
  }

  onTransfer(target: string): void {
    this.sessions.onTransfer(target);
  }

  onPage(target: string): void {
    this.sessions.onPage(target);
  }

  onReply(last: boolean, delivery: Delivery, connection: string): void {
    this.sessions.onReply(last, delivery, connection);
  }

  #addTurn(turn: Turn): void {
    this.#plans.at(-1)?.push(turn);
  }

  #resolve(rows: Rows, turn: TurnContext): CommandList {
    this.#provision.learn(turn.reports);
    const lacks = this.addresses.obstacle(rows);
    if (lacks !== undefined) {
      this.#obstacle(lacks);
      return [['END']];
    }
    const commands = rows.map((row) => {
      const words = row.filter((cell) => cell !== '').map((cell) => this.addresses.words(cell));
      this.content.fill(words);
      return words;
    });
    const last = commands.some(([name]) => name === 'END');
    this.sessions.sends(commands, last);
    return commands;
  }

  #obstacle(reason: string): void {
    act(this.#options.context, this.token, { name: 'obstacle', reason });
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
    const ended = this.sessions.endOf(session);
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
    this.sessions.alongside(session, work());
    return gate;
  }
}
