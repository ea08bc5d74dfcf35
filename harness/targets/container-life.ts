import { randomBytes } from 'node:crypto';
import { dirname, resolve as resolvePath } from 'node:path';
import type { Readable } from 'node:stream';
import type { GenericContainer, StartedTestContainer } from 'testcontainers';
import { parseStatedDuration } from '../model/durations.js';
import type { ContainerStart } from '../model/implementation.js';
import type { EventBus } from '../recorder/bus.js';
import { exitCodeOf, findEngine, removeLabelled } from './container-engine.js';
import { guard } from './guard.js';
import type { Life } from './life.js';
import { OutputLog } from './output-log.js';
import { whenReady } from './readiness.js';
import type { Surroundings } from './surroundings.js';

export interface ContainerLifeOptions {
  readonly name: string;
  readonly start: ContainerStart;
  /** The statement's own folder. */
  readonly folder: string;
  readonly surroundings: Surroundings;
  readonly bus: EventBus;
  readonly scenario: () => string | undefined;
  readonly withinMs: number;
}

type Testcontainers = typeof import('testcontainers');

const LABEL = 'dmconform.run';

/** A container for the whole run, through testcontainers, which is loaded when it is first needed. */
export class ContainerLife implements Life {
  readonly #options: ContainerLifeOptions;
  /** By which its container is known, also to the guard. */
  readonly #run = `${process.pid}-${randomBytes(4).toString('hex')}`;
  readonly #label = `${LABEL}=${this.#run}`;
  #container: StartedTestContainer | undefined;
  #alive = false;
  #stopping = false;
  #ended: Promise<void> = Promise.resolve();
  lastWords: string | undefined;

  constructor(options: ContainerLifeOptions) {
    this.#options = options;
  }

  get alive(): boolean {
    return this.#alive;
  }

