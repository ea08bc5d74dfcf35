/** Everything a peer waits for goes through a clock, so that a quiet time costs no real time on a virtual one. */
export interface Clock {
  /** Milliseconds since some fixed instant. */
  now(): number;
  /** Calls `fn` once after `ms` milliseconds; the returned function cancels it. */
  setTimeout(fn: () => void, ms: number): () => void;
  /** Resolves after `ms` milliseconds. */
  sleep(ms: number): Promise<void>;
  /** Names an exchange as under way until `work` settles; returns `work` itself. */
  track<T>(work: Promise<T>): Promise<T>;
}

export const realClock: Clock = {
  now: () => performance.now(),
  setTimeout(fn, ms) {
    const timer = setTimeout(fn, ms);
    return () => clearTimeout(timer);
  },
  sleep: (ms) => new Promise((resolve) => setTimeout(resolve, ms)),
  track: (work) => work,
};

interface Timer {
  readonly due: number;
  readonly fn: () => void;
}

/** What `VirtualClock.advance` found when it was done. */
export interface ClockState {
  /** Nothing is under way: whatever the peer does next needs a cause from outside, or more time. */
  readonly idle: boolean;
  /** Exchanges whose answer has not come (somebody withholds it). */
  readonly inFlight: number;
}

/**
 * Turns of the event loop without progress before an exchange counts as withheld, besides the real time: on a busy machine that may pass while this process, in
 * which both sides live, gets no time at all. Each step of an exchange takes a turn or two.
 */
const GRACE_TURNS = 60;

/** Lets pending promise work run to its end; one turn of the event loop drains all microtasks. */
async function turns(count: number): Promise<void> {
  for (let turn = 0; turn < count; turn += 1) await new Promise((resolve) => setImmediate(resolve));
}

/** A clock that stands still until it is told to advance. */
export class VirtualClock implements Clock {
  #now: number;
  #timers: Timer[] = [];
  #inFlight = 0;
  /** Grows with every exchange that begins or ends. */
  #changes = 0;
  #stalledAt = -1;
  #listeners = new Set<() => void>();
  #queue: Promise<unknown> = Promise.resolve();

  constructor(start = 0) {
    this.#now = start;
  }

  now(): number {
    return this.#now;
  }

  /** Exchanges under way. */
  get inFlight(): number {
    return this.#inFlight;
  }

  /** Timers that have not fired. */
  get pendingTimers(): number {
    return this.#timers.length;
  }

  setTimeout(fn: () => void, ms: number): () => void {
    const timer: Timer = { due: this.#now + Math.max(0, ms), fn };
    const later = this.#timers.findIndex((other) => other.due > timer.due);
    this.#timers.splice(later === -1 ? this.#timers.length : later, 0, timer);
    return () => {
      this.#timers = this.#timers.filter((other) => other !== timer);
    };
  }

  sleep(ms: number): Promise<void> {
    return new Promise((resolve) => {
      this.setTimeout(resolve, ms);
    });
  }

  track<T>(work: Promise<T>): Promise<T> {
    this.#inFlight += 1;
    this.#changed();
    const done = () => {
      this.#inFlight -= 1;
      this.#changed();
    };
    work.then(done, done);
    return work;
  }

  /**
   * Lets `ms` virtual milliseconds pass: fires what falls due, in order, and lets the work that it causes come to rest in between.
   * Exchanges that make no progress for `graceMs` real milliseconds are taken as withheld by the other side; time goes on without them.
   */
  advance(ms: number, graceMs = 100): Promise<ClockState> {
    const run = this.#queue.then(() => this.#advance(ms, graceMs));
    this.#queue = run.catch(() => undefined);
    return run;
  }

  /** Waits until nothing is under way, or nothing moves any more. No virtual time passes. */
  async idle(graceMs = 100): Promise<ClockState> {
    this.#stalledAt = -1;
    await this.#settle(graceMs);
    return this.#state();
  }

  /** Drops all timers: what a peer meant to do later belongs to the time before a reset. */
  clear(): void {
    this.#timers = [];
  }

  #state(): ClockState {
    return { idle: this.#inFlight === 0, inFlight: this.#inFlight };
  }

  async #advance(ms: number, graceMs: number): Promise<ClockState> {
    const target = this.#now + Math.max(0, ms);
    this.#stalledAt = -1;
    await this.#settle(graceMs);
    for (let next = this.#timers[0]; next !== undefined && next.due <= target; next = this.#timers[0]) {
      this.#timers.shift();
      this.#now = next.due;
      next.fn();
      await this.#settle(graceMs);
    }
    this.#now = target;
    return this.#state();
  }

  async #settle(graceMs: number): Promise<void> {
    for (;;) {
      await turns(3);
      if (this.#inFlight === 0 || this.#stalledAt === this.#changes) return;
      if (!(await this.#change(graceMs))) {
        // Remembered, so that one withheld answer costs an advance its grace once and not once for each timer.
        this.#stalledAt = this.#changes;
        return;
      }
    }
  }

  #changed(): void {
    this.#changes += 1;
    for (const listener of [...this.#listeners]) listener();
  }

  /** True as soon as an exchange begins or ends; false when none did for `graceMs` real milliseconds, and some turns of the event loop. */
  async #change(graceMs: number): Promise<boolean> {
    const before = this.#changes;
    if (await this.#changeWithin(graceMs)) return true;
    for (let turn = 0; turn < GRACE_TURNS && this.#changes === before; turn += 1) await turns(1);
    return this.#changes !== before;
  }

  #changeWithin(graceMs: number): Promise<boolean> {
    return new Promise((resolve) => {
      const finish = (moved: boolean) => {
        clearTimeout(timer);
        this.#listeners.delete(listener);
        resolve(moved);
      };
      const listener = () => finish(true);
      const timer = setTimeout(() => finish(false), graceMs);
      this.#listeners.add(listener);
    });
  }
}
