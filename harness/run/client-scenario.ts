import type { Nodes } from '../model/statement.js';
import { writeMoSerialization } from '../protocol/mo-data.js';
import type { PackageThree } from '../protocol/packages.js';
import { ManualGate } from '../stimuli/gate.js';
import type { Delivery, HeaderList, PeerReply, PeerRequest } from '../stimuli/peer.js';
import type { CommandList, SessionPlan, Turn, TurnContext } from '../stimuli/plan.js';
import type { ClientTarget, Started } from '../targets/target.js';
import type { ClientLab, LabScenario } from './client-lab.js';
import { act, quietTime, type RunContext, sleep, within } from './context.js';
import { challengeTo, eventAlert, isReport } from './happenings.js';
import type { Marks } from './marks.js';
import { Provision, SAMPLE_MOID, sampleData } from './provision.js';
import { Steering } from './steering.js';

/** How often the patience may be used up again by a client that keeps sending, before the scenario ends. */
const MOST_PATIENCE = 6;
/** Virtual milliseconds that an embedded client is given at once, in a session that goes on. */
const REST_MS = 500;
/** How much longer than the client's own time-out an answer is withheld for good, in virtual milliseconds. */
const BEYOND_MS = 5_000;
const DEFAULT_GIVE_UP_MS = 60_000;
/** Placeholders that the statement itself has the address of. */
const NAMED_NODE = /^\{(executable|executableWithAlert|permanent)\}$/;

export interface ClientScenarioOptions {
  readonly context: RunContext;
  readonly lab: ClientLab;
  readonly target: ClientTarget;
  readonly token: string;
  readonly marks: Marks;
  /** An address at which nothing listens. */
  readonly nowhere: string;
}

type Rows = readonly (readonly string[])[];
/** Something that happens while a message is withheld. */
type During = () => Promise<unknown>;
/** What belongs to a session that is planned, 1 for the first. */
interface OfSession<T> {
  readonly session: number;
  readonly what: T;
}

/**
 * One scenario against a DM Client: the plan of the server, the behaviour of the repositories, and the sessions that the client is asked for.
 * Addresses in commands are written with placeholders (`{repository}/a`), resolved when the command is sent.
 */
export class ClientScenario implements LabScenario {
  readonly token: string;
  /** What the harness asks of the device itself. */
  readonly steering: Steering;
  readonly #options: ClientScenarioOptions;
  readonly #plans: Turn[][] = [[]];
  readonly #provision: Provision;
  /** Prepared answers by address; everything else gets a fresh value. */
  readonly #prepared = new Set<string>();
  /** Deliveries of the addresses whose answer is withheld. */
  readonly #withheld = new Map<string, Delivery>();
  readonly #background: OfSession<Promise<void>>[] = [];
  /** Called when the session that they are planned for is over. */
  readonly #ends: OfSession<() => void>[] = [];
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
  #activity = 0;
  #over: () => void = () => undefined;
  #requested: () => void = () => undefined;

