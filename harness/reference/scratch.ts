/** A little memory for hooks, so that a deviant can err only once, or only in one session. Emptied by a reset. */
export class Scratch {
  readonly notes = new Map<string, unknown>();
  readonly #counts = new Map<string, number>();

  /** 1 for the first call with this name, then 2, 3 … */
  count(name: string): number {
    const next = (this.#counts.get(name) ?? 0) + 1;
    this.#counts.set(name, next);
    return next;
  }

  /** True for the first call with this name only. */
  once(name: string): boolean {
    return this.count(name) === 1;
  }

  clear(): void {
    this.notes.clear();
    this.#counts.clear();
  }
}
