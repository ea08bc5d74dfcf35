import { type ChildProcess, spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { fileURLToPath } from 'node:url';

/** Name of the variable in the environment of what the suite starts. */
const SPAWN_MARK = 'DMCONFORM_SPAWN';
const MAIN = new URL('./guard-main.js', import.meta.url);

/**
 * A small process beside the suite that ends what the suite started when the suite itself cannot any more, since it was killed. There is one for each
 * process of the suite, started when it is first needed; it ends with the suite.
 */
class Guard {
  #child: ChildProcess | undefined;

  /**
   * Starts a process, in a group of its own, that must not outlive the suite.
   * @param start does so, with these variables in its environment: by them it is found, should the suite end before the process id is told.
   */
  starting<Child extends ChildProcess>(start: (variables: Readonly<Record<string, string>>) => Child): Child {
    const mark = randomBytes(8).toString('hex');
    this.#tell(`+s ${SPAWN_MARK}=${mark}`);
    const child = start({ [SPAWN_MARK]: mark });
    if (child.pid !== undefined) this.#tell(`+p ${child.pid}`);
    this.#tell(`-s ${SPAWN_MARK}=${mark}`);
    return child;
  }

  /** It has ended. */
  release(pid: number): void {
    if (this.#child !== undefined) this.#tell(`-p ${pid}`);
  }

  /** Containers with this label, of which one is about to be made. */
  watchLabel(label: string): void {
    this.#tell(`+l ${label}`);
  }

  /** No more of them is being made. */
  settleLabel(label: string): void {
    if (this.#child !== undefined) this.#tell(`=l ${label}`);
  }

  /** There are none any more. */
  releaseLabel(label: string): void {
    if (this.#child !== undefined) this.#tell(`-l ${label}`);
  }

  #tell(line: string): void {
    this.#child ??= started();
    this.#child.stdin?.write(`${line}\n`);
  }
}

function started(): ChildProcess {
  const child = spawn(process.execPath, [fileURLToPath(MAIN)], { detached: true, stdio: ['pipe', 'ignore', 'ignore'] });
  // Without it everything works but the last resort; it must hold nothing up.
  child.on('error', () => undefined);
  child.stdin?.on('error', () => undefined);
  child.unref();
  const { stdin } = child;
  if (stdin !== null && 'unref' in stdin && typeof stdin.unref === 'function') stdin.unref();
  return child;
}

export const guard = new Guard();
