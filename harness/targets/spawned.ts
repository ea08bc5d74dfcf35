import { type ChildProcess, spawn } from 'node:child_process';
import { constants } from 'node:os';
import type { CommandLine } from '../model/implementation.js';
import type { EventBus } from '../recorder/bus.js';
import { guard } from './guard.js';
import { OutputLog } from './output-log.js';
import type { Started } from './target.js';

/** Lines, and characters, of its output that a message quotes. */
const MOST_LINES = 3;
const MOST_WORDS = 300;
/** How long a dead process's bytes may take to be read off its sockets, in milliseconds. */
const DRAIN_MS = 250;

export interface SpawnOptions {
  /** A shell command, or a program and its arguments. */
  readonly command: CommandLine;
  readonly cwd?: string;
  readonly env?: Readonly<Record<string, string>>;
  readonly bus: EventBus;
  /** Whose process events these are, at any moment. */
  readonly scenario: () => string | undefined;
  /** Resolves when no connection of the target is open any more, or after that many milliseconds. */
  readonly drained: (ms: number) => Promise<void>;
  /** `live`: each line of its output is an event of its own; else its beginning comes with the exit. */
  readonly output?: 'live';
}

type Ended = { readonly code: number } | { readonly signal: string };

/** A process of an implementation under test, with its children. */
export class Spawned {
  readonly started: Promise<Started>;
  /** Resolves when it is gone and all it sent was recorded. */
  readonly exited: Promise<void>;
  readonly output: OutputLog;
  /** How the process ended by itself, and the end of what it printed. */
  lastWords: string | undefined;
  readonly #child: ChildProcess;
  #killed = false;
  #gone = false;

  constructor(options: SpawnOptions) {
    const { bus, scenario } = options;
    const id = bus.id('p');
    const whose = (): { readonly scenario?: string } => {
      const token = scenario();
      return token === undefined ? {} : { scenario: token };
    };
    this.output = new OutputLog(
      options.output === 'live'
        ? (detail) => bus.emit({ kind: 'process', phase: 'output', process: id, ...whose(), detail })
        : undefined,
    );
    const child = guard.starting((variables) => spawned(options, variables));
    this.#child = child;
    process.once('exit', this.#atExit);
    child.stdout?.on('data', this.output.take);
    child.stderr?.on('data', this.output.take);
    // A program that reads nothing may be gone before it got what it was sent.
    child.stdin?.on('error', () => undefined);
    this.started = new Promise((resolve) => {
      child.once('spawn', () => {
        const detail = shown(options.command);
        bus.emit({ kind: 'process', phase: 'started', process: id, ...whose(), detail });
        resolve({ accepted: true, exited: this.exited });
      });
      child.once('error', (error) => {
        bus.emit({ kind: 'process', phase: 'failed', process: id, ...whose(), detail: error.message });
        resolve({ accepted: false, detail: error.message });
      });
    });
    this.exited = new Promise((resolve) => {
      const gone = (): void => {
        this.#gone = true;
        process.off('exit', this.#atExit);
        if (child.pid !== undefined) guard.release(child.pid);
        resolve();
      };
      child.once('error', gone);
      child.once('exit', (code, signal) => {
        this.#gone = true;
        void options.drained(DRAIN_MS).then(() => {
          const ended = endOf(code, signal);
          if (!this.#killed) this.lastWords = lastWordsOf(ended, this.output.text);
          this.#sweep();
          this.output.flush();
          const detail = options.output === 'live' || this.output.text === '' ? {} : { detail: this.output.text };
          const killed = this.#killed ? { killed: true } : {};
          bus.emit({ kind: 'process', phase: 'exited', process: id, ...whose(), ...ended, ...detail, ...killed });
          gone();
        });
      });
    });
  }

  /** It has ended, by itself or not. */
  get gone(): boolean {
    return this.#gone;
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

/** In a group of its own, so that its children end with it. */
function spawned({ command, cwd, env }: SpawnOptions, variables: Readonly<Record<string, string>>): ChildProcess {
  const how = {
    detached: true,
    stdio: ['ignore', 'pipe', 'pipe'] as ['ignore', 'pipe', 'pipe'],
    ...(cwd === undefined ? {} : { cwd }),
    env: { ...process.env, ...env, ...variables },
  };
  if (typeof command === 'string') return spawn(command, { ...how, shell: true });
  const [program = '', ...parameters] = command;
  return spawn(program, parameters, how);
}

function shown(command: CommandLine): string {
  return typeof command === 'string' ? command : command.join(' ');
}

/** `its process ended with code 1 and said: no such file`: one line, whatever was printed. */
function lastWordsOf(ended: Ended, output: string): string {
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
function endOf(code: number | null, signal: NodeJS.Signals | null): Ended {
  if (signal !== null) return { signal };
  const name = Object.entries(constants.signals).find(([, number]) => number + 128 === code)?.[0];
  return name === undefined ? { code: code ?? 0 } : { signal: name };
}
