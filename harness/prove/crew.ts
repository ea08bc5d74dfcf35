import { type ChildProcess, fork } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { ConformError } from '../model/errors.js';
import type { Ledger } from '../model/requirement.js';
import type { Installed, Played, Task } from './play.js';
import type { FromWorker, ToWorker } from './worker.js';

/** Runs make short-lived objects by the million: with more room for the young ones fewer are copied. */
const NODE_OPTIONS = ['--no-warnings', '--max-semi-space-size=64'];

/** A process that plays one peer after another: steps, ledger and compiled code are loaded once. */
export class CrewMember {
  readonly #child: ChildProcess;
  #waiting: { resolve(played: Played): void; reject(error: Error): void } | undefined;
  #ended = false;
  /** Processor time of the process so far, in milliseconds. */
  cpuMs = 0;

  constructor(ledger: Ledger, installed: Installed) {
    const script = new URL(import.meta.url.endsWith('.ts') ? './worker.ts' : './worker.js', import.meta.url);
    this.#child = fork(fileURLToPath(script), [], {
      execArgv: [...process.execArgv, ...NODE_OPTIONS],
      stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
    });
    this.#child.on('message', (message) => this.#heard(message as FromWorker));
    this.#child.once('error', (error) => this.#lost(error.message));
    this.#child.once('exit', (code, signal) => this.#lost(`it ended with ${signal ?? `code ${code}`}`));
    this.#send({ ledger, installed });
  }

  /** @throws ConformError HARNESS_BROKEN when the suite broke in it, or the process is gone. */
  play(task: Task): Promise<Played> {
    return new Promise((resolve, reject) => {
      this.#waiting = { resolve, reject };
      if (this.#ended) this.#lost('it had ended before');
      else this.#send({ task });
    });
  }

  /** Ends the process; resolves when it is gone. */
  async close(): Promise<void> {
    if (this.#ended) return;
    const gone = new Promise((resolve) => this.#child.once('exit', resolve));
    this.#child.kill();
    await gone;
  }

  #send(message: ToWorker): void {
    this.#child.send(message);
  }

  #heard(message: FromWorker): void {
    this.cpuMs += message.cpuMs;
    const waiting = this.#waiting;
    this.#waiting = undefined;
    if ('played' in message) waiting?.resolve(message.played);
    else waiting?.reject(new ConformError('HARNESS_BROKEN', message.broken));
  }

  #lost(why: string): void {
    this.#ended = true;
    this.#waiting?.reject(new ConformError('HARNESS_BROKEN', `a process of the proof is gone: ${why}`));
    this.#waiting = undefined;
  }
}