  constructor(options: ClientScenarioOptions) {
    this.#options = options;
    this.token = options.token;
    this.steering = new Steering(options);
    this.#provision = new Provision(options.target.statement.nodes);
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
    const session = this.#plans.length;
    const until = async (): Promise<void> => {
      const before = lab.connectionsEnded;
      if (target.advance === undefined) await this.#endOf(session);
      else {
        await quietTime(context, this.token, 'no answer comes', target.advance, limit + BEYOND_MS);
        // A client that has given up closes the connection, which takes a moment to be seen.
        const late = performance.now() + context.patienceMs;
        while (lab.connectionsEnded === before && performance.now() < late) await sleep(1);
      }
      this.#over();
    };
    const gate = this.#gate('the answer', this.#dmUrl, { until, always: true });
    this.delivers({ hold: { gate: { pass: () => gate.pass(), endsWithPeer: true } } });
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

  /** A page that does not finish loading before the client has come to rest. */
  withholdsPage(place: string): void {
    const url = this.#url(place);
    const gate = this.#gate(`the page ${url}`, url, { until: () => this.#nextTransfer() });
    this.#prepare(url, 'GET', {
      type: 'text/html',
      body: '<!doctype html><title>dmconform</title><p>A page.</p>',
      delivery: { hold: { gate, tail: 1 } },
    });
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
  async followSession(ask: () => Promise<Started>): Promise<void> {
    if (!this.#options.context.signal.aborted) await this.#follow(ask);
  }

  /** The client is put back to its start when the scenario is over: what the scenario does may leave it waiting. */
  resetsAfterwards(): void {
    this.#resets = true;
  }

  async close(): Promise<void> {
    if (this.#resets) await this.steering.reset();
  }

  /** Packages that the client has sent in this scenario. */
  get requests(): number {
    return this.#activity;
  }

  nextPlan(target: string): SessionPlan {
    const session = this.#asked - 1;
    // The report of an EXEC goes to an address of its own (D-24), where there is nothing to do.
    const elsewhere = target !== new URL(this.#dmUrl).pathname;
    const again = this.#once.has(session) && this.#given.has(session);
    if (elsewhere || again) return { turns: [] };
    this.#given.add(session);
    // A #1 that nobody asked for, as of a client that tries again, gets the plan of the session that was.
    return { turns: this.#plans[session] ?? [] };
  }

  intercept(request: PeerRequest): PeerReply | undefined {
    if (this.#challenged !== this.#asked || !isReport(request)) return undefined;
    const reply = challengeTo(request);
    if (reply !== undefined) this.#over();
    return reply;
  }

  onRequest(): void {
    this.#activity += 1;
    this.#requested();
  }

  onTransfer(): void {
    this.#transfers += 1;
  }

  onReply(last: boolean): void {
    if (last) this.#over();
  }

  async #runSession(): Promise<void> {
    const { context, target, lab } = this.#options;
    await this.#follow(async () => {
      const started = await target.startSession(lab.serverUrl(target.addressing, this.token), this.token);
      const { accepted, detail } = started;
      act(context, this.token, { name: 'start-session', accepted, ...(detail === undefined ? {} : { detail }) });
      return started;
    });
  }

  async #follow(ask: () => Promise<Started>): Promise<void> {
    const { context, target } = this.#options;
    let requested = false;
    const over = new Promise<void>((resolve) => {
      this.#over = resolve;
    });
    this.#requested = () => {
      requested = true;
    };
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
    if (await this.#patiently(done)) {
      if (!requested && started.exited === undefined) this.#gaveUp('#1', 0);
    } else {
      // Cut short, the session was not waited for; whatever is missing in it says nothing about the client.
      if (context.signal.aborted)
        act(context, this.token, { name: 'obstacle', reason: 'the run was cut short in the middle of the session' });
      else this.#gaveUp(requested ? 'the next package' : '#1', context.patienceMs);
      target.abandon();
      if (started.exited !== undefined) await started.exited;
    }
    for (const end of taken(this.#ends, this.#asked)) end();
    await Promise.all(taken(this.#background, this.#asked));
    if (target.advance !== undefined)
      await quietTime(context, this.token, 'nothing more of the session is sent', target.advance);
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

  /** Waits as long as packages keep coming, each within the patience, and not for ever. */
  async #patiently(done: Promise<void>): Promise<boolean> {
    const { context } = this.#options;
    for (let turn = 0; turn < MOST_PATIENCE; turn += 1) {
      const before = this.#activity;
      if (await within(done, context.patienceMs, context.signal)) return true;
      if (context.signal.aborted || this.#activity === before) return false;
    }
    return false;
  }

  /** Waits for a transfer to a repository, at most as long as the patience; none has to come if one has come already. */
  async #nextTransfer(): Promise<void> {
    const { context } = this.#options;
    const until = performance.now() + context.patienceMs;
    while (this.#transfers === 0 && performance.now() < until && !context.signal.aborted) await sleep(2);
  }

  #gaveUp(waitingFor: string, afterMs: number): void {
    act(this.#options.context, this.token, { name: 'gave-up', waitingFor, afterMs });
  }

  // ---- addresses and values

  get #dmUrl(): string {
    return this.#options.lab.serverUrl(this.#options.target.addressing, this.token);
  }

  #addTurn(turn: Turn): void {
    this.#plans.at(-1)?.push(turn);
  }

  #resolve(rows: Rows, turn: TurnContext): CommandList {
    this.#provision.learn(turn.reports);
    const needs = rows.flat().some((cell) => cell.includes('{sample}'));
    if (needs && this.#provision.root === undefined) {
      act(this.#options.context, this.token, { name: 'obstacle', reason: this.#provision.obstacle });
      return [['END']];
    }
    const unnamed = this.#unnamed(rows);
    if (unnamed !== undefined) {
      act(this.#options.context, this.token, {
        name: 'obstacle',
        reason: `the statement names no such node: \`nodes.${unnamed}\``,
      });
      return [['END']];
    }
    return rows.map((row) => {
      const words = row.filter((cell) => cell !== '').map((cell) => this.#words(cell));
      this.#fill(words);
      return words;
    });
  }

  /** The first node that the commands need and the statement does not name. */
  #unnamed(rows: Rows): keyof Nodes | undefined {
    const { nodes } = this.#options.target.statement;
    const needed = rows.flat().map((cell) => NAMED_NODE.exec(cell)?.[1] as keyof Nodes | undefined);
    return needed.find((name) => name !== undefined && nodes[name] === undefined);
  }

  /** Replaces placeholders by addresses. */
  #words(cell: string): string {
    const { nodes } = this.#options.target.statement;
    const named = NAMED_NODE.exec(cell)?.[1] as keyof Nodes | undefined;
    if (named !== undefined) return nodes[named] ?? cell;
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
    return this.#url(cell);
  }

  #url(cell: string): string {
    const [, place, name] = /^\{(.+?)\}\/(.*)$/.exec(cell) ?? [];
    const { lab } = this.#options;
    if (name === undefined) return cell;
    if (place === 'repository') return lab.url('repository', this.token, name);
    if (place === 'other repository') return lab.url('otherRepository', this.token, name);
    if (place === 'pages') return lab.url('pages', this.token, name);
    if (place === 'server') return lab.url('dm', this.token, name);
    return place === 'other server' ? lab.url('otherDm', this.token, name) : cell;
  }

