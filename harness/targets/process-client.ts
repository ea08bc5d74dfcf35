import { ConformError } from '../model/errors.js';
import { DEFAULT_NODES, type Statement, sparedNodes } from '../model/statement.js';
import type { EventBus } from '../recorder/bus.js';
import type { TlsMeans } from '../trace/event.js';
import { Spawned } from './spawned.js';
import type { Answered, ClientTarget, Started } from './target.js';

export interface ProcessClientOptions {
  /** Shell command with the placeholder `{server.url}`. */
  readonly command: string;
  /** What stands for the other placeholders that the command may name, of the run's credentials. */
  readonly placeholders?: Readonly<Record<string, string>>;
  /** Whether nodes that every device has may be changed. */
  readonly destructive?: boolean;
  readonly bus: EventBus;
  /** Resolves when no connection of the target is open any more, or after that many milliseconds. */
  readonly drained: (ms: number) => Promise<void>;
}

/** A DM Client that runs one session for each start and exits: starting it is opening a session. */
export class ProcessClient implements ClientTarget {
  readonly addressing = 'token';
  readonly statement: Statement;
  readonly #options: ProcessClientOptions;
  readonly #running = new Set<Spawned>();
  #last: Spawned | undefined;

  /** @throws ConformError USAGE when the command has no `{server.url}`. */
  constructor(options: ProcessClientOptions) {
    if (!options.command.includes('{server.url}')) {
      throw new ConformError('USAGE', 'the client command does not say where the server address goes', {
        subject: '--client-command',
        found: options.command,
        expected: 'a command with {server.url} in it',
        remedy: "for example --client-command './acme-client --server {server.url}'",
      });
    }
    this.#options = options;
    this.statement = {
      name: options.command.replace(/\s*\{server\.url\}\s*/, ' ').trim(),
      role: 'client',
      start: { kind: 'process', per: 'session', detail: options.command },
      operations: ['startSession'],
      nodes: DEFAULT_NODES,
      ...(options.destructive === true ? {} : { spared: sparedNodes() }),
      ...statedBy(options.command),
    };
  }

  startSession(serverUrl: string, scenario: string): Promise<Started> {
    const { command, placeholders = {} } = this.#options;
    const values: readonly (readonly [string, string])[] = [
      ...Object.entries(placeholders),
      ['{server.url}', serverUrl],
    ];
    const filled = values.reduce((text, [name, value]) => text.replaceAll(name, () => value), command);
    const { bus, drained } = this.#options;
    const running = new Spawned({ command: filled, bus, drained, scenario: () => scenario });
    this.#running.add(running);
    this.#last = running;
    void running.exited.then(() => this.#running.delete(running));
    return running.started;
  }

  get lastWords(): string | undefined {
    return this.#last?.lastWords;
  }

  abandon(): void {
    this.#last?.kill();
  }

  reset(): Promise<Answered> {
    return Promise.resolve({ accepted: true });
  }

  async close(): Promise<void> {
    for (const running of this.#running) running.kill();
    await Promise.all([...this.#running].map((running) => running.exited));
  }
}

/** SERVER-ID of the account that a command line stands for. */
const SERVER_ID = 'dm.example.com';

/** What a command tells of the client by the placeholders that it names. */
function statedBy(command: string): Partial<Statement> {
  const has = (...names: readonly string[]): boolean => names.every((name) => command.includes(name));
  const tls: TlsMeans[] = [
    ...(has('{tls.clientCert}', '{tls.clientKey}') ? ['certificate' as const] : []),
    ...(has('{tls.pskIdentity}', '{tls.pskKey}') ? ['psk' as const] : []),
  ];
  const http = has('{account.user}', '{account.password}');
  const account = { serverId: SERVER_ID, notification: false, http, tls };
  return {
    ...(has('{tls.ca}') ? { trustsSuite: true } : {}),
    ...(http || tls.length > 0 ? { account } : {}),
  };
}
