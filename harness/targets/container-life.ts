import type { Readable } from 'node:stream';
import type { StartedTestContainer } from 'testcontainers';
import type { ContainerStart } from '../model/implementation.js';
import type { EventBus } from '../recorder/bus.js';
import type { ProcessEvent } from '../trace/event.js';
import { exitCodeOf, findEngine, labelled } from './container-engine.js';
import { ContainerLabel, removeLeftOvers } from './container-label.js';
import { madeContainer } from './container-making.js';
import { EngineWatch } from './engine-watch.js';
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
  /** The engine is gone, so nothing more can come of the run. */
  readonly lost?: ((why: string) => void) | undefined;
}

/** How long the output of a container that was removed may take to end, in milliseconds. */
const LAST_OUTPUT_MS = 3000;
const WHAT_IS_LEFT =
  "what it still has of this run is removed when it is back: within two minutes by the suite's guard, later by the next run with a container";

/** One start of a container. */
interface Play {
  readonly id: string;
  readonly output: OutputLog;
  /** Resolves when the container, or the engine, is gone. */
  readonly ended: Promise<void>;
  readonly end: () => void;
  started: boolean;
  /** The record tells how it ended. */
  over: boolean;
}

/** A container for the whole run, through testcontainers. */
export class ContainerLife implements Life {
  readonly #options: ContainerLifeOptions;
  readonly #label = new ContainerLabel();
  #container: StartedTestContainer | undefined;
  #play: Play | undefined;
  #watch: EngineWatch | undefined;
  #alive = false;
  #stopping = false;
  /** Why the engine is gone. */
  #lost: string | undefined;
  lastWords: string | undefined;

  constructor(options: ContainerLifeOptions) {
    this.#options = options;
  }

  get alive(): boolean {
    return this.#alive;
  }

