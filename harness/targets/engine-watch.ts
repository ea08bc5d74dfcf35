import type { Client } from 'undici';
import { clientFor, findEngine, whereIs } from './container-engine.js';

/** How long before the engine is listened to again after it ended that of its own accord, in milliseconds. */
const PAUSE_MS = 1000;

export interface WatchedEngine {
  /** Only events of containers with this label are listened to: the fewer the better. */
  readonly label: string;
  /** Asked when the connection broke and the engine answers all the same: whether what ran on it is still there. */
  readonly survived: () => Promise<boolean>;
  /** Called once at most. @param why in words. */
  readonly onGone: (why: string) => void;
  readonly environment?: NodeJS.ProcessEnv;
}

/**
 * Holds a connection to the container engine and tells when the engine is gone, or was gone. What else is open to an engine that is killed need not
 * end: a build, a pull and a container's output may be waited for in vain.
 */
export class EngineWatch {
  readonly #watched: WatchedEngine;
  readonly #environment: NodeJS.ProcessEnv;
  #client: Client | undefined;
  #stopped = false;

  constructor(watched: WatchedEngine) {
    this.#watched = watched;
    this.#environment = watched.environment ?? process.env;
    void this.#watch();
  }

  stop(): void {
    this.#stopped = true;
    void this.#client?.destroy();
  }

  async #watch(): Promise<void> {
    while (!this.#stopped) {
      const listened = await this.#listen();
      const why = this.#stopped ? undefined : await this.#whyGone(listened);
      if (this.#stopped) return;
      if (why !== undefined) {
        this.#stopped = true;
        return this.#watched.onGone(why);
      }
      await new Promise((resolve) => setTimeout(resolve, PAUSE_MS));
    }
  }

  /** Resolves when the engine's events end; false when it gives none out. */
  async #listen(): Promise<boolean> {
    const filters = encodeURIComponent(JSON.stringify({ label: [this.#watched.label] }));
    let listened = false;
    try {
      this.#client = clientFor(whereIs(this.#environment), 0);
      const { statusCode, body } = await this.#client.request({ method: 'GET', path: `/events?filters=${filters}` });
      listened = statusCode === 200;
      for await (const piece of body) void piece;
    } catch {
      // It broke, as it does when the engine is killed.
    }
    await this.#client?.destroy();
    return listened;
  }

  async #whyGone(listened: boolean): Promise<string | undefined> {
    const where = whereIs(this.#environment);
    const { version } = await findEngine(this.#environment);
    if (version === undefined) return `the container engine at ${where} does not answer any more`;
    if (!listened || (await this.#watched.survived().catch(() => false))) return undefined;
    return `the container engine at ${where} was started anew`;
  }
}