  async start(): Promise<string | undefined> {
    const engine = await findEngine();
    if (engine.version === undefined) return `a container target needs a container engine: ${engine.reason}`;
    guard.watchLabel(this.#label);
    this.#stopping = false;
    const { bus, surroundings, start, withinMs } = this.#options;
    const id = bus.id('p');
    const output = new OutputLog((detail) =>
      bus.emit({ kind: 'process', phase: 'output', process: id, ...this.#whose(), detail }),
    );
    let gone: () => void = () => undefined;
    this.#ended = new Promise((resolve) => {
      gone = resolve;
    });
    try {
      const made = await this.#made(await loaded());
      const starting = made
        .withLogConsumer((stream: Readable) => {
          stream.on('data', output.take);
          stream.once('close', () => void this.#closed(id, output).then(gone));
        })
        .start();
      // One that ends at once never has its ports, and is not waited for.
      const first = await Promise.race([starting, this.#ended]);
      if (first === undefined) {
        starting.catch(() => undefined);
        await this.stop();
        return `it ended before it was ready: ${this.lastWords ?? ''}`;
      }
      this.#container = first;
    } catch (error) {
      const why = error instanceof Error ? error.message : String(error);
      bus.emit({ kind: 'process', phase: 'failed', process: id, ...this.#whose(), detail: why });
      await removeLabelled(this.#label);
      return `its container could not be started: ${why}`;
    }
    this.#alive = true;
    const detail = `container ${start.image ?? start.dockerfile ?? ''} ${this.#container.getId().slice(0, 12)}`;
    bus.emit({ kind: 'process', phase: 'started', process: id, ...this.#whose(), detail });
    const fill = (text: string): string => surroundings.fill(text);
    const why = await whenReady(start.ready, { output, exited: this.#ended, withinMs, fill });
    if (why === undefined) return undefined;
    await this.stop();
    return this.lastWords === undefined ? why : `${why}: ${this.lastWords}`;
  }

  async stop(): Promise<void> {
    this.#stopping = true;
    const container = this.#container;
    this.#container = undefined;
    await container?.stop({ remove: true, removeVolumes: true, timeout: 0 }).catch(() => undefined);
    await removeLabelled(this.#label);
    if (container !== undefined) await this.#ended;
    this.#alive = false;
  }

  #whose(): { readonly scenario?: string } {
    const token = this.#options.scenario();
    return token === undefined ? {} : { scenario: token };
  }

  /** Its output has ended, and so has the container. */
  async #closed(id: string, output: OutputLog): Promise<void> {
    output.flush();
    this.#alive = false;
    const killed = this.#stopping;
    const code = killed ? undefined : await exitCodeOf(this.#label).catch(() => undefined);
    if (!killed) {
      const said = output.text
        .trim()
        .split(/[\r\n]+/)
        .slice(-3)
        .join(' | ')
        .slice(-300);
      this.lastWords = `its container ended with code ${code ?? 'unknown'} and said ${said === '' ? 'nothing' : `"${said}"`}`;
    }
    this.#options.bus.emit({
      kind: 'process',
      phase: 'exited',
      process: id,
      ...this.#whose(),
      ...(code === undefined ? {} : { code }),
      ...(killed ? { killed: true } : {}),
    });
  }

  async #made(library: Testcontainers): Promise<GenericContainer> {
    const { start, surroundings, folder, withinMs } = this.#options;
    const container = await this.#image(library);
    container
      .withLabels({ [LABEL]: this.#run })
      .withEnvironment({ ...surroundings.fillEnvironment(start.env) })
      .withStartupTimeout(withinMs)
      .withWaitStrategy(start.healthcheck === undefined ? noWait(library) : library.Wait.forHealthCheck());
    if (start.command !== undefined) container.withCommand(start.command.map((word) => surroundings.fill(word)));
    if (start.network === 'host') container.withNetworkMode('host');
    else {
      const ports = (start.ports ?? []).map((port) => ({
        container: port,
        host: Number(surroundings.fill(`{container.port.${port}}`)),
      }));
      container.withExposedPorts(...ports);
    }
    const files = (start.files ?? []).map(({ from, to }) => ({
      source: resolvePath(folder, surroundings.fill(from)),
      target: to,
    }));
    if (files.length > 0) container.withCopyFilesToContainer(files);
    if (start.healthcheck !== undefined) container.withHealthCheck(healthcheckOf(start.healthcheck));
    return container;
  }

  async #image(library: Testcontainers): Promise<GenericContainer> {
    const { start, folder, name } = this.#options;
    if (start.image !== undefined) return new library.GenericContainer(start.image);
    const file = resolvePath(folder, start.dockerfile ?? 'Dockerfile');
    const context = start.context === undefined ? dirname(file) : resolvePath(folder, start.context);
    const inside = file.startsWith(`${context}/`) ? file.slice(context.length + 1) : file;
    // The image stays, so that its layers serve the next run.
    return await library.GenericContainer.fromDockerfile(context, inside).build(
      `dmconform-${name.toLowerCase()}:latest`,
      { deleteOnExit: false },
    );
  }
}

/** The library's own helper container is left out: the guard does its work, and needs no image. */
async function loaded(): Promise<Testcontainers> {
  process.env.TESTCONTAINERS_RYUK_DISABLED ??= 'true';
  return await import('testcontainers');
}

/** Whether it is up is seen from outside, as of any other target. */
function noWait({ Wait }: Testcontainers): ReturnType<typeof Wait.forListeningPorts> {
  const strategy = Wait.forListeningPorts();
  strategy.waitUntilReady = () => Promise.resolve();
  return strategy;
}

function healthcheckOf({ command, interval, retries }: NonNullable<ContainerStart['healthcheck']>) {
  const [first = '', ...rest] = command;
  const test: ['CMD', ...string[]] = ['CMD', first, ...rest];
  return {
    test,
    ...(interval === undefined ? {} : { interval: parseStatedDuration(interval) }),
    ...(retries === undefined ? {} : { retries }),
  };
}
