import { createServer } from 'node:net';
import type { Implementation } from '../model/implementation.js';
import type { Stated, Statement } from '../model/statement.js';
import type { Role } from '../model/verdict.js';
import { startEmbeddedClient, startEmbeddedServer } from '../reference/embedded.js';
import type { ClientHooks, ServerHooks } from '../reference/hooks.js';
import { bridgeGateway } from '../targets/container-engine.js';
import { EmbeddedClient, EmbeddedServer } from '../targets/embedded.js';
import type { ProbedOperation } from '../targets/probe.js';
import { ProcessClient } from '../targets/process-client.js';
import { StatedClient } from '../targets/stated-client.js';
import { StatedServer } from '../targets/stated-server.js';
import { Surroundings } from '../targets/surroundings.js';
import type { ClientTarget, ServerTarget } from '../targets/target.js';
import { UrlServer } from '../targets/url-server.js';
import { ClientLab } from './client-lab.js';
import { ClientScenario } from './client-scenario.js';
import type { RunContext } from './context.js';
import { Hearing } from './hearing.js';
import { Identifiers } from './identifiers.js';
import { Lateness } from './lateness.js';
import type { Marks } from './marks.js';
import type { Stage } from './playing.js';
import { ServerScenario } from './server-scenario.js';

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
  | { readonly kind: 'statement'; readonly implementation: Implementation; readonly folder: string }
  | { readonly kind: 'client-command'; readonly command: string }
  | { readonly kind: 'server-url'; readonly url: string };

export interface TheatreOptions {
  readonly role: Role;
  readonly target: TargetChoice;
  readonly context: RunContext;
  readonly marks: Marks;
  readonly record: boolean;
  /** Address at which the suite's own servers listen, and the name by which the client reaches it. */
  readonly network?: { readonly listen?: string; readonly advertise?: string };
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
  readonly #nowhere: string;
  readonly #identifiers = new Identifiers();
  readonly #hearing = new Hearing();
  readonly #lateness = new Lateness();

  private constructor(options: TheatreOptions, lab: ClientLab, target: ClientTarget, nowhere: string) {
    this.#options = options;
    this.#lab = lab;
    this.#target = target;
    this.#nowhere = nowhere;
  }

  static async open(options: TheatreOptions): Promise<ClientTheatre> {
    const { context, record, target } = options;
    const lab = await ClientLab.open({ context, record, ...(await reachableAt(options)) });
    try {
      return new ClientTheatre(
        options,
        lab,
        await clientTarget(target, lab, context),
        `http://127.0.0.1:${await closedPort()}/nothing`,
      );
    } catch (error) {
      await lab.close();
      throw error;
    }
  }

  get statement(): Statement {
    return this.#target.statement;
  }

