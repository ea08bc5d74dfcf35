import type { Socket } from 'node:net';
import { type HttpMessage, HttpReader } from '../protocol/http-reader.js';
import { fieldTokens, segmentsOf } from './render.js';
import { endSocket, writePieces } from './socket-writing.js';
import { TransportError, type TransportFailure } from './transport-error.js';
import type { SendOptions } from './wire-request.js';

interface Waiter {
  readonly resolve: (message: HttpMessage) => void;
  readonly reject: (error: unknown) => void;
}

const NO_ANSWER = 'the connection was closed without an answer';

/** One client connection that carries one exchange at a time. */
export class WireLink {
  readonly socket: Socket;
  readonly #patienceMs: number;
  readonly #reader = new HttpReader('response');
  #waiter: Waiter | undefined;
  #timer: NodeJS.Timeout | undefined;
  #spent = false;

  constructor(socket: Socket, patienceMs: number) {
    this.socket = socket;
    this.#patienceMs = patienceMs;
    socket.setNoDelay(true);
    socket.on('error', () => undefined); // Told by the close that follows.
    socket.on('data', (bytes: Buffer) => this.#received(bytes));
    socket.on('end', () => {
      this.#ended('closed');
      this.#fail('closed', NO_ANSWER);
    });
    socket.on('close', () => this.#closed());
  }

  /** True when another request may go over this connection. */
  get usable(): boolean {
    return !this.#spent && this.#waiter === undefined && this.socket.writable && this.#reader.idle;
  }

  /**
   * Sends the bytes of one request and waits for its final response.
   * @throws TransportError when there is none, or when `drop` told to hang up.
   */
  async exchange(method: string, bytes: Buffer, options: SendOptions): Promise<HttpMessage> {
    const abort = (): void => this.#fail('aborted', 'given up by the caller');
    const answer = new Promise<HttpMessage>((resolve, reject) => {
      this.#waiter = { resolve, reject };
    });
    options.signal?.addEventListener('abort', abort, { once: true });
    this.#reader.expect(method);
    let sent = false;
    this.#limit('no connection');
    this.#send(bytes, options).then(
      () => {
        sent = true;
      },
      (error: unknown) => {
        this.#takeWaiter()?.reject(error);
        this.#spend();
      },
    );
    if (options.signal?.aborted === true) abort();
    try {
      const message = await answer;
      // An answer that overtook its request leaves the connection in an unknown state.
      if (!sent || isLast(message)) this.#spend();
      return message;
    } finally {
      clearTimeout(this.#timer);
      options.signal?.removeEventListener('abort', abort);
      if (options.fresh === true) this.#spend();
    }
  }

  async #send(bytes: Buffer, options: SendOptions): Promise<void> {
    const { hold, unread, drop, segmentBytes } = options;
    if (unread !== undefined || drop !== undefined) this.socket.pause();
    const split = hold === undefined ? bytes.length : Math.max(0, bytes.length - (hold.tail ?? bytes.length));
    await writePieces(this.socket, segmentsOf(bytes.subarray(0, split), segmentBytes));
    if (hold !== undefined) {
      clearTimeout(this.#timer);
      await hold.gate.pass();
      await writePieces(this.socket, segmentsOf(bytes.subarray(split), segmentBytes));
    }
    if (unread !== undefined) {
      clearTimeout(this.#timer);
      await unread.pass();
    }
    if (drop !== undefined) this.#drop(drop);
    else {
      this.#limit('no whole answer');
      this.socket.resume();
    }
  }

  #drop(how: 'close' | 'reset'): void {
    this.#spent = true;
    const waiter = this.#takeWaiter();
    if (how === 'reset') endSocket(this.socket, 'reset');
    else this.socket.destroySoon();
    waiter?.reject(
      new TransportError('dropped', `the connection was ${how === 'reset' ? 'reset' : 'closed'} on purpose`),
    );
  }

  #received(bytes: Buffer): void {
    for (const message of this.#reader.push(bytes)) this.#take(message);
    if (this.#waiter === undefined && !this.#reader.idle) this.#spend();
  }

  #take(message: HttpMessage): void {
    if (message.interim) return;
    const waiter = this.#takeWaiter();
    if (waiter === undefined) this.#spend();
    else if (message.status === undefined || this.#reader.broken) {
      waiter.reject(failureOf(message));
      this.#spend();
    } else waiter.resolve(message);
  }

  #ended(how: 'closed' | 'reset'): void {
    const message = this.#reader.end(how);
    if (message === undefined || message.interim) return;
    const waiter = this.#takeWaiter();
    if (message.defect?.includes('cut:') === true || message.status === undefined) waiter?.reject(failureOf(message));
    else waiter?.resolve(message);
  }

  #closed(): void {
    const error: NodeJS.ErrnoException | null = this.socket.errored;
    const reset = error?.code === 'ECONNRESET' || error?.code === 'EPIPE';
    this.#ended(reset ? 'reset' : 'closed');
    const failure: TransportFailure = reset ? 'reset' : error === null ? 'closed' : 'refused';
    this.#fail(failure, error?.message ?? NO_ANSWER);
  }

  #fail(failure: TransportFailure, message: string): void {
    this.#takeWaiter()?.reject(new TransportError(failure, message, this.socket.errored ?? undefined));
    this.#spend();
  }

  #limit(what: string): void {
    clearTimeout(this.#timer);
    if (this.#waiter === undefined) return;
    const ms = this.#patienceMs;
    this.#timer = setTimeout(() => this.#fail('timeout', `${what} within ${ms} ms`), ms);
  }

  #takeWaiter(): Waiter | undefined {
    const waiter = this.#waiter;
    this.#waiter = undefined;
    clearTimeout(this.#timer);
    return waiter;
  }

  #spend(): void {
    this.#spent = true;
    this.socket.destroy();
  }
}

function isLast(message: HttpMessage): boolean {
  if (message.framing.by === 'close') return true;
  const options = fieldTokens(message.headers, 'connection');
  return message.httpVersion === 'HTTP/1.0' ? !options.includes('keep-alive') : options.includes('close');
}

function failureOf(message: HttpMessage): TransportError {
  const defect = message.defect ?? 'no status line';
  return new TransportError(defect.includes('cut:') ? 'cut' : 'garbage', defect);
}
