import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type CommandLine, type Implementation, PLACEHOLDERS_FILLED } from '../model/implementation.js';
import { fillPlaceholders, placeholdersIn } from '../model/placeholders.js';
import { ContainerLabel } from './container-label.js';

/** What the suite itself offers to the implementation, by placeholder; a server under test needs none of it. */
export interface Offered {
  readonly 'server.url'?: string;
  readonly 'repository.url'?: string;
  readonly 'pages.url'?: string;
  /** `tls.…`: files that the implementation may trust, or prove an identity with; `account.…`: a user and a password. */
  readonly [made: `${'tls' | 'account'}.${string}`]: string;
}

const PORTS = ['port', 'controlPort', 'notificationPort'] as const;

/** What the placeholders of a statement mean in this run: free ports, a folder for state, and what the suite offers. */
export class Surroundings {
  readonly #values: Map<string, string>;
  readonly #stateDir: string | undefined;
  /** Of containers that the implementation's own commands start. */
  readonly #label: ContainerLabel | undefined;
  #closed = false;

  private constructor(values: Map<string, string>, stateDir: string | undefined, label: ContainerLabel | undefined) {
    this.#values = values;
    this.#stateDir = stateDir;
    this.#label = label;
  }

  static async of(implementation: Implementation, offered: Offered = {}): Promise<Surroundings> {
    const named = new Set(
      PLACEHOLDERS_FILLED.flatMap((key) => placeholdersIn(implementation[key])).map(({ name }) => name),
    );
    const values = new Map<string, string>([['host', '127.0.0.1']]);
    for (const [name, value] of Object.entries(offered)) if (typeof value === 'string') values.set(name, value);
    for (const [name, value] of stated(implementation)) values.set(name, value);
    const ports = await freePorts(PORTS.length);
    PORTS.forEach((name, index) => {
      if (named.has(name)) values.set(name, String(ports[index]));
    });
    await containerPorts(implementation, values);
    const stateDir = named.has('stateDir') ? mkdtempSync(join(tmpdir(), 'dmconform-state-')) : undefined;
    if (stateDir !== undefined) values.set('stateDir', stateDir);
    const label = named.has('container.label') ? new ContainerLabel() : undefined;
    label?.watch();
    if (label !== undefined) values.set('container.label', label.text);
    return new Surroundings(values, stateDir, label);
  }

  /** The implementation keeps its state in a folder that the suite can empty. */
  get keepsState(): boolean {
    return this.#stateDir !== undefined;
  }

  /** A value that only shows once the implementation runs. */
  set(name: string, value: string): void {
    this.#values.set(name, value);
  }

  /** @param more values for this one text, before all others. */
  fill(text: string, more: Readonly<Record<string, string>> = {}): string {
    return fillPlaceholders(text, (name) => more[name] ?? this.#values.get(name));
  }

  /** What takes the place of a placeholder in a shell command is one word of it, or of the quotes it stands in. */
  fillCommand(command: CommandLine, more: Readonly<Record<string, string>> = {}): CommandLine {
    return typeof command === 'string' ? this.fill(command, more) : command.map((word) => this.fill(word, more));
  }

  fillEnvironment(
    env: Readonly<Record<string, string | number | boolean>> = {},
    more: Readonly<Record<string, string>> = {},
  ): Readonly<Record<string, string>> {
    return Object.fromEntries(Object.entries(env).map(([name, value]) => [name, this.fill(String(value), more)]));
  }

  /** Empties the state folder. */
  forget(): void {
    if (this.#stateDir === undefined) return;
    rmSync(this.#stateDir, { recursive: true, force: true });
    mkdirSync(this.#stateDir, { recursive: true });
  }

  /** Removes the containers that the implementation's own commands started: whoever ends such a command does not end its container. */
  async removeContainers(): Promise<void> {
    await this.#label?.remove();
    if (!this.#closed) this.#label?.watch();
  }

  async close(): Promise<void> {
    this.#closed = true;
    await this.removeContainers();
    if (this.#stateDir !== undefined) rmSync(this.#stateDir, { recursive: true, force: true });
  }
}

function stated({ account, device }: Implementation): readonly (readonly [string, string])[] {
  const pairs: readonly (readonly [string, string | undefined])[] = [
    ['account.serverID', account?.serverID],
    ['account.user', account?.http?.user],
    ['account.password', account?.http?.password],
    ['account.secret', account?.notification?.secret],
    ['account.data', account?.notification?.data],
    ['device.id', device?.id],
  ];
  return pairs.flatMap(([name, value]) => (value === undefined ? [] : [[name, value] as const]));
}

/** Where the ports of a container are reached from this machine. */
async function containerPorts({ start }: Implementation, values: Map<string, string>): Promise<void> {
  const { ports = [], network } = start?.container ?? {};
  const free = network === 'host' ? ports : await freePorts(ports.length);
  ports.forEach((port, index) => {
    values.set(`container.port.${port}`, String(free[index]));
  });
}

/** Ports that were free a moment ago, all of them different. */
async function freePorts(count: number): Promise<readonly number[]> {
  const servers = await Promise.all(Array.from({ length: count }, listening));
  const ports = servers.map((server) => {
    const address = server.address();
    return typeof address === 'object' && address !== null ? address.port : 0;
  });
  await Promise.all(servers.map((server) => new Promise<void>((resolve) => server.close(() => resolve()))));
  return ports;
}

function listening(): Promise<ReturnType<typeof createServer>> {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.once('error', reject);
    server.listen(0, '127.0.0.1', () => resolve(server));
  });
}
