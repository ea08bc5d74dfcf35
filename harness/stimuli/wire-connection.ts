import type { Socket } from 'node:net';
import { type HttpMessage, HttpReader } from '../protocol/http-reader.js';
import { HeadPeek } from '../recorder/head-peek.js';
import { type DeliveryStep, planDelivery, type ReplyContext } from './delivery.js';
import type { Gate, HeaderList, PeerHandler, PeerReply, Proven } from './peer.js';
import { fieldTokens } from './render.js';
import { endSocket, writePieces } from './socket-writing.js';

export interface WireConnectionOptions {
  readonly connection: string;
  /** What the record calls the exchange that is being served. */
  readonly served?: () => string | undefined;
  readonly handler: PeerHandler;
  /** Who the client has proved to be before it sent anything. */
  readonly proven?: Proven | undefined;
  /** Takes what broke in the handler or at a gate. */
  readonly fault: (error: unknown) => void;
}

const CONTINUE = Buffer.from('HTTP/1.1 100 Continue\r\n\r\n', 'latin1');
const EMPTY = Buffer.alloc(0);
const CLOSE: HeaderList = [['Connection', 'close']];

/** Serves one accepted connection: requests in order, one reply each, pipelined ones after each other (RFC 9112 9.3.2). */
export class WireConnection {
  readonly #socket: Socket;
  readonly #options: WireConnectionOptions;
  readonly #reader = new HttpReader('request');
  readonly #queue: HttpMessage[] = [];
  readonly #gone: Promise<'gone'>;
  readonly #left: Promise<'left'>;
  #peek = new HeadPeek();
  #continued = false;
  #serving = false;
  #ended = false;

  constructor(socket: Socket, options: WireConnectionOptions) {
    this.#socket = socket;
    this.#options = options;
    this.#gone = new Promise((resolve) => {
      socket.once('close', () => resolve('gone'));
    });
    this.#left = new Promise((resolve) => {
      socket.once('end', () => resolve('left'));
    });
    socket.setNoDelay(true);
    socket.on('error', () => undefined); // Told by the close that follows; a peer that resets breaks no harness.
    socket.on('data', (bytes: Buffer) => this.#received(bytes));
    socket.on('end', () => this.#remoteEnded());
  }

  #received(bytes: Buffer): void {
    if (this.#ended) return;
    const fresh = this.#reader.idle;
    const messages = this.#reader.push(bytes);
    if (fresh || messages.length > 0) this.#peek = new HeadPeek();
    if (messages.length > 0) this.#continued = false;
    else if (!this.#reader.idle) this.#peek.push(bytes);
    this.#queue.push(...messages);
    if (this.#serving) return;
    if (this.#queue.length > 0) this.#serve();
    else this.#giveLeave();
  }

  /** The body is still to come, and the client may be waiting for leave to send it (RFC 9110 10.1.1). */
  #giveLeave(): void {
    if (this.#continued || this.#reader.idle || this.#peek.head?.expectsContinue !== true) return;
    this.#continued = true;
    this.#socket.write(CONTINUE);
  }

  /** The client sends no more; what it asked for whole is still answered. */
  #remoteEnded(): void {
    this.#reader.end();
    if (!this.#serving && !this.#ended) this.#end('close');
  }

  #serve(): void {
    this.#serving = true;
    void this.#serveQueue()
      .catch((error: unknown) => {
        this.#options.fault(error);
        this.#end('reset');
      })
      .finally(() => {
        this.#serving = false;
        if (this.#ended) return;
        if (this.#socket.readableEnded) this.#end('close');
        else this.#giveLeave();
      });
  }

  async #serveQueue(): Promise<void> {
    for (let message = this.#queue.shift(); message !== undefined && !this.#ended; message = this.#queue.shift()) {
      const context = contextOf(message);
      const steps = planDelivery(await this.#replyTo(message), context);
      for (const step of steps) if (!(await this.#perform(step))) return;
    }
  }

  async #replyTo(message: HttpMessage): Promise<PeerReply> {
    if (message.defect !== undefined || message.method === undefined || message.target === undefined) {
      return { status: 400, headers: CLOSE, body: EMPTY };
    }
    const { method, target, headers, body } = message;
    const { connection, proven, served } = this.#options;
    const known = { connection, exchange: served?.(), ...(proven === undefined ? {} : { proven }) };
    const request = { method, target, headers, body, ...known };
    try {
      return await this.#options.handler(request);
    } catch (error) {
      this.#options.fault(error);
      return { status: 500, headers: CLOSE, body: EMPTY };
    }
  }

  /** @returns false when the connection is over. */
  async #perform(step: DeliveryStep): Promise<boolean> {
    switch (step.do) {
      case 'send':
        return await writePieces(this.#socket, step.pieces);
      case 'wait':
        return await this.#wait(step.gate);
      case 'keep':
        return true;
      default:
        this.#end(step.do);
        return false;
    }
  }

  async #wait(gate: Gate): Promise<boolean> {
    const ends = gate.endsWithPeer === true ? [this.#gone, this.#left] : [this.#gone];
    const end = await Promise.race([gate.pass(), ...ends]);
    if (end === 'left') this.#end('close');
    if (end !== undefined) gate.left?.();
    return end === undefined;
  }

  #end(how: 'close' | 'reset'): void {
    this.#ended = true;
    endSocket(this.#socket, how);
  }
}

function contextOf(message: HttpMessage): ReplyContext {
  const closing = message.httpVersion === 'HTTP/1.0' || fieldTokens(message.headers, 'connection').includes('close');
  return { method: message.method ?? '', httpVersion: message.httpVersion, closing };
}
