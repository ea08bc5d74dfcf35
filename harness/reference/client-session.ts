import { ALERT, clientInitiated, type GenericAlert, serverInitiated } from '../protocol/alerts.js';
import { combinedValue } from '../protocol/headers.js';
import { MEDIA, mediaTypeOf } from '../protocol/media-types.js';
import type { Problem, SeenCommand } from '../protocol/packages.js';
import { readPackageTwo } from '../protocol/read-packages.js';
import { type StatusEntry, writePackageOne, writePackageThree } from '../protocol/write-packages.js';
import type { PeerResponse, PeerSend } from '../stimuli/peer.js';
import type { QueuedAlert } from './alert-queue.js';
import { Authenticator } from './authenticator.js';
import type { CommandContext } from './command-context.js';
import { SessionCookies } from './cookies.js';
import type { Account } from './default-tree.js';
import type { Device } from './device.js';
import { executeCommand, executeInOrder } from './executor.js';
import type { Cause, ClientHookContext, Exchange, MalformedChoice, SessionEnd } from './hooks.js';
import { Scratch } from './scratch.js';

/** What an answer of the DM server means for the session. */
type Heard =
  | { readonly kind: 'two'; readonly commands: readonly SeenCommand[] }
  | { readonly kind: 'over'; readonly end: SessionEnd }
  | { readonly kind: 'retry' };

type Sender = (request: PeerSend, next: Exchange, context: ClientHookContext) => Promise<PeerResponse | undefined>;

export interface SessionOptions {
  readonly cause: Cause;
  /** Of the server that the session is with. */
  readonly account: Account;
  /** Called when the sending of #1 begins. */
  readonly begun: () => void;
  /** Where #1 goes; undefined: where the account says. */
  readonly url?: string | undefined;
}

/** One DM Session of a client, from #1 to END (CR 6.1a, 6.2; TS 5.2). */
export class ClientSession {
  readonly context: ClientHookContext;
  readonly #device: Device;
  readonly #account: Account;
  readonly #cause: Cause;
  readonly #cookies = new SessionCookies();
  readonly #conts: string[] = [];
  readonly #authenticator: Authenticator;
  readonly #begun: () => void;
  readonly #start: string;
  #package = 0;
  #execution: CommandContext;

