/** After so many notifications that no session answered, and none that one did, a client is taken to read them otherwise (D-12). */
const MOST_IN_VAIN = 3;

/** Whether the client under test answers notifications at all, so that a deaf one costs the run no patience again and again. */
export class Hearing {
  #answered = false;
  #inVain = 0;

  /** A notification was followed. */
  note(answered: boolean): void {
    if (answered) this.#answered = true;
    else this.#inVain += 1;
  }

  get hopeless(): boolean {
    return !this.#answered && this.#inVain >= MOST_IN_VAIN;
  }
}
