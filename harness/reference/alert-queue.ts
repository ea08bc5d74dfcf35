import type { GenericAlert } from '../protocol/alerts.js';

/** An event of the device that its server has not acknowledged yet. */
export interface QueuedAlert {
  readonly alert: GenericAlert;
  /** ServerURI of the EXEC whose result it is; undefined = for the account's server. */
  target: string | undefined;
}

/** Generic Alerts in the order of the events, kept until a 2xx acknowledges them (CR 6.1.2, TS 5.4). */
export class AlertQueue {
  #waiting: QueuedAlert[] = [];

  add(alert: GenericAlert, target?: string): void {
    this.#waiting.push({ alert, target });
  }

  /** What waits for that destination, oldest first; it goes on waiting until it is acknowledged. */
  waitingFor(target: string | undefined): readonly QueuedAlert[] {
    return this.#waiting.filter((entry) => entry.target === target);
  }

  acknowledge(delivered: readonly QueuedAlert[]): void {
    const gone = new Set(delivered);
    this.#waiting = this.#waiting.filter((entry) => !gone.has(entry));
  }

  /** What could not be brought to its own destination goes to the account's server with the next session (D-24). */
  redirect(target: string): void {
    for (const entry of this.#waiting) if (entry.target === target) entry.target = undefined;
  }

  get size(): number {
    return this.#waiting.length;
  }
}
