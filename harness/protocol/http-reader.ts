import { ByteSink } from './byte-sink.js';
import { ChunkReader } from './http-chunks.js';
import { opensTunnel, planFraming } from './http-framing.js';
import { readFields, readStartLine, type StartLine, usualHead, withoutLineEnd } from './http-head.js';
import type { HttpKind, HttpMessage } from './http-message.js';

export type { HttpKind, HttpMessage } from './http-message.js';

/** Largest head, start line and leading empty lines included, in bytes. */
export const HEAD_LIMIT = 256 * 1024;
const UNREADABLE: StartLine = { httpVersion: '' };
/** How many swallowed bytes are kept for `takeStray`. */
const STRAY_KEPT = 4096;

type Phase = 'start' | 'head' | 'length' | 'chunked' | 'close' | 'swallow';

/**
 * Reads the HTTP/1.x messages of one direction of one connection from bytes in pieces of any size (RFC 9112). How the bytes are cut into
 * pieces makes no difference to the messages. Never throws: what is wrong is said in a message's `defect`. Where a defect leaves unknown where
 * the next message begins, the reader is `broken` and swallows the rest of the connection (see `takeStray`).
 */
export class HttpReader {
  private phase: Phase = 'start';
  private readonly head = new ByteSink();
  private lineStart = 0;
  private startLine: string | undefined;
  private line: StartLine = UNREADABLE;
  private lines: string[] = [];
  private headers: readonly (readonly [string, string])[] = [];
  private defects: string[] = [];
  private readonly body = new ByteSink();
  private expected = 0;
  private chunks = new ChunkReader(this.body);
  private readonly methods: string[] = [];
  private readonly stray = new ByteSink();

  constructor(private readonly kind: HttpKind) {}

  /** True while no byte of a next message has been seen (empty lines before a message do not count). */
  get idle(): boolean {
    return this.phase === 'start';
  }

  /** True when the rest of the connection cannot be read as HTTP/1.x, or the connection has ended. */
  get broken(): boolean {
    return this.phase === 'swallow';
  }

  /** Response side: the method of the next request, in the order sent; a response to HEAD has no body. */
  expect(method: string): void {
    this.methods.push(method);
  }

  /** The swallowed bytes since the last call, at most the first 4 KiB of them. */
  takeStray(): Buffer {
    return this.stray.take();
  }

  /** Takes the next bytes of the connection; returns the messages that they complete. */
  push(bytes: Buffer): HttpMessage[] {
    const out: HttpMessage[] = [];
    let at = 0;
    while (at < bytes.length) at = this.step(bytes, at, out);
    return out;
  }

  /** The connection ended: the message that this completes (a body until close) or cuts short. A reset always cuts. */
  end(how: 'closed' | 'reset' = 'closed'): HttpMessage | undefined {
    const out: HttpMessage[] = [];
    const cut = this.whereCut();
    if (this.phase === 'close' && how === 'closed') this.emit(out, 'close');
    else if (cut !== undefined) this.breakOff(out, `cut: connection ${how} ${cut}`);
    this.phase = 'swallow';
    return out[0];
  }

  private whereCut(): string | undefined {
    switch (this.phase) {
      case 'head':
        return `inside the head, after ${this.head.length} bytes`;
      case 'length':
        return `after ${this.body.length} of ${this.expected} body bytes`;
      case 'close':
        return `after ${this.body.length} body bytes`;
      case 'chunked':
        return `inside ${this.chunks.where}`;
    }
    return undefined;
  }

  /** Consumes at least one byte; returns the index of the next one. */
  private step(bytes: Buffer, at: number, out: HttpMessage[]): number {
    switch (this.phase) {
      case 'start':
        return this.readStart(bytes, at, out);
      case 'head':
        return this.readHeadLine(bytes, at, out);
      case 'length':
        return this.readLength(bytes, at, out);
      case 'chunked':
        return this.readChunked(bytes, at, out);
      case 'close':
        this.body.append(bytes, at);
        return bytes.length;
      case 'swallow':
        this.stray.append(bytes, at, Math.min(bytes.length, at + STRAY_KEPT - this.stray.length));
        return bytes.length;
    }
  }

  /** Empty lines before a message are skipped (RFC 9112 2.2); binary data is told at its first byte. */
  private readStart(bytes: Buffer, at: number, out: HttpMessage[]): number {
    const byte = bytes[at] ?? 0;
    if (byte === 0x0a || byte === 0x0d) {
      this.head.append(bytes, at, at + 1);
      if (this.head.length >= HEAD_LIMIT) this.breakOff(out, `oversized head: ${HEAD_LIMIT} bytes of empty lines`);
      return at + 1;
    }
    this.lineStart = this.head.length;
    if (byte > 0x20 && byte < 0x7f) {
      this.phase = 'head';
      return at;
    }
    this.head.append(bytes, at, at + 1);
    this.breakOff(out, `garbage: byte 0x${byte.toString(16).padStart(2, '0')} where a message should begin`);
    return at + 1;
  }

