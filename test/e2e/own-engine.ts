import { type ChildProcess, execFile, spawn, spawnSync } from 'node:child_process';
import { closeSync, existsSync, mkdtempSync, openSync, readFileSync, realpathSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';

const execute = promisify(execFile);

/** How long the engine may take to answer, in milliseconds. */
const COMES_MS = 90_000;
const PAUSE_MS = 100;
/** Name of the image that the engine has: this machine's Node.js and nothing else. */
export const NODE_IMAGE = 'dmconform-node:latest';

/**
 * A container engine of a test's own, on a socket, in a folder and with a network of its own, so that it can be killed: no other engine of the machine, and
 * nobody who uses it, notices anything of it.
 */
export class OwnEngine {
  readonly #folder = mkdtempSync(join(tmpdir(), 'dmconform-engine-'));
  readonly #bridge = `dmc${process.pid % 1_000_000_000}`;
  readonly #address = `172.31.${process.pid % 250}.1/24`;
  #daemon: ChildProcess | undefined;

  private constructor() {
    process.once('exit', this.#atExit);
  }

  /** @throws with what is missing, or what the engine said, where none can be run. */
  static async start(): Promise<OwnEngine> {
    if (process.getuid?.() !== 0) throw new Error('only root may start a container engine');
    const missing = ['dockerd', 'docker', 'ip', 'tar', 'ldd'].find((name) => !isThere(name));
    if (missing !== undefined) throw new Error(`there is no ${missing}`);
    const engine = new OwnEngine();
    try {
      await execute('ip', ['link', 'add', engine.#bridge, 'type', 'bridge']);
      await execute('ip', ['address', 'add', engine.#address, 'dev', engine.#bridge]);
      await execute('ip', ['link', 'set', engine.#bridge, 'up']);
      await engine.again();
      await engine.#importNode();
    } catch (error) {
      await engine.close();
      throw error;
    }
    return engine;
  }

  /** What leads the suite to it. */
  get environment(): Readonly<Record<string, string>> {
    return { DOCKER_HOST: `unix://${this.#folder}/docker.sock` };
  }

  async docker(...words: readonly string[]): Promise<string> {
    const { stdout } = await execute('docker', words, { env: { ...process.env, ...this.environment } });
    return stdout.trim();
  }

  /** Ids and labels of all its containers, running or not, one a line. */
  containers(): Promise<string> {
    return this.docker('ps', '--all', '--no-trunc', '--format', '{{.ID}} {{.Label "dmconform.run"}}');
  }

  /** Processes that lead a port of this machine into a container of it. */
  get portHolders(): readonly string[] {
    const subnet = this.#address.replace(/1\/24$/, '');
    return processesWith(`-container-ip ${subnet}`).map(({ line }) => line);
  }

  /** Kills it as it stands; its containers go on. */
  async kill(): Promise<void> {
    const daemon = this.#daemon;
    if (daemon === undefined) return;
    this.#daemon = undefined;
    const gone = new Promise((resolve) => daemon.once('exit', resolve));
    daemon.kill('SIGKILL');
    await gone;
    // Its helper goes with it, a moment later; the next engine must not count on it.
    while (processesWith(`--config ${this.#folder}`).length > 0)
      await new Promise((resolve) => setTimeout(resolve, PAUSE_MS));
  }

  /** Starts it, for the first time or anew. On a busy machine an engine may give its own parts too little time, so it is tried again. */
  async again(): Promise<void> {
    const until = performance.now() + COMES_MS;
    while (!(await this.#comes(until))) if (performance.now() > until) throw new Error(this.#lastWords());
  }

  async #comes(until: number): Promise<boolean> {
    const place = (name: string): string => join(this.#folder, name);
    // What an engine that was killed leaves, and the next one would take whoever has that number now for the one it belongs to.
    for (const file of ['pid', 'exec/containerd/containerd.pid']) rmSync(place(file), { force: true });
    const log = openSync(place('log'), 'a');
    const daemon = spawn(
      'dockerd',
      [
        ...['--data-root', place('data'), '--exec-root', place('exec'), '--pidfile', place('pid')],
        ...['--host', `unix://${place('docker.sock')}`, '--bridge', this.#bridge],
        ...['--iptables=false', '--ip-masq=false', '--ip-forward=false'],
      ],
      { stdio: ['ignore', log, log], detached: true },
    );
    closeSync(log);
    this.#daemon = daemon;
    while (daemon.exitCode === null && performance.now() < until) {
      if (await this.#answers()) return true;
      await new Promise((resolve) => setTimeout(resolve, PAUSE_MS));
    }
    return false;
  }

  /** Ends it with all that it has. */
  async close(): Promise<void> {
    process.off('exit', this.#atExit);
    if (this.#daemon !== undefined) {
      const ids = (await this.docker('ps', '--all', '--quiet').catch(() => '')).split('\n').filter((id) => id !== '');
      if (ids.length > 0) await this.docker('rm', '--force', ...ids).catch(() => '');
      await this.#end(this.#daemon);
    }
    this.#sweep();
  }

  async #end(daemon: ChildProcess): Promise<void> {
    this.#daemon = undefined;
    if (daemon.exitCode !== null) return;
    const gone = new Promise((resolve) => daemon.once('exit', resolve));
    daemon.kill('SIGTERM');
    await gone;
  }

  /** What is left: on the disk, in the network, and of an engine that was killed while it started a container the process that was to carry it. */
  #sweep(): void {
    for (const { pid } of processesWith(this.#folder)) spawnSync('kill', ['-KILL', `${pid}`]);
    spawnSync('ip', ['link', 'delete', this.#bridge]);
    const mounts = existsSync('/proc/mounts') ? readFileSync('/proc/mounts', 'utf8').split('\n') : [];
    for (const place of mounts.map((line) => line.split(' ')[1] ?? '').filter((one) => one.startsWith(this.#folder)))
      spawnSync('umount', ['--lazy', place]);
    rmSync(this.#folder, { recursive: true, force: true });
  }

  readonly #atExit = (): void => {
    this.#daemon?.kill('SIGKILL');
    this.#sweep();
  };

  async #answers(): Promise<boolean> {
    return await this.docker('version').then(
      () => true,
      () => false,
    );
  }

  #lastWords(): string {
    const log = readFileSync(join(this.#folder, 'log'), 'utf8').trim().split('\n');
    return log.filter((line) => !line.includes('level=info')).at(-1) ?? 'it said nothing';
  }

  async #importNode(): Promise<void> {
    const program = realpathSync(process.execPath);
    const { stdout } = await execute('ldd', [program]);
    const files = [program, ...(stdout.match(/\/\S+/g) ?? [])];
    const command = `tar --create --dereference --directory / ${files.map((file) => `'.${file}'`).join(' ')} | docker import - ${NODE_IMAGE}`;
    await execute('bash', ['-o', 'pipefail', '-c', command], { env: { ...process.env, ...this.environment } });
  }
}

/** The processes with that text in their command lines; one that nobody has waited for yet is gone all the same. */
function processesWith(text: string): readonly { readonly pid: number; readonly line: string }[] {
  const { stdout } = spawnSync('ps', ['-eo', 'pid=,stat=,args=']);
  const lines = stdout.toString().split('\n');
  return lines
    .filter((line) => line.includes(text) && !/^\s*\d+\s+Z/.test(line))
    .map((line) => ({ pid: Number.parseInt(line, 10), line }));
}

function isThere(program: string): boolean {
  return spawnSync('sh', ['-c', `command -v ${program}`], { stdio: 'ignore' }).status === 0;
}
