import type { Stated, Statement } from '../model/statement.js';
import type { Role } from '../model/verdict.js';
import { startEmbeddedClient, startEmbeddedServer } from '../reference/embedded.js';
import type { ClientHooks, ServerHooks } from '../reference/hooks.js';
import { EmbeddedClient, EmbeddedServer } from '../targets/embedded.js';
import type { ProbedOperation } from '../targets/probe.js';
import { ProcessClient } from '../targets/process-client.js';
import type { ClientTarget, ServerTarget } from '../targets/target.js';
import { UrlServer } from '../targets/url-server.js';
import { ClientLab } from './client-lab.js';
import { ClientScenario } from './client-scenario.js';
import type { RunContext } from './context.js';
import { type DeafPort, holdDeafPort } from './deaf-port.js';
import { EmbeddedSecurity } from './embedded-security.js';
import { Hearing } from './hearing.js';
import { Identifiers } from './identifiers.js';
import { Lateness } from './lateness.js';
import type { Marks } from './marks.js';
import type { Stage } from './playing.js';
import { ServerScenario } from './server-scenario.js';
import { Accounts } from './server-security.js';
import {
  type Network,
  networkFor,
  passwordOf,
  type StatedChoice,
  statedClient,
  statedServer,
  wantsTlsFiles,
} from './stated-targets.js';
import { PLACEHOLDERS, TlsFiles } from './tls-files.js';

/** Which implementation is judged. */
export type TargetChoice =
  | {
      readonly kind: 'embedded';
      readonly name?: string;
      /** `loader`: the page loader stands in for a web browser, for speed; default `auto`, a real one where there is one. */
      readonly browser?: 'auto' | 'loader';
      readonly clientHooks?: ClientHooks;
      readonly serverHooks?: ServerHooks;
      /** What the client's statement says otherwise than the usual one. */
      readonly states?: Stated;
    }
  | StatedChoice
  | { readonly kind: 'client-command'; readonly command: string; readonly destructive?: boolean }
  | { readonly kind: 'server-url'; readonly url: string };

export interface TheatreOptions {
  readonly role: Role;
  readonly target: TargetChoice;
  readonly context: RunContext;
  readonly marks: Marks;
  readonly record: boolean;
  /** Address at which the suite's own servers listen, and the name by which the client reaches it. */
  readonly network?: Network;
  /** Folder of the run's files, where it has one. */
  readonly out?: string | undefined;
}

/** Target and counterpart of a run: makes the stage of each scenario. */
export interface Theatre {
  readonly statement: Statement;
  /** What the record must not hold. */
  readonly secrets: readonly string[];
  /** What broke in the harness's own peers. */
  readonly faults: readonly string[];
  /** Tries one session; says why when the target cannot be reached at all. */
  reach(): Promise<string | undefined>;
  /** Tries the control operations, if there is a way to. */
  probe(): Promise<readonly ProbedOperation[]>;
  /** Which requirements are going to be played, so that what takes long for them is made meanwhile. */
  planned?(requirements: ReadonlySet<string>): void;
  stage(token: string): Stage;
  /** The scenario is over; its late traffic is still charged to it by its token. */
  clear(stage: Stage): Promise<void>;
  close(): Promise<void>;
}

export function openTheatre(options: TheatreOptions): Promise<Theatre> {
  return options.role === 'client' ? ClientTheatre.open(options) : ServerTheatre.open(options);
}

class ClientTheatre implements Theatre {
  readonly #options: TheatreOptions;
  readonly #lab: ClientLab;
  readonly #target: ClientTarget;
  readonly #deaf: DeafPort;
  readonly #files: TlsFiles | undefined;
  readonly #identifiers = new Identifiers();
  readonly #hearing = new Hearing();
  readonly #lateness = new Lateness();

  private constructor(
    options: TheatreOptions,
    lab: ClientLab,
    { target, deaf, files }: { readonly target: ClientTarget; readonly deaf: DeafPort; readonly files?: TlsFiles },
  ) {
    this.#options = options;
    this.#lab = lab;
    this.#target = target;
    this.#deaf = deaf;
    this.#files = files;
  }

  static async open(options: TheatreOptions): Promise<ClientTheatre> {
    const { context, record, target } = options;
    const lab = await ClientLab.open({
      context,
      record,
      anyClient: target.kind !== 'embedded',
      ...(options.network ?? (await networkFor(target))),
      ...passwordOf(target),
    });
    let files: TlsFiles | undefined;
    try {
      if (wantsFiles(target)) files = new TlsFiles(options.out, lab.authority.ca, lab.credentials);
      return new ClientTheatre(options, lab, {
        target: await clientTarget(target, lab, context, files?.values),
        deaf: await holdDeafPort(),
        ...(files === undefined ? {} : { files }),
      });
    } catch (error) {
      files?.close();
      await lab.close();
      throw error;
    }
  }

