import { type ChildProcess, spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';

const MAIN = new URL('./guard-main.js', import.meta.url);

/**
 * A small process beside the suite that ends what the suite started when the suite itself cannot any more, since it was killed. There is one for each
 * process of the suite, started when it is first needed; it ends with the suite.
 */
class Guard {
  #child: ChildProcess | undefined;

  /** Starts it, unless it is there. */
  begin(): void {
    this.#child ??= started();
  }

  /** A process group that must not outlive the suite. */
  watch(pid: number): void {
    this.#tell(`+p ${pid}`);
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
    this.begin();
    this.#child?.stdin?.write(`${line}\n`);
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
