import { performance } from 'node:perf_hooks';
import type { Draft } from '../trace/event.js';
import type { EventBus } from './bus.js';

/** How often the suite looks whether it still runs, in milliseconds. */
const BEAT_MS = 50;
/** How much later than that a look may be and is still no stall, in milliseconds. */
export const STALL_MS = 250;

export interface StallWatchOptions {
  /** Milliseconds on a clock that never runs backwards; by default the process's own. */
  readonly clock?: () => number;
}

/**
 * Notices when this process stood still, because the machine gave it no time or because it was busy with itself, and records it as an action `stall`. A
 * peer that waited meanwhile waited for nothing, and may have gone. A stall is recorded before the first event after it, so that whoever judges
 * that event knows. Keeps no process alive.
 */
export class StallWatch {
  readonly #bus: EventBus;
  readonly #clock: () => number;
  readonly #timer: NodeJS.Timeout;
  #alive: number;

  constructor(bus: EventBus, { clock = () => performance.now() }: StallWatchOptions = {}) {
    this.#bus = bus;
    this.#clock = clock;
    this.#alive = clock();
    bus.precede(() => this.#look());
    this.#timer = setInterval(() => this.beat(), BEAT_MS);
    this.#timer.unref();
  }

  /** The event loop has come round. */
  beat(): void {
    const stall = this.#look();
    this.#alive = this.#clock();
    // The bus looks before it records this one, and then finds nothing to say.
    if (stall !== undefined) this.#bus.emit(stall);
  }

  close(): void {
    clearInterval(this.#timer);
    this.#bus.precede(undefined);
  }

  #look(): Draft | undefined {
    const now = this.#clock();
    const ms = now - this.#alive;
    if (ms < BEAT_MS + STALL_MS) return undefined;
    // What comes of the same stall from here on counts anew.
    this.#alive = now;
    return { kind: 'action', action: { name: 'stall', ms: Math.round(ms) } };
  }
}
