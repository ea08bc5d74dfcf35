const FIRST_CAPACITY = 512;
const NO_BYTES = Buffer.alloc(0);

/**
 * Collects bytes that come in pieces of any size. Appending is amortised constant time for each byte,
 * so that a message that arrives byte by byte costs linear time; the pieces themselves are not kept alive.
 */
export class ByteSink {
  private bytes: Buffer = NO_BYTES;
  private used = 0;

  get length(): number {
    return this.used;
  }

  /** Appends `source[from, to)`. */
  append(source: Buffer, from = 0, to = source.length): void {
    const needed = this.used + (to - from);
    if (needed > this.bytes.length) this.grow(needed);
    source.copy(this.bytes, this.used, from, to);
    this.used = needed;
  }

  /** The bytes from `from` to `to` as Latin-1 text. */
  latin1(from = 0, to = this.used): string {
    return this.bytes.toString('latin1', from, to);
  }

  /** Hands over all bytes and starts anew. */
  take(): Buffer {
    const taken = this.bytes.subarray(0, this.used);
    this.bytes = NO_BYTES;
    this.used = 0;
    return taken;
  }

  /** Forgets all bytes; their memory takes the next ones. */
  clear(): void {
    this.used = 0;
  }

  private grow(needed: number): void {
    const larger = Buffer.allocUnsafe(Math.max(needed, this.bytes.length * 2, FIRST_CAPACITY));
    this.bytes.copy(larger, 0, 0, this.used);
    this.bytes = larger;
  }
}
