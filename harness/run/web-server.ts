import { type ChildProcess, spawn } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { type AddressInfo, connect, createServer, type Server, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { tapSocket } from '../recorder/tap.js';
import { isExecutable, searchPath } from '../reference/executables.js';
import type { ServerTap } from '../stimuli/wire-server.js';
import { sleep } from './context.js';

/** How long nginx may take to listen, in milliseconds. */
const START_MS = 5_000;
const USUAL_FOLDERS = ['/usr/sbin', '/usr/local/sbin', '/usr/local/bin', '/opt/homebrew/bin'];

export interface WebServerOptions {
  readonly tap?: ServerTap;
  readonly onSocket: (socket: Socket) => void;
}

/**
 * An ordinary web server that no one here wrote, as data repository (CR 6.1.3): nginx with DAV, of this machine. It listens in a folder of its own;
 * in front of it a relay passes bytes on untouched, so that the recorder sees them.
 */
export class WebServer {
  readonly #options: WebServerOptions;
  readonly #sockets = new Set<Socket>();
  #folder: string | undefined;
  #process: ChildProcess | undefined;
  #relay: Server | undefined;
  #started: Promise<string | undefined> | undefined;

  constructor(options: WebServerOptions) {
    this.#options = options;
  }

  /** `http://host:port`; undefined while it does not run. */
  get origin(): string | undefined {
    const address = this.#relay?.address() as AddressInfo | null | undefined;
    return address === null || address === undefined ? undefined : `http://127.0.0.1:${address.port}`;
  }

  /** Starts it, the first time; says why it cannot. */
  start(): Promise<string | undefined> {
    this.#started ??= this.#start();
    return this.#started;
  }

  /** Puts a file where GET of that path finds it. Its ending says its media type: `.json` is an MO serialization, `.txt`, `.html`, `.png`. */
  put(path: string, body: Buffer | string): void {
    if (this.#folder === undefined) return;
    const file = join(this.#folder, 'www', path);
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(file, body);
  }

  /** Ends it; neither process, port nor file is left. */
  async close(): Promise<void> {
    await this.#started;
    const child = this.#process;
    for (const socket of this.#sockets) socket.destroy();
    this.#relay?.close();
    if (child !== undefined && child.exitCode === null && child.signalCode === null) {
      const gone = new Promise((resolve) => child.once('exit', resolve));
      child.kill('SIGTERM');
      await gone;
    }
    if (this.#folder !== undefined) await rm(this.#folder, { recursive: true, force: true });
  }

  async #start(): Promise<string | undefined> {
    const executable = findNginx();
    if (executable === undefined) return 'no ordinary web server on this machine (looked for nginx on the search path)';
    this.#folder = await mkdtemp(join(tmpdir(), 'dmconform-web-'));
    mkdirSync(join(this.#folder, 'www'));
    await writeFile(join(this.#folder, 'nginx.conf'), configuration(this.#folder));
    const socket = join(this.#folder, 'nginx.sock');
    const child = spawn(executable, ['-p', this.#folder, '-c', 'nginx.conf', '-e', 'error.log'], { stdio: 'ignore' });
    this.#process = child;
    const failed = new Promise<string>((resolve) => {
      child.once('error', (error) => resolve(`nginx could not be started: ${error.message}`));
      child.once('exit', (code) => resolve(`nginx could not be started: it ended with code ${code ?? 'none'}`));
    });
    const failure = await Promise.race([failed, listens(socket)]);
    if (failure === undefined) this.#relay = await this.#relayTo(socket);
    return failure;
  }

  #relayTo(path: string): Promise<Server> {
    const relay = createServer({ allowHalfOpen: true }, (socket) => {
      const { tap, onSocket } = this.#options;
      onSocket(socket);
      if (tap !== undefined) tapSocket(socket, { ...tap, side: 'server' });
      const upstream = connect({ path, allowHalfOpen: true });
      for (const [one, other] of [
        [socket, upstream],
        [upstream, socket],
      ] as const) {
        this.#sockets.add(one);
        one.setNoDelay(true);
        one.once('close', () => {
          this.#sockets.delete(one);
          other.destroySoon();
        });
        one.on('error', () => undefined); // Told by the close that follows.
        one.pipe(other);
      }
    });
    return new Promise((resolve, reject) => {
      relay.once('error', reject);
      relay.listen(0, '127.0.0.1', () => resolve(relay));
    });
  }
}

export function findNginx(): string | undefined {
  return [...searchPath(), ...USUAL_FOLDERS].map((folder) => join(folder, 'nginx')).find(isExecutable);
}

/** Resolves when somebody listens, or with the reason when nobody does in time. */
async function listens(path: string): Promise<string | undefined> {
  for (const until = performance.now() + START_MS; performance.now() < until; await sleep(5)) {
    const answered = await new Promise<boolean>((resolve) => {
      const probe = connect({ path });
      probe.once('connect', () => resolve(true));
      probe.once('error', () => resolve(false));
      probe.once('close', () => probe.destroy());
      probe.once('connect', () => probe.destroy());
    });
    if (answered) return undefined;
  }
  return `nginx did not listen within ${START_MS} ms`;
}

/** GET of files, PUT by DAV, POST accepted: what an operator would write in a few lines. */
function configuration(folder: string): string {
  const temporary = ['client_body', 'proxy', 'fastcgi', 'uwsgi', 'scgi'].map(
    (name) => `${name}_temp_path "${folder}/${name}";`,
  );
  return `daemon off;
master_process off;
pid "${folder}/nginx.pid";
error_log "${folder}/error.log";
events { worker_connections 256; }
http {
  access_log off;
  ${temporary.join('\n  ')}
  types { application/dmmo+json json; text/plain txt; text/html html; image/png png; }
  default_type application/octet-stream;
  client_max_body_size 0;
  server {
    listen "unix:${folder}/nginx.sock";
    root "${folder}/www";
    location / {
      dav_methods PUT;
      create_full_put_path on;
      if ($request_method = POST) { return 201; }
    }
  }
}
`;
}
