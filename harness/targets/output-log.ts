/** Output kept of a process that tells it at its end, and of which a message quotes the last lines, in characters. */
const KEPT = 4096;
/** Output of one process that goes into the record line by line, and characters of one line. */
const MOST_TOLD = 1024 * 1024;
const MOST_LINE = 4096;

/** What an implementation prints. */
export class OutputLog {
  readonly #tell: ((line: string) => void) | undefined;
  readonly #listeners = new Set<(line: string) => void>();
  #text = '';
  #rest = '';
  #told = 0;

  /** @param tell takes each line; left out, the beginning of the output is kept for the end. */
  constructor(tell?: (line: string) => void) {
    this.#tell = tell;
  }

  /** The beginning of what it printed; where each line was told, the end of it. */
  get text(): string {
    return this.#text;
  }

  readonly take = (chunk: Buffer): void => {
    const text = chunk.toString('utf8');
    if (this.#tell === undefined) {
      if (this.#text.length < KEPT) this.#text += text.slice(0, KEPT - this.#text.length);
      return;
    }
    this.#text = (this.#text + text).slice(-KEPT);
    const lines = (this.#rest + text).split(/\r?\n/);
    this.#rest = (lines.pop() ?? '').slice(-MOST_LINE);
    for (const line of lines) this.#line(line);
  };

  /** What is left without an end of line. */
  flush(): void {
    const rest = this.#rest;
    this.#rest = '';
    if (rest !== '') this.#line(rest);
  }

  /** Resolves when a line holds this text; a line that was printed already counts. */
  said(needle: string): { readonly heard: Promise<void>; readonly stop: () => void } {
    let listener: (line: string) => void = () => undefined;
    const heard = new Promise<void>((resolve) => {
      listener = (line) => {
        if (line.includes(needle)) resolve();
      };
      if (this.#text.includes(needle)) resolve();
    });
    this.#listeners.add(listener);
    return { heard, stop: () => this.#listeners.delete(listener) };
  }

  #line(line: string): void {
    for (const listener of [...this.#listeners]) listener(line);
    if (this.#told > MOST_TOLD || line === '') return;
    this.#told += line.length;
    this.#tell?.(this.#told > MOST_TOLD ? '(what it prints from here on is left out)' : line.slice(0, MOST_LINE));
  }
}