  async start(): Promise<string | undefined> {
    if (this.#lost !== undefined) return this.#lost;
    await this.stop();
    const engine = await findEngine();
    if (engine.version === undefined) return `a container target needs a container engine: ${engine.reason}`;
    await removeLeftOvers();
    this.#label.watch();
    this.#stopping = false;
    const play = this.#newPlay();
    this.#play = play;
    this.#watch = new EngineWatch({
      label: this.#label.text,
      survived: () => this.#survived(),
      onGone: (why) => this.#engineGone(play, why),
    });
    const starting = this.#started(play);
    // One that ends at once never has its ports, and is not waited for.
    const why = await Promise.race([starting, play.ended.then(() => this.#endedEarly())]);
    if (why === undefined) return await this.#becomesReady(play);
    starting.catch(() => undefined);
    await this.stop();
    return why;
  }

  async stop(): Promise<void> {
    this.#stopping = true;
    const [container, play] = [this.#container, this.#play];
    this.#container = undefined;
    this.#play = undefined;
    if (play !== undefined) {
      if (this.#lost === undefined) await this.#takeDown(container, play);
      if (!(await this.#label.remove())) await this.#notRemoved(play);
      if (container !== undefined) await orAfter(play.ended, LAST_OUTPUT_MS);
    }
    this.#watch?.stop();
    this.#alive = false;
  }

  #newPlay(): Play {
    const { bus } = this.#options;
    const id = bus.id('p');
    const output = new OutputLog((detail) =>
      bus.emit({ kind: 'process', phase: 'output', process: id, ...this.#whose(), detail }),
    );
    let end: () => void = () => undefined;
    const ended = new Promise<void>((resolve) => {
      end = resolve;
    });
    return { id, output, ended, end, started: false, over: false };
  }

  /** Resolves with why it could not be started. */
  async #started(play: Play): Promise<string | undefined> {
    const { start } = this.#options;
    try {
      const made = await madeContainer({ ...this.#options, label: this.#label });
      const container = await made.withLogConsumer((stream) => this.#listen(stream, play)).start();
      // Nobody waits for it any more.
      if (play.over || this.#play !== play) return this.#endedEarly();
      this.#container = container;
      const detail = `container ${start.image ?? start.dockerfile ?? ''} ${container.getId().slice(0, 12)}`;
      this.#tell(play, { phase: 'started', detail });
    } catch (error) {
      // It is the engine that failed, and the watch need not have made sure of it yet.
      const { reason } = await findEngine();
      if (reason !== undefined && this.#play === play) this.#engineGone(play, reason);
      if (play.over || this.#play !== play) return this.#endedEarly();
      play.over = true;
      const why = error instanceof Error ? error.message : String(error);
      this.#tell(play, { phase: 'failed', detail: why });
      return `its container of ${start.image ?? start.dockerfile ?? 'a Dockerfile'} could not be started: ${why}`;
    }
    play.started = true;
    this.#alive = true;
    this.#label.settled();
    return undefined;
  }

  #listen(stream: Readable, play: Play): void {
    stream.on('data', play.output.take);
    // It breaks with the engine, of which the watch tells.
    stream.on('error', () => undefined);
    stream.once('close', () => void this.#closed(play));
  }

  async #becomesReady({ output, ended }: Play): Promise<string | undefined> {
    const { start, surroundings, withinMs } = this.#options;
    const fill = (text: string): string => surroundings.fill(text);
    const why = await whenReady(start.ready, { output, exited: ended, withinMs, fill });
    if (why === undefined) return undefined;
    await this.stop();
    return this.#lost ?? (this.lastWords === undefined ? why : `${why}: ${this.lastWords}`);
  }

  #endedEarly(): string {
    return this.#lost ?? `it ended before it was ready: ${this.lastWords ?? ''}`;
  }

  /** In vain, where the engine is killed meanwhile. */
  async #takeDown(container: StartedTestContainer | undefined, { ended }: Play): Promise<void> {
    const stopped = container?.stop({ remove: true, removeVolumes: true, timeout: 0 }).catch(() => undefined);
    const gone = ended.then(() => (this.#lost === undefined ? stopped : undefined));
    await Promise.race([stopped, gone]);
  }

  /** Its output has ended, and so has the container. */
  async #closed(play: Play): Promise<void> {
    play.output.flush();
    const killed = this.#stopping;
    const code = killed ? undefined : await exitCodeOf(this.#label.text).catch(() => undefined);
    // The output ends with the engine, too, and a moment sooner than the watch has made sure of that.
    if (!killed && code === undefined && (await this.#engineIsGone())) return;
    if (play.over) return;
    play.over = true;
    this.#alive = false;
    if (!killed) {
      const said = play.output.text
        .trim()
        .split(/[\r\n]+/)
        .slice(-3)
        .join(' | ')
        .slice(-300);
      this.lastWords = `its container ended with code ${code ?? 'unknown'} and said ${said === '' ? 'nothing' : `"${said}"`}`;
    }
    this.#tell(play, {
      phase: 'exited',
      ...(code === undefined ? {} : { code }),
      ...(killed ? { killed: true } : {}),
    });
    play.end();
  }

  async #engineIsGone(): Promise<boolean> {
    return this.#lost !== undefined || (await findEngine()).version === undefined;
  }

  /** While it is being started, whatever was asked of the engine broke off with the connection. */
  async #survived(): Promise<boolean> {
    return this.#container !== undefined && (await labelled(this.#label.text)).some(({ running }) => running);
  }

  #engineGone(play: Play, why: string): void {
    if (this.#lost !== undefined) return;
    const { bus, lost } = this.#options;
    this.#lost = why;
    this.lastWords = why;
    this.#alive = false;
    play.output.flush();
    if (!play.over) this.#tell(play, { phase: play.started ? 'exited' : 'failed', killed: true, detail: why });
    play.over = true;
    bus.fault('CONTAINER_ENGINE_GONE', `${why}; ${WHAT_IS_LEFT}`);
    lost?.(why);
    play.end();
  }

  async #notRemoved(play: Play): Promise<void> {
    const { reason } = await findEngine();
    if (reason === undefined)
      this.#options.bus.fault('CONTAINER_LEFT', `the engine keeps the container; ${WHAT_IS_LEFT}`);
    else this.#engineGone(play, reason);
  }

  #tell({ id }: Play, what: Pick<ProcessEvent, 'phase' | 'code' | 'killed' | 'detail'>): void {
    this.#options.bus.emit({ kind: 'process', process: id, ...this.#whose(), ...what });
  }

  #whose(): { readonly scenario?: string } {
    const token = this.#options.scenario();
    return token === undefined ? {} : { scenario: token };
  }
}

async function orAfter(promise: Promise<void>, ms: number): Promise<void> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<void>((resolve) => {
    timer = setTimeout(resolve, ms);
  });
  await Promise.race([promise, late]);
  clearTimeout(timer);
}
