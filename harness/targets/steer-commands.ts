import { spawn } from 'node:child_process';
import { resolve as resolvePath } from 'node:path';
import type { CommandLine } from '../model/implementation.js';
import { guard } from './guard.js';
import type { OperationName, Steer, Steered } from './steer.js';
import type { Surroundings } from './surroundings.js';

/** Exit code that means: there is no such operation. */
const NOT_OFFERED = 127;
const MADE_UP = 'no-such-operation-4711';
/** Characters of what a command prints that a message quotes. */
const MOST_SAID = 200;
/** Bytes of an answer; a notification has far fewer. */
const MOST_ANSWER = 1024 * 1024;
/** How long the rest of its output may take once it has ended, in milliseconds. */
const DRAIN_MS = 100;

export interface CommandSteerOptions {
  /** By operation, `any` for those that are not named. */
  readonly commands: Readonly<Record<string, CommandLine>>;
  readonly folder: string;
  readonly surroundings: Surroundings;
  /** How long one command may take, in milliseconds. */
  readonly patienceMs: number;
}

interface Ran {
  readonly code: number | undefined;
  readonly stdout: Buffer;
  readonly said: string;
}

/** Steers by running a command for each operation, its body on standard input. */
export class CommandSteer implements Steer {
  readonly #options: CommandSteerOptions;
  readonly #running = new Set<() => boolean>();
  #madeUp: Promise<Ran> | undefined;

  constructor(options: CommandSteerOptions) {
    this.#options = options;
  }

  async call(operation: OperationName, body: unknown, more: Readonly<Record<string, string>> = {}): Promise<Steered> {
    const { commands } = this.#options;
    const command = commands[operation] ?? commands.any;
    if (command === undefined)
      return { accepted: false, offered: false, detail: `the target offers no control operation "${operation}"` };
    const input = Buffer.isBuffer(body) ? body : Buffer.from(JSON.stringify(body));
    const { code, stdout, said } = await this.#run(command, input, { ...more, operation });
    if (code === 0) return { accepted: true, offered: true, bytes: stdout };
    const ended = code === undefined ? 'did not end in time' : `ended with code ${code}`;
    const detail = `control operation "${operation}": its command ${ended}${said === '' ? '' : ` and said "${said}"`}`;
    if (code !== NOT_OFFERED) return { accepted: false, offered: true, detail };
    return await this.#believe(operation, command, detail);
  }

  async close(): Promise<void> {
    for (const kill of this.#running) kill();
  }

  /** A command that knows its operation by name must say the same of one that does not exist; one for this operation alone says so itself. */
  async #believe(operation: string, command: CommandLine, detail: string): Promise<Steered> {
    if (!JSON.stringify(command).includes('{operation}')) return { accepted: false, offered: false, detail };
    this.#madeUp ??= this.#run(command, Buffer.from('{}'), { operation: MADE_UP });
    const { code } = await this.#madeUp;
    if (code === NOT_OFFERED) {
      const plain = `the target offers no control operation "${operation}" (its command ended with code 127)`;
      return { accepted: false, offered: false, detail: plain };
    }
    return { accepted: false, offered: true, detail: `${detail}, yet one that does not exist ended with code ${code}` };
  }

  async #run(command: CommandLine, input: Buffer, more: Readonly<Record<string, string>>): Promise<Ran> {
    const { surroundings, folder, patienceMs } = this.#options;
    const filled = surroundings.fillCommand(command, more);
    const child = guard.starting((variables) => {
      const named = { ...variables, DMCONFORM_OPERATION: more.operation ?? '' };
      return launched(filled, resolvePath(folder), named);
    });
    const kill = (): boolean => signalGroup(child, 'SIGKILL');
    const atExit = (): void => void kill();
    this.#running.add(kill);
    process.once('exit', atExit);
    const ran = await outcomeOf(child, input, patienceMs, kill);
    process.off('exit', atExit);
    // What it left running, as a session that has begun, may go on; it ends with the run.
    if (!signalGroup(child, 0)) {
      this.#running.delete(kill);
      if (child.pid !== undefined) guard.release(child.pid);
    }
    return ran;
  }
}

type Child = ReturnType<typeof launched>;

/** In a group of its own, so that what it leaves behind can be ended. */
function launched(command: CommandLine, cwd: string, variables: Readonly<Record<string, string>>) {
  const how = { cwd, detached: true, env: { ...process.env, ...variables } };
  if (typeof command === 'string') return spawn(command, { ...how, shell: true });
  const [program = '', ...parameters] = command;
  return spawn(program, parameters, how);
}

function signalGroup({ pid }: Child, signal: 'SIGKILL' | 0): boolean {
  try {
    return pid !== undefined && process.kill(-pid, signal);
  } catch {
    return false;
  }
}

function outcomeOf(child: Child, input: Buffer, patienceMs: number, kill: () => boolean): Promise<Ran> {
  child.stdin.on('error', () => undefined);
  child.stdin.end(input);
  const pieces: Buffer[] = [];
  let size = 0;
  child.stdout.on('data', (piece: Buffer) => {
    size += piece.length;
    if (size <= MOST_ANSWER) pieces.push(piece);
  });
  let said = '';
  child.stderr.on('data', (piece: Buffer) => {
    said = (said + piece.toString('utf8')).slice(-MOST_SAID);
  });
  const read = new Promise<void>((resolve) => child.stdout.once('close', resolve));
  return new Promise((resolve) => {
    let late = false;
    const timer = setTimeout(() => {
      late = true;
      kill();
    }, patienceMs);
    const end = (code: number | undefined, why = said): void => {
      clearTimeout(timer);
      resolve({ code, stdout: Buffer.concat(pieces), said: why.trim().replaceAll(/\s+/g, ' ') });
    };
    child.once('error', (error: NodeJS.ErrnoException) =>
      end(error.code === 'ENOENT' ? NOT_OFFERED : 1, error.message),
    );
    // Whoever it left running may hold its output open, so that is not waited for without end.
    child.once('exit', (code) => {
      const drained = new Promise<void>((done) => setTimeout(done, DRAIN_MS));
      void Promise.race([read, drained]).then(() => end(late ? undefined : (code ?? 1)));
    });
  });
}
