const MEBIBYTE = 1024 * 1024;

/**
 * Large bodies on their way from the socket to the trace file and to the oracles: in memory, bounded, the oldest dropped first.
 * The file name is the content's digest, so equal bodies are kept once.
 */
export class SpillStore {
  readonly #limit: number;
  readonly #bodies = new Map<string, Buffer>();
  #bytes = 0;

  /** @param limit how many bytes are kept at most; the newest body is kept whatever its size. */
  constructor(limit = 256 * MEBIBYTE) {
    this.#limit = limit;
  }

  put(file: string, bytes: Buffer): void {
    if (this.#bodies.has(file)) return;
    this.#bodies.set(file, bytes);
    this.#bytes += bytes.length;
    for (const [oldest, dropped] of this.#bodies) {
      if (this.#bytes <= this.#limit || oldest === file) break;
      this.#bodies.delete(oldest);
      this.#bytes -= dropped.length;
    }
  }

  read(file: string): Buffer | undefined {
    return this.#bodies.get(file);
  }
}
