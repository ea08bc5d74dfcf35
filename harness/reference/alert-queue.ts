import type { GenericAlert } from '../protocol/alerts.js';

/** An event of the device that its server has not acknowledged yet. */
export interface QueuedAlert {
  readonly alert: GenericAlert;
  /** ServerURI of the EXEC whose result it is; undefined = for the account's server. */
  target: string | undefined;
}

/** Where a queue outlives its process. */
export interface AlertStore {
  load(): readonly QueuedAlert[];
  save(waiting: readonly QueuedAlert[]): void;
}

/** Generic Alerts in the order of the events, kept until a 2xx acknowledges them (CR 6.1.2, TS 5.4). */
export class AlertQueue {
  readonly #store: AlertStore | undefined;
  #waiting: QueuedAlert[];

  /** @param store takes every change at once, so that a restart loses nothing and repeats nothing that was acknowledged. */
  constructor(store?: AlertStore) {
    this.#store = store;
    this.#waiting = [...(store?.load() ?? [])];
  }

  add(alert: GenericAlert, target?: string): void {
    this.#change([...this.#waiting, { alert, target }]);
  }

  /** What waits for that destination, oldest first; it goes on waiting until it is acknowledged. */
  waitingFor(target: string | undefined): readonly QueuedAlert[] {
    return this.#waiting.filter((entry) => entry.target === target);
  }

  acknowledge(delivered: readonly QueuedAlert[]): void {
    if (delivered.length === 0) return;
    const gone = new Set(delivered);
    this.#change(this.#waiting.filter((entry) => !gone.has(entry)));
  }

  /** What could not be brought to its own destination goes to the account's server with the next session (D-24). */
  redirect(target?: string): void {
    if (this.#waiting.length === 0) return;
    for (const entry of this.#waiting) if (target === undefined || entry.target === target) entry.target = undefined;
    this.#change(this.#waiting);
  }

  /** Forgets everything, the store included. */
  clear(): void {
    this.#change([]);
  }

  get size(): number {
    return this.#waiting.length;
  }

  #change(waiting: QueuedAlert[]): void {
    this.#waiting = waiting;
    this.#store?.save(waiting);
  }
}