  constructor(device: Device, { cause, account, begun, url }: SessionOptions) {
    this.#device = device;
    this.#account = account;
    this.#cause = cause;
    this.#begun = begun;
    this.#start = cause.kind === 'report' ? cause.url : (url ?? account.serverUri);
    device.sessions += 1;
    this.context = this.#hookContext(device.sessions);
    this.#authenticator = new Authenticator(account, device.hooks, () => this.context);
    this.#execution = {
      ...device.commandContext(this.context, this.#account),
      transfer: (request) =>
        device.transfer(request, this.context, (wanted) => this.#authenticator.send(wanted, (one) => device.send(one))),
      continueAt: (next) => this.#conts.push(next),
    };
  }

  /** Runs the session to its end, whichever it is. Never rejects; nothing is sent again after an error (D-16). */
  async run(): Promise<SessionEnd> {
    const end = await this.#exchange().catch((): SessionEnd => (this.#stopped() ? 'aborted' : 'broken'));
    await this.#device.hooks.afterSession?.(end, this.context);
    return end;
  }

  async #exchange(): Promise<SessionEnd> {
    let send = () => this.sendOne();
    for (;;) {
      const reply = await send();
      if (this.#stopped()) return 'aborted';
      if (reply === undefined) return 'left';
      const heard = await this.#hear(reply);
      if (heard.kind === 'over') return heard.end;
      if (heard.kind === 'retry') continue;
      const statuses = await this.execute(heard.commands);
      if (this.#stopped()) return 'aborted';
      if (heard.commands.some(({ name }) => name === 'END')) {
        await this.#device.hooks.onEnd?.(statuses, (wrong) => this.#report(wrong), this.context);
        return 'ended';
      }
      send = () => this.sendThree(statuses);
    }
  }

  /** Sends #1: the supported MOs, why the session is opened, and every event not yet delivered (CR 6.2-2). Undefined when nothing was sent. */
  sendOne(): Promise<PeerResponse | undefined> {
    const { hooks, options, tree, alerts } = this.#device;
    const waiting = this.#waiting();
    const shown = this.#shown(waiting);
    const all = [initiationOf(this.#cause), ...shown];
    const wanted = this.#cause.kind === 'notified' && this.#cause.reqMos === true;
    const whole = { alerts: all, ...(options.mos === false && !wanted ? {} : { mos: tree.supported() }) };
    const body = writePackageOne(hooks.packageOne?.(whole, this.context) ?? whole);
    return this.#post(MEDIA.initiation, body, hooks.requestOne, () => alerts.acknowledge(sent(waiting, shown)));
  }

  /** Sends the #3 that answers the last #2: its statuses, and the events since (CR 6.2-5). Undefined when nothing was sent. */
  sendThree(statuses: readonly StatusEntry[]): Promise<PeerResponse | undefined> {
    const { hooks, alerts } = this.#device;
    const waiting = this.#waiting();
    const shown = this.#shown(waiting);
    const body = this.#three(statuses, shown);
    return this.#post(MEDIA.response, body, hooks.requestThree, () => alerts.acknowledge(sent(waiting, shown)));
  }

  /** Carries out the commands of a #2; the statuses stand in the order of the commands, END has none. */
  async execute(commands: readonly SeenCommand[]): Promise<readonly StatusEntry[]> {
    const { hooks } = this.#device;
    const context = this.#execution;
    const next = (command: SeenCommand) => executeCommand(command, context);
    const run = async (index: number): Promise<StatusEntry | undefined> => {
      const command = commands[index];
      if (command === undefined) return undefined;
      return await (hooks.execute?.(command, next, this.context) ?? next(command));
    };
    const all = await (hooks.commands?.(commands, run, this.context) ??
      executeInOrder(commands.length, run, () => this.#stopped()));
    const statuses = all.filter((status) => status !== undefined);
    return hooks.statuses?.(statuses, this.context) ?? statuses;
  }

  /** The events that this session may deliver: those of its destination (D-24). */
  #waiting(): readonly QueuedAlert[] {
    return this.#device.alerts.waitingFor(this.#cause.kind === 'report' ? this.#cause.url : undefined);
  }

  #shown(waiting: readonly QueuedAlert[]): readonly GenericAlert[] {
    const alerts = waiting.map(({ alert }) => alert);
    return this.#device.hooks.alerts?.(alerts, this.context) ?? alerts;
  }

  #three(statuses: readonly StatusEntry[], alerts: readonly GenericAlert[]): Buffer {
    const whole = { statuses, ...(alerts.length === 0 ? {} : { alerts }) };
    return writePackageThree(this.#device.hooks.packageThree?.(whole, this.context) ?? whole);
  }

  async #report(statuses: readonly StatusEntry[]): Promise<PeerResponse> {
    return await this.#device.send(this.#request(MEDIA.response, this.#three(statuses, [])));
  }

  async #post(type: string, body: Buffer, around: Sender | undefined, delivered: () => void) {
    const request = this.#request(type, body);
    const exchange: Exchange = (wanted) => {
      const answer = this.#device.send(wanted, this.#account);
      this.#begun();
      return answer;
    };
    const next: Exchange = async (wanted) => {
      const reply = await this.#authenticator.send(wanted, exchange);
      if (reply.status >= 200 && reply.status < 300) delivered();
      this.#cookies.take(wanted.url, reply.headers);
      return reply;
    };
    return await (around?.(request, next, this.context) ?? next(request));
  }

  #request(type: string, body: Buffer): PeerSend {
    const { hooks, options, id } = this.#device;
    const wanted = this.#conts.at(-1) ?? this.#start;
    const url = hooks.nextUrl?.(wanted, this.context) ?? wanted;
    const headers: [string, string][] = [
      ['Content-Type', type],
      ['Accept', MEDIA.request],
      ['OMADM-DevID', id],
    ];
    for (const [name, value] of options.headers ?? []) headers.push([name, value]);
    const cookie = this.#cookies.valueFor(url);
    if (cookie !== undefined) headers.push(['Cookie', cookie]);
    return { method: 'POST', url, headers, body };
  }

  /** Anything but a whole, well-formed #2 ends the session: no command of it is run (D-30). */
  async #hear(received: PeerResponse): Promise<Heard> {
    const { hooks } = this.#device;
    const reply = hooks.reply?.(received, this.context) ?? received;
    if (reply.status < 200 || reply.status > 299) return { kind: 'over', end: 'refused' };
    const { view, problems } = readPackageTwo(reply.body);
    const faults = [...problems, ...this.#faultsOf(reply, view?.commands ?? [])];
    const usable = view !== undefined && (faults.length === 0 || this.#execution.lenient) && view.commands.length > 0;
    const choice: MalformedChoice = usable
      ? view.commands
      : ((await hooks.onMalformed?.(reply, faults, this.context)) ?? 'leave');
    if (choice === 'leave') return { kind: 'over', end: 'malformed' };
    if (choice === 'retry') return { kind: 'retry' };
    this.#package += 1;
    return { kind: 'two', commands: choice };
  }

  #faultsOf(reply: PeerResponse, commands: readonly SeenCommand[]): readonly Problem[] {
    const type = mediaTypeOf(combinedValue(reply.headers, 'Content-Type'));
    const faults: Problem[] = [];
    const fault = (message: string) => faults.push({ kind: 'shape', pointer: '', message });
    if (reply.status !== 200) fault(`status ${reply.status}, a #2 has 200`);
    if (type !== MEDIA.request) fault(`typed ${type ?? 'not at all'}`);
    if (commands.length === 0) fault('no command');
    return faults;
  }

  #stopped(): boolean {
    return this.#device.gone.signal.aborted;
  }

  #hookContext(session: number): ClientHookContext {
    const own = new Scratch();
    const device = this.#device;
    const outside = device.hookContext(this.#cause);
    const packages = () => this.#package;
    return {
      ...outside,
      session,
      own,
      accountUri: this.#account.serverUri,
      conts: this.#conts,
      get package() {
        return packages();
      },
    };
  }
}

/** The alert that says why the session is opened (TS 5.2; D-29). */
function initiationOf(cause: Cause): GenericAlert {
  if (cause.kind === 'notified') return serverInitiated(cause.notificationId);
  return cause.kind === 'bootstrap' ? { AlertType: ALERT.bootstrap } : clientInitiated();
}

/** The events of a package: all that waited, but for those that a hook kept back. */
function sent(waiting: readonly QueuedAlert[], shown: readonly GenericAlert[]): readonly QueuedAlert[] {
  return shown.length < waiting.length ? waiting.filter(({ alert }) => shown.includes(alert)) : waiting;
}