  get statement(): Statement {
    return this.#target.statement;
  }

  get secrets(): readonly string[] {
    return [...secretsOf(this.#target), ...this.#lab.secrets];
  }

  get faults(): readonly string[] {
    return this.#lab.faults;
  }

  async reach(): Promise<string | undefined> {
    const { patienceMs } = this.#options.context;
    const down = await this.#target.start?.();
    if (down !== undefined) return down;
    const stage = this.stage('reach');
    const began = performance.now();
    await stage.client?.runSessions(1);
    const ms = performance.now() - began;
    await this.clear(stage);
    // A run that is cut short says so; the target is not to blame for it.
    if (stage.client?.sessions.requests !== 0 || this.#options.context.signal.aborted) return undefined;
    const refusal = stage.client?.sessions.refusal;
    if (refusal !== undefined) return `the client takes no request for a session: ${refusal}`;
    const ended = this.#target.lastWords;
    if (ended !== undefined) return `the client sent no package: ${ended}`;
    return ms < patienceMs
      ? `the client was gone after ${Math.round(ms)} ms and had opened no session`
      : `the client opened no session within ${patienceMs} ms`;
  }

  async probe(): Promise<readonly ProbedOperation[]> {
    return (await this.#target.probe?.()) ?? [];
  }

  stage(token: string): Stage {
    const { context, marks } = this.#options;
    const client = new ClientScenario({
      context,
      lab: this.#lab,
      target: this.#target,
      token,
      marks,
      nowhere: `http://127.0.0.1:${this.#deaf.port}/nothing`,
      identifiers: this.#identifiers,
      hearing: this.#hearing,
      lateness: this.#lateness,
    });
    this.#lab.arm(client);
    return { token, client, server: undefined };
  }

  async clear(stage: Stage): Promise<void> {
    this.#lab.arm(undefined);
    await stage.client?.close();
  }

  async close(): Promise<void> {
    await this.#target.close();
    this.#files?.close();
    await Promise.all([this.#lab.close(), this.#deaf.close()]);
  }
}

class ServerTheatre implements Theatre {
  readonly #options: TheatreOptions;
  readonly #target: ServerTarget;
  readonly #security: EmbeddedSecurity | undefined;
  readonly #newDevice: () => string;
  readonly #accounts: Accounts;
  readonly #network: Network;

  private constructor(
    options: TheatreOptions,
    target: ServerTarget,
    security: EmbeddedSecurity | undefined,
    newDevice: () => string,
    network: Network,
  ) {
    this.#options = options;
    this.#network = network;
    this.#target = target;
    this.#security = security;
    this.#newDevice = newDevice;
    this.#accounts = new Accounts(target.credentials?.devices ?? []);
  }

  static async open(options: TheatreOptions): Promise<ServerTheatre> {
    const holder: { known?: readonly string[] | undefined } = {};
    const newDevice = deviceNames(() => holder.known);
    const security = isEmbedded(options.target) ? new EmbeddedSecurity(newDevice) : undefined;
    const target = await serverTarget(options.target, options.context, security);
    holder.known = target.deviceIds;
    const network = options.network ?? (await networkFor(options.target));
    return new ServerTheatre(options, target, security, newDevice, network);
  }

  planned(requirements: ReadonlySet<string>): void {
    if ([...requirements].some((id) => id.startsWith('SEC-'))) this.#security?.prepare();
  }

  get statement(): Statement {
    return this.#target.statement;
  }

  get secrets(): readonly string[] {
    return secretsOf(this.#target);
  }

  get faults(): readonly string[] {
    return [];
  }

  async reach(): Promise<string | undefined> {
    const down = await this.#target.start?.();
    if (down !== undefined) return down;
    const stage = this.stage('reach');
    const device = stage.server?.device();
    const opened = await device?.open();
    // Whatever came back, even if it was no HTTP, came from a target that is there.
    const silent = opened?.response === undefined && (device?.failure === 'refused' || device?.failure === 'timeout');
    if (device !== undefined && opened !== undefined) await device.follow(opened);
    await this.clear(stage);
    if (this.#options.context.signal.aborted) return undefined;
    if (!silent) return undefined;
    const words = this.#target.lastWords;
    return `nothing answers a #1 at ${this.#target.endpoint} (${device.failure})${words === undefined ? '' : `: ${words}`}`;
  }

  async probe(): Promise<readonly ProbedOperation[]> {
    return (await this.#target.probe?.()) ?? [];
  }

  stage(token: string): Stage {
    const { context, marks, record } = this.#options;
    const [target, network] = [this.#target, this.#network];
    const [newDevice, accounts] = [this.#newDevice, this.#accounts];
    const server = new ServerScenario({ context, target, network, token, marks, record, newDevice, accounts });
    return { token, client: undefined, server };
  }

  async clear(stage: Stage): Promise<void> {
    await stage.server?.close();
  }

  async close(): Promise<void> {
    await this.#target.close();
  }
}

/** Gives one valid IMEI of the test range after the other: 14 digits and their Luhn check digit. */
function deviceNames(known: () => readonly string[] | undefined): () => string {
  let devices = 0;
  return () => {
    devices += 1;
    const only = known();
    if (only !== undefined) return only[(devices - 1) % only.length] ?? '';
    const digits = `00440199${String(devices).padStart(6, '0')}`;
    const sum = [...digits].map(Number).reduce((total, digit, index) => {
      const doubled = index % 2 === 1 ? digit * 2 : digit;
      return total + (doubled > 9 ? doubled - 9 : doubled);
    }, 0);
    return `IMEI:${digits}${(10 - (sum % 10)) % 10}`;
  };
}

function isEmbedded(choice: TargetChoice): boolean {
  return choice.kind === 'embedded' || (choice.kind === 'statement' && choice.implementation.start?.embedded === true);
}

/** Whether the run must write down what it offers for TLS. */
function wantsFiles(choice: TargetChoice): boolean {
  if (choice.kind === 'statement') return wantsTlsFiles(choice);
  return choice.kind === 'client-command' && PLACEHOLDERS.some((name) => choice.command.includes(name));
}

async function clientTarget(
  choice: TargetChoice,
  lab: ClientLab,
  context: RunContext,
  placeholders: TlsFiles['values'] | undefined,
): Promise<ClientTarget> {
  if (choice.kind === 'client-command') {
    const { command, destructive = false } = choice;
    return new ProcessClient({
      command,
      destructive,
      bus: context.bus,
      drained: (ms) => lab.drained(ms),
      ...(placeholders === undefined ? {} : { placeholders }),
    });
  }
  if (choice.kind === 'statement' && !isEmbedded(choice)) return await statedClient(choice, lab, context, placeholders);
  const peer = await startEmbeddedClient({
    serverUrl: lab.serverUrl('fixed', ''),
    browser: choice.kind === 'embedded' ? (choice.browser ?? 'auto') : 'loader',
    ca: lab.authority.ca,
    ...(choice.kind === 'embedded' && choice.clientHooks !== undefined ? { hooks: choice.clientHooks } : {}),
  });
  const states = choice.kind === 'embedded' ? choice.states : undefined;
  return new EmbeddedClient(peer, nameOf(choice, 'client'), context.patienceMs, states);
}

async function serverTarget(
  choice: TargetChoice,
  context: RunContext,
  security: EmbeddedSecurity | undefined,
): Promise<ServerTarget> {
  if (choice.kind === 'server-url') return new UrlServer(choice.url);
  if (choice.kind === 'statement' && !isEmbedded(choice)) return await statedServer(choice, context);
  const peer = await startEmbeddedServer({
    ...(choice.kind === 'embedded' && choice.serverHooks !== undefined ? { hooks: choice.serverHooks } : {}),
    ...(security === undefined ? {} : { secure: security.identity, server: { devices: security.devices } }),
  });
  return new EmbeddedServer(peer, nameOf(choice, 'server'), context.patienceMs, security?.accounts);
}

/** Of what belongs to notifications the secret alone: the auth data is no secret, and may be any short text. */
function secretsOf({ credentials, secrets = [] }: ClientTarget | ServerTarget): readonly string[] {
  const { notification, devices = [] } = credentials ?? {};
  const ofDevices = devices.flatMap(({ http, psk }) => [
    ...(http === undefined ? [] : [http.password, `${http.user}:${http.password}`]),
    ...(psk === undefined ? [] : [psk.key.toString('hex')]),
  ]);
  return [...(notification === undefined ? [] : [notification.secret]), ...ofDevices, ...secrets];
}

function nameOf(choice: TargetChoice, role: Role): string {
  if (choice.kind === 'statement') return choice.implementation.name;
  return choice.kind === 'embedded' && choice.name !== undefined ? choice.name : `reference-${role}`;
}
