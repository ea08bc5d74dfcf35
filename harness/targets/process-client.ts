import { type ChildProcess, spawn } from 'node:child_process';
import { constants } from 'node:os';
import { ConformError } from '../model/errors.js';
import { DEFAULT_NODES, type Statement } from '../model/statement.js';
import type { EventBus } from '../recorder/bus.js';
import type { TlsMeans } from '../trace/event.js';
import type { Answered, ClientTarget, Started } from './target.js';

/** Output kept of each process, in characters. */
const MOST_OUTPUT = 4096;
/** Lines, and characters, of it that a message quotes. */
const MOST_LINES = 3;
const MOST_WORDS = 300;
/** How long a dead process's bytes may take to be read off its sockets, in milliseconds. */
const DRAIN_MS = 250;

export interface ProcessClientOptions {
  /** Shell command with the placeholder `{server.url}`. */
  readonly command: string;
  /** What stands for the other placeholders that the command may name, of the run's credentials. */
  readonly placeholders?: Readonly<Record<string, string>>;
  readonly bus: EventBus;
  /** Resolves when no connection of the target is open any more, or after that many milliseconds. */
  readonly drained: (ms: number) => Promise<void>;
}

/** A DM Client that runs one session for each start and exits: starting it is opening a session. */
export class ProcessClient implements ClientTarget {
  readonly addressing = 'token';
  readonly statement: Statement;
  readonly #options: ProcessClientOptions;
  readonly #running = new Set<Running>();
  #last: Running | undefined;

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
    const running = new Running(this.#options, filled, scenario);
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

/** One process of the client, with its children. */
class Running {
  readonly started: Promise<Started>;
  readonly exited: Promise<void>;
  readonly #child: ChildProcess;
  /** How the process ended by itself, and the end of what it printed. */
  lastWords: string | undefined;
  #killed = false;
  #output = '';

  constructor({ bus, drained }: ProcessClientOptions, command: string, scenario: string) {
    const id = bus.id('p');
    // A group of its own, so that its children end with it.
    this.#child = spawn(command, { shell: true, detached: true, stdio: ['ignore', 'pipe', 'pipe'] });
    const child = this.#child;
    process.once('exit', this.#atExit);
    const keep = (chunk: Buffer): void => {
      if (this.#output.length < MOST_OUTPUT)
        this.#output += chunk.toString('utf8').slice(0, MOST_OUTPUT - this.#output.length);
    };
    child.stdout?.on('data', keep);
    child.stderr?.on('data', keep);
    this.started = new Promise((resolve) => {
      child.once('spawn', () => {
        bus.emit({ kind: 'process', phase: 'started', process: id, scenario, detail: command });
        resolve({ accepted: true, exited: this.exited });
      });
      child.once('error', (error) => {
        bus.emit({ kind: 'process', phase: 'failed', process: id, scenario, detail: error.message });
        resolve({ accepted: false, detail: error.message });
      });
    });
    this.exited = new Promise((resolve) => {
      child.once('error', () => resolve());
      child.once('exit', (code, signal) => {
        process.off('exit', this.#atExit);
        void drained(DRAIN_MS).then(() => {
          const ended = endOf(code, signal);
          if (!this.#killed) this.lastWords = lastWordsOf(ended, this.#output);
          this.#sweep();
          const output = this.#output === '' ? {} : { detail: this.#output };
          bus.emit({
            kind: 'process',
            phase: 'exited',
            process: id,
            scenario,
            ...ended,
            ...output,
            ...(this.#killed ? { killed: true } : {}),
          });
          resolve();
        });
      });
    });
  }

  /** However the suite ends, it leaves no process behind. */
  readonly #atExit = (): void => this.kill();

  /** Ends the process and its children at once. */
  kill(): void {
    const { pid } = this.#child;
    if (pid === undefined || this.#child.exitCode !== null || this.#child.signalCode !== null) return;
    this.#killed = true;
    if (!this.#sweep()) this.#child.kill('SIGKILL');
  }

  /** Kills whatever is left of the group; false when there is nothing. */
  #sweep(): boolean {
    const { pid } = this.#child;
    try {
      return pid !== undefined && process.kill(-pid, 'SIGKILL');
    } catch {
      return false;
    }
  }
}

/** `its process ended with code 1 and said: no such file`: one line, whatever was printed. */
function lastWordsOf(ended: { readonly code: number } | { readonly signal: string }, output: string): string {
  const how = 'code' in ended ? `code ${ended.code}` : ended.signal;
  const said = output
    .trim()
    .split(/[\r\n]+/)
    .slice(-MOST_LINES)
    .join(' | ')
    .slice(-MOST_WORDS);
  return `its process ended with ${how} and said ${said === '' ? 'nothing' : `"${said}"`}`;
}

/** A shell in between tells the signal that ended the program as exit code 128 + its number. */
function endOf(
  code: number | null,
  signal: NodeJS.Signals | null,
): { readonly code: number } | { readonly signal: string } {
  if (signal !== null) return { signal };
  const name = Object.entries(constants.signals).find(([, number]) => number + 128 === code)?.[0];
  return name === undefined ? { code: code ?? 0 } : { signal: name };
}
