import { ByteSink } from './byte-sink.js';
import { type FieldsReading, readFields, withoutLineEnd } from './http-head.js';
import { quote } from './quote.js';

/** Longest line with a chunk's size and extensions, in bytes. */
const SIZE_LINE_LIMIT = 16 * 1024;
/** Largest trailer section, in bytes. */
const TRAILER_LIMIT = 256 * 1024;

/** Reads a chunked body (RFC 9112 7.1): sizes, extensions (skipped), data, trailers. Lines may end with LF alone. */
export class ChunkReader {
  readonly sizes: number[] = [];
  /** Read once the last chunk has come. */
  trailers: FieldsReading | undefined;
  /** What is wrong with the chunking and where; nothing after it can be read. */
  broken: string | undefined;
  done = false;

  private phase: 'size' | 'data' | 'data-end' | 'trailer' = 'size';
  private readonly line = new ByteSink();
  private readonly trailerLines: string[] = [];
  private trailerBytes = 0;
  private left = 0;

  constructor(private readonly body: ByteSink) {}

  /** Where in the body the reader stands, for messages. */
  get where(): string {
    if (this.phase === 'trailer') return 'the trailer section';
    if (this.phase === 'size')
      return `the size line of chunk ${this.sizes.length + 1} (after ${this.body.length} body bytes)`;
    return `chunk ${this.sizes.length} (after ${this.body.length} body bytes)`;
  }

  /** Consumes at least one byte; returns the index of the next one. */
  step(bytes: Buffer, at: number): number {
    if (this.phase !== 'data') return this.readLine(bytes, at);
    const end = Math.min(bytes.length, at + this.left);
    this.body.append(bytes, at, end);
    this.left -= end - at;
    if (this.left === 0) this.phase = 'data-end';
    return end;
  }

  private readLine(bytes: Buffer, at: number): number {
    const limit = this.lineLimit();
    const lineFeed = bytes.indexOf(0x0a, at);
    const lineEnd = lineFeed < 0 ? bytes.length : lineFeed + 1;
    const end = Math.min(lineEnd, at + limit - this.line.length);
    this.line.append(bytes, at, end);
    const complete = lineFeed >= 0 && end === lineEnd;
    if (complete) this.endLine();
    else if (this.line.length >= limit) this.broken = `bad chunk: ${this.where} has no line end within ${limit} bytes`;
    return end;
  }

  private lineLimit(): number {
    if (this.phase === 'data-end') return 2;
    return this.phase === 'size' ? SIZE_LINE_LIMIT : TRAILER_LIMIT - this.trailerBytes;
  }

  private endLine(): void {
    const length = this.line.length;
    const text = withoutLineEnd(this.line.latin1());
    this.line.clear();
    if (this.phase === 'size') this.endSizeLine(text);
    else if (this.phase === 'data-end') this.endData(text);
    else if (text === '') this.finish();
    else {
      this.trailerLines.push(text);
      this.trailerBytes += length;
      if (this.trailerBytes >= TRAILER_LIMIT)
        this.broken = `oversized trailer section: no end within ${TRAILER_LIMIT} bytes`;
    }
  }

  private endSizeLine(text: string): void {
    const size = /^[0-9a-f]+[ \t]*(?:;|$)/i.test(text) ? Number.parseInt(text, 16) : Number.NaN;
    if (!Number.isSafeInteger(size)) {
      this.broken = `bad chunk: size ${quote(text)} in ${this.where}`;
    } else if (size === 0) {
      this.phase = 'trailer';
    } else {
      this.sizes.push(size);
      this.left = size;
      this.phase = 'data';
    }
  }

  private endData(text: string): void {
    if (text === '') this.phase = 'size';
    else
      this.broken = `bad chunk: ${quote(text)} where ${this.where} of ${this.sizes.at(-1)} bytes should end its line`;
  }

  private finish(): void {
    this.trailers = readFields(this.trailerLines, 'trailer');
    this.done = true;
  }
}
