import { resolve as resolvePath } from 'node:path';
import type { ProcessStart } from '../model/implementation.js';
import type { EventBus } from '../recorder/bus.js';
import { whenReady } from './readiness.js';
import { Spawned } from './spawned.js';
import type { Surroundings } from './surroundings.js';

/** How an implementation is brought up and taken down. */
export interface Life {
  /** Brings it up; resolves with why it is not there when it does not come. */
  start(): Promise<string | undefined>;
  /** It is up as far as anybody can tell. */
  readonly alive: boolean;
  /** How it ended by itself, and what it printed last. */
  readonly lastWords: string | undefined;
  /** Takes it down with all that belongs to it. */
  stop(): Promise<void>;
}

/** Something that runs already, and that nobody starts or stops. */
export const ALREADY_THERE: Life = {
  start: () => Promise.resolve(undefined),
  alive: true,
  lastWords: undefined,
  stop: () => Promise.resolve(),
};

export interface ProcessLifeOptions {
  readonly start: ProcessStart;
  /** The statement's own folder. */
  readonly folder: string;
  readonly surroundings: Surroundings;
  readonly bus: EventBus;
  readonly scenario: () => string | undefined;
  readonly drained: (ms: number) => Promise<void>;
  readonly withinMs: number;
}

/** One process for the whole run. */
export class ProcessLife implements Life {
  readonly #options: ProcessLifeOptions;
  #running: Spawned | undefined;

  constructor(options: ProcessLifeOptions) {
    this.#options = options;
  }

  get alive(): boolean {
    return this.#running !== undefined && !this.#running.gone;
  }

  get lastWords(): string | undefined {
    return this.#running?.lastWords;
  }

  async start(): Promise<string | undefined> {
    const { start, folder, surroundings, bus, scenario, drained, withinMs } = this.#options;
    const running = new Spawned({
      command: surroundings.fillCommand(start.command),
      cwd: resolvePath(folder, start.cwd ?? '.'),
      env: surroundings.fillEnvironment(start.env),
      bus,
      scenario,
      drained,
      output: 'live',
    });
    this.#running = running;
    const started = await running.started;
    if (!started.accepted) return `it could not be started: ${started.detail ?? 'no reason given'}`;
    const { output, exited } = running;
    const fill = (text: string): string => surroundings.fill(text);
    const why = await whenReady(start.ready, { output, exited, withinMs, fill });
    if (why === undefined) return undefined;
    await this.stop();
    return running.lastWords === undefined ? why : `${why}: ${running.lastWords}`;
  }

  async stop(): Promise<void> {
    this.#running?.kill();
    await this.#running?.exited;
  }
}
