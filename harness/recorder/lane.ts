import { type HttpKind, type HttpMessage, HttpReader } from '../protocol/http-reader.js';

/** A message with what only the socket knows of it. */
export interface SeenMessage {
  readonly message: HttpMessage;
  /** When its first byte was seen, in milliseconds of the bus. */
  readonly began: number;
  /** Sizes of the pieces it came in; a piece that holds parts of several messages counts whole in each. */
  readonly pieces: readonly number[];
}

/** One direction of one connection: bytes in, messages with their times and pieces out. */
export class Lane {
  readonly #reader: HttpReader;
  #began = 0;
  #pieces: number[] = [];

  constructor(kind: HttpKind) {
    this.#reader = new HttpReader(kind);
  }

  /** True while no byte of a next message has been seen. */
  get idle(): boolean {
    return this.#reader.idle;
  }

  /** True when the rest of the connection is no HTTP/1.x any more. */
  get broken(): boolean {
    return this.#reader.broken;
  }

  /** Response side: the method of the next request sent. */
  expect(method: string): void {
    this.#reader.expect(method);
  }

  /** @param joined true when the bytes left the socket together with the ones before. */
  take(bytes: Buffer, at: number, joined = false): SeenMessage[] {
    if (this.#reader.broken) {
      this.#reader.push(bytes);
      return [];
    }
    if (this.#reader.idle) this.#restart(at);
    this.#addPiece(bytes.length, joined);
    const messages = this.#reader.push(bytes);
    const seen: SeenMessage[] = [];
    for (const message of messages) {
      seen.push({ message, began: this.#began, pieces: this.#pieces });
      this.#restart(at);
      this.#addPiece(bytes.length, false);
    }
    return seen;
  }

  /** The direction ended: the message that this completes, or cuts. */
  end(how: 'closed' | 'reset'): SeenMessage | undefined {
    const message = this.#reader.end(how);
    return message === undefined ? undefined : { message, began: this.#began, pieces: this.#pieces };
  }

  /** Bytes that were no part of any message, since the last call. */
  takeStray(): Buffer {
    return this.#reader.takeStray();
  }

  #restart(at: number): void {
    this.#began = at;
    this.#pieces = [];
  }

  #addPiece(size: number, joined: boolean): void {
    const last = this.#pieces.length - 1;
    const before = this.#pieces[last];
    if (joined && before !== undefined) this.#pieces[last] = before + size;
    else this.#pieces.push(size);
  }
}
