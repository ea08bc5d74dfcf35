import { sleep } from './context.js';

const PAUSE_MS = 2;

/**
 * Which sessions of a resident client are those that it was asked for: it may open others of its own accord, for a report or an event, and keep the
 * one that was asked for until they are over. A session counts as asked for when its #1 goes to the account's address while one is owed.
 */
export class Asking {
  readonly #path: string;
  #owed = 0;
  #open = false;
  #unasked = 0;

  /** @param path of the address that the client's account names. */
  constructor(path: string) {
    this.#path = path;
  }

  asked(): void {
    this.#owed += 1;
  }

  /** The client did not take the request. */
  refused(): void {
    this.#owed = Math.max(0, this.#owed - 1);
  }

  /** What has not come by now is not waited for. */
  forget(): void {
    this.#owed = 0;
    this.#open = false;
  }

  /** A #1 has come in. */
  opened(target: string): void {
    this.#open = true;
    if (target === this.#path && this.#owed > 0) this.#owed -= 1;
    else this.#unasked += 1;
  }

  over(): void {
    this.#open = false;
  }

  /** Every session that was asked for has begun. */
  get answered(): boolean {
    return this.#owed === 0;
  }

  /** Sessions that nobody asked for. */
  get unasked(): number {
    return this.#unasked;
  }

  /** Waits for the end of a session that is under way, at most so long. */
  async quiet(ms: number): Promise<void> {
    await waitUntil(() => !this.#open, ms);
  }

  /** Waits for what is still owed, and for its end. */
  async drained(ms: number): Promise<void> {
    await waitUntil(() => this.#owed === 0 && !this.#open, ms);
  }

  /** Waits for a session that nobody asked for, and for its end. */
  async another(before: number, ms: number): Promise<void> {
    await waitUntil(() => this.#unasked > before, ms);
    await this.quiet(ms);
  }
}

async function waitUntil(done: () => boolean, ms: number): Promise<void> {
  const until = performance.now() + ms;
  while (!done() && performance.now() < until) await sleep(PAUSE_MS);
}
