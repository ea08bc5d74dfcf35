import { ConformError } from '../model/errors.js';
import type { Gate } from './peer.js';

export interface GateOptions {
  /** What is withheld, for the error message. */
  readonly what?: string;
  /** How long the gate may stay shut once somebody waits at it, in milliseconds; default 30 s. */
  readonly patienceMs?: number;
}

/**
 * A gate that the harness opens by hand. Whoever waits at it longer than the patience gets a ConformError HARNESS_BROKEN: a gate that
 * nobody opens is a fault of the harness, and must not hang a run.
 */
export class ManualGate implements Gate {
  /** Resolves when somebody has reached the gate. */
  readonly reached: Promise<void>;
  readonly #what: string;
  readonly #patienceMs: number;
  readonly #opened: Promise<void>;
  #open: () => void = () => undefined;
  #arrive: () => void = () => undefined;
  #isOpen = false;

  constructor(options: GateOptions = {}) {
    this.#what = options.what ?? 'a message';
    this.#patienceMs = options.patienceMs ?? 30_000;
    this.reached = new Promise((resolve) => {
      this.#arrive = resolve;
    });
    this.#opened = new Promise((resolve) => {
      this.#open = resolve;
    });
  }

  get isOpen(): boolean {
    return this.#isOpen;
  }

  /** Lets everybody through, now and later. */
  open(): void {
    this.#isOpen = true;
    this.#open();
  }

  async pass(): Promise<void> {
    this.#arrive();
    if (this.#isOpen) return;
    if (await within(this.#opened, this.#patienceMs)) return;
    throw new ConformError('HARNESS_BROKEN', `${this.#what} was withheld and never released`, {
      found: `a gate still shut after ${this.#patienceMs} ms`,
      expected: 'the scenario opens each gate that it sets',
    });
  }

  /** Waits until somebody has reached the gate; false when nobody did within `ms`. */
  waitReached(ms: number): Promise<boolean> {
    return within(this.reached, ms);
  }
}

/** True when the promise resolves within `ms`, false when the time ran out first. */
export function within(promise: Promise<unknown>, ms: number): Promise<boolean> {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(() => resolve(false), ms);
    promise.then(
      () => {
        clearTimeout(timer);
        resolve(true);
      },
      (error: unknown) => {
        clearTimeout(timer);
        reject(error);
      },
    );
  });
}