  /** An HGET finds a fresh value at its address, unless the scenario prepared something else. */
  #fill([name, url, target]: readonly string[]): void {
    if (name !== 'HGET' || url === undefined || this.#prepared.has(url)) return;
    const item =
      target === undefined
        ? { clientUri: `${SAMPLE_MOID}//`, data: sampleData(this.#options.marks) }
        : { clientUri: target, data: this.#leaf(target) };
    const delivery = this.#withheld.get(url);
    this.#prepare(url, 'GET', { body: writeMoSerialization([item]), ...(delivery === undefined ? {} : { delivery }) });
  }

  #leaf(target: string): Readonly<Record<string, string>> {
    const name =
      target
        .split('?')[0]
        ?.split('/')
        .findLast((part) => part !== '') ?? 'value';
    return { [name]: this.#options.marks.next() };
  }

  #prepare(url: string, method: string, reply: Parameters<ClientLab['repository']['answer']>[2]): void {
    const { lab } = this.#options;
    this.#prepared.add(url);
    const path = new URL(url).pathname;
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
    how: { readonly until?: () => Promise<void>; readonly always?: boolean; readonly during?: During | undefined } = {},
  ): ManualGate {
    const { context, target } = this.#options;
    const until = how.always === true || target.advance === undefined ? how.until : undefined;
    const quiet = (): Promise<void> => quietTime(context, this.token, `${what} is withheld`, target.advance);
    const gate = new ManualGate({ what, patienceMs: 4 * context.patienceMs });
    const session = this.#plans.length;
    const work = async (): Promise<void> => {
      // Nobody may ever come to the gate: the client may skip the transfer, and end the session without it.
      const missed = this.#endOf(session).then((): 'missed' => 'missed');
      if ((await Promise.race([gate.reached, missed])) === 'missed') return gate.open();
      act(context, this.token, { name: 'hold', what, url });
      await how.during?.();
      await (until ?? quiet)();
      act(context, this.token, { name: 'release', what, url });
      gate.open();
    };
    this.#background.push({ session, what: work() });
    return gate;
  }
}

/** Takes out of the list what belongs to the sessions up to this one. */
function taken<T>(list: OfSession<T>[], session: number): readonly T[] {
  const due = list.filter((each) => each.session <= session);
  list.splice(0, list.length, ...list.filter((each) => each.session > session));
  return due.map(({ what }) => what);
}