  get secrets(): readonly string[] {
    return secretsOf(this.#target);
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
    if (stage.client?.requests !== 0 || this.#options.context.signal.aborted) return undefined;
    const refusal = stage.client?.refusal;
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
      nowhere: this.#nowhere,
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
    await this.#lab.close();
  }
}

class ServerTheatre implements Theatre {
  readonly #options: TheatreOptions;
  readonly #target: ServerTarget;
  #devices = 0;

  private constructor(options: TheatreOptions, target: ServerTarget) {
    this.#options = options;
    this.#target = target;
  }

  static async open(options: TheatreOptions): Promise<ServerTheatre> {
    return new ServerTheatre(options, await serverTarget(options.target, options.context));
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
    const newDevice = (): string => this.#newDevice();
    const server = new ServerScenario({ context, target: this.#target, token, marks, record, newDevice });
    return { token, client: undefined, server };
  }

  async clear(stage: Stage): Promise<void> {
    await stage.server?.close();
  }

  async close(): Promise<void> {
    await this.#target.close();
  }

  /** A valid IMEI of the test range: 14 digits and their Luhn check digit. */
  #newDevice(): string {
    this.#devices += 1;
    const known = this.#target.deviceIds;
    if (known !== undefined) return known[(this.#devices - 1) % known.length] ?? '';
    const digits = `00440199${String(this.#devices).padStart(6, '0')}`;
    const sum = [...digits].map(Number).reduce((total, digit, index) => {
      const doubled = index % 2 === 1 ? digit * 2 : digit;
      return total + (doubled > 9 ? doubled - 9 : doubled);
    }, 0);
    return `IMEI:${digits}${(10 - (sum % 10)) % 10}`;
  }
}

/** Where the suite listens for a client that is not on this machine's loopback. */
async function reachableAt({ target, network }: TheatreOptions): Promise<NonNullable<TheatreOptions['network']>> {
  if (network !== undefined) return network;
  const container = target.kind === 'statement' ? target.implementation.start?.container : undefined;
  if (container === undefined || container.network === 'host') return {};
  const gateway = await bridgeGateway();
  if (gateway !== undefined && (await isOwnAddress(gateway))) return { listen: gateway };
  // An engine in a machine of its own leads that name to this machine's loopback.
  return { listen: '127.0.0.1', advertise: 'host.docker.internal' };
}

/** The interface of an engine's network need not be up before its first container is, so the list of interfaces does not tell. */
function isOwnAddress(address: string): Promise<boolean> {
  return new Promise((resolve) => {
    const server = createServer();
    server.once('error', () => resolve(false));
    server.listen(0, address, () => server.close(() => resolve(true)));
  });
}

async function clientTarget(choice: TargetChoice, lab: ClientLab, context: RunContext): Promise<ClientTarget> {
  if (choice.kind === 'client-command') {
    return new ProcessClient({ command: choice.command, bus: context.bus, drained: (ms) => lab.drained(ms) });
  }
  if (choice.kind === 'statement' && choice.implementation.start?.embedded !== true) {
    const { implementation, folder } = choice;
    const { bus, patienceMs } = context;
    const surroundings = await Surroundings.of(implementation, {
      'server.url': lab.serverUrl('fixed', ''),
      'repository.url': lab.origin('repository'),
      'pages.url': lab.origin('pages'),
    });
    const scenario = (): string | undefined => lab.claim('');
    const drained = (ms: number): Promise<void> => lab.drained(ms);
    return new StatedClient({ implementation, folder, surroundings, bus, patienceMs, scenario, drained });
  }
  const peer = await startEmbeddedClient({
    serverUrl: lab.serverUrl('fixed', ''),
    browser: choice.kind === 'embedded' ? (choice.browser ?? 'auto') : 'loader',
    ca: lab.authority.ca,
    ...(choice.kind === 'embedded' && choice.clientHooks !== undefined ? { hooks: choice.clientHooks } : {}),
  });
  const states = choice.kind === 'embedded' ? choice.states : undefined;
  return new EmbeddedClient(peer, nameOf(choice, 'client'), context.patienceMs, states);
}

async function serverTarget(choice: TargetChoice, context: RunContext): Promise<ServerTarget> {
  if (choice.kind === 'server-url') return new UrlServer(choice.url);
  if (choice.kind === 'statement' && choice.implementation.start?.embedded !== true) {
    const { implementation, folder } = choice;
    const { bus, patienceMs } = context;
    const surroundings = await Surroundings.of(implementation);
    const [scenario, drained] = [() => undefined, () => Promise.resolve()];
    return new StatedServer({ implementation, folder, surroundings, bus, patienceMs, scenario, drained });
  }
  const peer = await startEmbeddedServer(
    choice.kind === 'embedded' && choice.serverHooks !== undefined ? { hooks: choice.serverHooks } : {},
  );
  return new EmbeddedServer(peer, nameOf(choice, 'server'), context.patienceMs);
}

/** The secret alone: the auth data is no secret, and may be any short text. */
function secretsOf({ credentials, secrets = [] }: ClientTarget | ServerTarget): readonly string[] {
  return credentials?.notification === undefined ? secrets : [credentials.notification.secret, ...secrets];
}

function nameOf(choice: TargetChoice, role: Role): string {
  if (choice.kind === 'statement') return choice.implementation.name;
  return choice.kind === 'embedded' && choice.name !== undefined ? choice.name : `reference-${role}`;
}

/** A port that was free a moment ago and at which nothing listens. */
function closedPort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.once('error', reject);
    server.listen(0, '127.0.0.1', () => {
      const address = server.address();
      server.close(() => resolve(typeof address === 'object' && address !== null ? address.port : 9));
    });
  });
}