  private readHeadLine(bytes: Buffer, at: number, out: HttpMessage[]): number {
    const lineFeed = bytes.indexOf(0x0a, at);
    const lineEnd = lineFeed < 0 ? bytes.length : lineFeed + 1;
    const end = Math.min(lineEnd, at + HEAD_LIMIT - this.head.length);
    this.head.append(bytes, at, end);
    if (lineFeed >= 0 && end === lineEnd) this.endHeadLine(out);
    if (this.phase === 'head' && this.head.length >= HEAD_LIMIT) {
      this.breakOff(out, `oversized head: no end within ${HEAD_LIMIT} bytes`);
    }
    return end;
  }

  private endHeadLine(out: HttpMessage[]): void {
    const text = withoutLineEnd(this.head.latin1(this.lineStart));
    this.lineStart = this.head.length;
    if (this.startLine !== undefined) {
      if (text === '') this.endHead(out);
      else this.lines.push(text);
      return;
    }
    this.startLine = text;
    const reading = readStartLine(this.kind, text);
    this.line = reading.line ?? UNREADABLE;
    if (reading.defect !== undefined) this.defects.push(reading.defect);
    if (reading.fatal !== undefined) this.breakOff(out, reading.fatal);
  }

  private endHead(out: HttpMessage[]): void {
    this.takeFields();
    const method = this.methods[0];
    const plan = planFraming(this.kind, this.line, this.headers, method);
    if (plan.by === 'unknown') {
      this.breakOff(out, plan.fatal);
      return;
    }
    this.defects.push(...plan.defects);
    if (plan.by === 'none') {
      const tunnel = opensTunnel(this.line.status ?? 0, method);
      this.emit(out, 'none');
      if (tunnel) this.phase = 'swallow';
      return;
    }
    this.phase = plan.by;
    if (plan.by !== 'length') return;
    this.expected = plan.length;
    if (plan.length === 0) this.emit(out, 'length');
  }

  private takeFields(): void {
    const reading = readFields(this.lines, 'header');
    this.headers = reading.fields;
    this.defects.push(...reading.defects);
    this.lines = [];
  }

  private readLength(bytes: Buffer, at: number, out: HttpMessage[]): number {
    const end = Math.min(bytes.length, at + this.expected - this.body.length);
    this.body.append(bytes, at, end);
    if (this.body.length === this.expected) this.emit(out, 'length');
    return end;
  }

  private readChunked(bytes: Buffer, at: number, out: HttpMessage[]): number {
    const end = this.chunks.step(bytes, at);
    if (this.chunks.broken !== undefined) this.breakOff(out, this.chunks.broken);
    else if (this.chunks.done) this.emit(out, 'chunked');
    return end;
  }

  /** Emits what there is of the message with the defect, and gives the rest of the connection up. */
  private breakOff(out: HttpMessage[], defect: string): void {
    if (this.lines.length > 0) this.takeFields();
    this.startLine ??= withoutLineEnd(this.head.latin1(this.lineStart));
    this.defects.push(defect);
    const by = this.phase === 'length' || this.phase === 'chunked' || this.phase === 'close' ? this.phase : 'none';
    this.emit(out, by);
    this.phase = 'swallow';
  }

  private emit(out: HttpMessage[], by: HttpMessage['framing']['by']): void {
    const startLine = this.startLine ?? '';
    const raw = this.head.latin1();
    const { sizes, trailers } = this.chunks;
    const interim = Math.floor((this.line.status ?? 0) / 100) === 1;
    this.defects.push(...(trailers?.defects ?? []));
    if (!interim) this.methods.shift();
    out.push({
      ...this.line,
      startLine,
      headers: this.headers,
      ...(trailers !== undefined && trailers.fields.length > 0 ? { trailers: trailers.fields } : {}),
      ...(raw === usualHead(startLine, this.headers) ? {} : { rawHead: raw }),
      body: this.body.take(),
      framing: by === 'chunked' ? { by, chunks: sizes } : { by },
      ...(this.defects.length === 0 ? {} : { defect: this.defects.join('; ') }),
      interim,
    });
    this.reset();
  }

  private reset(): void {
    this.phase = 'start';
    this.head.clear();
    this.lineStart = 0;
    this.startLine = undefined;
    this.line = UNREADABLE;
    this.lines = [];
    this.headers = [];
    this.defects = [];
    this.expected = 0;
    this.chunks = new ChunkReader(this.body);
  }
}
