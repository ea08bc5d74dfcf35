const FIRST_CAPACITY = 512;

/**
 * Collects bytes that come in pieces of any size. Appending is amortised constant time for each byte,
 * so that a message that arrives byte by byte costs linear time; the pieces themselves are not kept alive.
 */
export class ByteSink {
  private bytes = Buffer.alloc(0);
  private used = 0;

  get length(): number {
    return this.used;
  }

  /** Appends `source[from, to)`. */
  append(source: Uint8Array, from = 0, to = source.length): void {
    const needed = this.used + (to - from);
    if (needed > this.bytes.length) this.grow(needed);
    this.bytes.set(source.subarray(from, to), this.used);
    this.used = needed;
  }

  /** The bytes from `from` to `to` as Latin-1 text. */
  latin1(from = 0, to = this.used): string {
    return this.bytes.toString('latin1', from, to);
  }

  /** Hands over all bytes and starts anew. */
  take(): Buffer {
    const taken = this.bytes.subarray(0, this.used);
    this.clear();
    return taken;
  }

  clear(): void {
    this.bytes = Buffer.alloc(0);
    this.used = 0;
  }

  private grow(needed: number): void {
    const larger = Buffer.allocUnsafeSlow(Math.max(needed, this.bytes.length * 2, FIRST_CAPACITY));
    this.bytes.copy(larger, 0, 0, this.used);
    this.bytes = larger;
  }
}
