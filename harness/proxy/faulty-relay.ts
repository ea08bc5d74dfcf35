import type { Socket } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { HttpReader } from '../protocol/http-reader.js';
import { HeadPeek } from '../recorder/head-peek.js';
import { renderHead, segmentsOf } from '../stimuli/render.js';
import { endSocket, writePieces } from '../stimuli/socket-writing.js';
import { faultText, type PlannedFault } from './fault.js';
import { passEnd } from './relay.js';

/** Says which exchange is to be disturbed, and is told when one was. */
export interface Injector {
  /** A request begins; returns what is to happen to its exchange. */
  next(): PlannedFault | undefined;
  struck(planned: PlannedFault, detail: string): void;
}

export interface FaultyRelayOptions {
  readonly client: Socket;
  readonly upstream: Socket;
  readonly injector: Injector;
  /** Sends bytes to the server over a connection of their own; what comes back is thrown away. */
  readonly sendAside: (bytes: Buffer) => void;
}

/** How long the client is given to read what comes before a reset, in milliseconds. */
const READ_MS = 40;

/** Relays one connection as `relay` does, but for the exchanges that a fault strikes. Requests of a connection come one after another. */
export class FaultyRelay {
  readonly #options: FaultyRelayOptions;
  readonly #requests = new HttpReader('request');
  #responses = new HttpReader('response');
  #planned: PlannedFault | undefined;
  #peek = new HeadPeek();
  #request: Buffer[] = [];
  #response: Buffer[] = [];
  /** Resolves when the client has what it is to get: no end of the server may overtake that. */
  #served: Promise<void> = Promise.resolve();

  constructor(options: FaultyRelayOptions) {
    this.#options = options;
    const { client, upstream } = options;
    passEnd(client, upstream);
    upstream.once('end', () => this.#serverEnded());
    passEnd(upstream, client, () => this.#served);
    client.on('data', (bytes: Buffer) => this.#requestBytes(bytes));
    upstream.on('data', (bytes: Buffer) => this.#responseBytes(bytes));
  }

  #requestBytes(bytes: Buffer): void {
    const { upstream, injector, sendAside } = this.#options;
    if (this.#requests.idle) this.#begin(injector.next());
    this.#request.push(bytes);
    this.#peek.push(bytes);
    const whole = this.#requests.push(bytes).length > 0;
    const planned = this.#planned;
    if (planned?.fault === '5xx') {
      // A client that waits for leave to send the body gets the answer instead.
      if (whole || this.#peek.head?.expectsContinue === true) this.#refuse(planned);
      return;
    }
    if (upstream.writable) upstream.write(bytes);
    if (whole && planned?.fault === 'duplicate') {
      this.#strike(planned);
      sendAside(Buffer.concat(this.#request));
    }
  }

  #begin(planned: PlannedFault | undefined): void {
    this.#planned = planned;
    this.#peek = new HeadPeek();
    this.#request = [];
    this.#response = [];
    this.#responses = new HttpReader('response');
  }

  #responseBytes(bytes: Buffer): void {
    const { client } = this.#options;
    const planned = this.#planned;
    if (planned === undefined || planned.fault === 'duplicate') {
      if (client.writable) client.write(bytes);
      return;
    }
    this.#response.push(bytes);
    const messages = this.#responses.push(bytes);
    if (messages.some(({ interim }) => !interim)) this.#disturb(planned);
    else if (messages.length > 0) client.write(this.#takeResponse());
  }

  /** A response that runs until the close is whole now; one that was cut by the server itself goes on as it is. */
  #serverEnded(): void {
    const planned = this.#planned;
    if (planned === undefined || this.#response.length === 0) return;
    const message = this.#responses.end('closed');
    if (message !== undefined && message.defect === undefined) this.#disturb(planned);
    else this.#options.client.write(this.#takeResponse());
  }

  #takeResponse(): Buffer {
    const bytes = Buffer.concat(this.#response);
    this.#response = [];
    return bytes;
  }

  #strike(planned: PlannedFault): void {
    this.#planned = undefined;
    this.#options.injector.struck(planned, faultText(planned));
  }

  /** The response is here, whole. */
  #disturb(planned: PlannedFault): void {
    const { client } = this.#options;
    const bytes = this.#takeResponse();
    this.#strike(planned);
    switch (planned.fault) {
      case 'delay':
        this.#served = sleep(planned.delayMs).then(() => {
          if (client.writable) client.write(bytes);
        });
        break;
      case 'slow':
        this.#served = this.#slowly(bytes, planned);
        break;
      case 'cut-before':
        this.#end('close', Buffer.alloc(0));
        break;
      case 'cut-after':
        this.#end('close', bytes);
        break;
      default:
        this.#end(planned.fault === 'reset' ? 'reset' : 'close', bytes.subarray(0, cutAt(planned, bytes.length)));
    }
  }

  async #slowly(bytes: Buffer, { pieces, pauseMs }: PlannedFault): Promise<void> {
    await writePieces(this.#options.client, segmentsOf(bytes, Math.ceil(bytes.length / pieces)), pauseMs);
  }

  /** The connection is over for the client, in this way and no other. */
  #end(how: 'close' | 'reset', last: Buffer): void {
    const { client, upstream } = this.#options;
    this.#served = new Promise(() => undefined);
    if (last.length > 0) client.write(last);
    // Bytes that were not read when a reset comes may be lost with it.
    if (how === 'reset' && last.length > 0) setTimeout(() => endSocket(client, how), READ_MS);
    else endSocket(client, how);
    upstream.destroySoon();
  }

  #refuse(planned: PlannedFault): void {
    const head = renderHead(`HTTP/1.1 ${planned.status} On the way`, [
      ['Content-Length', '0'],
      ['Connection', 'close'],
    ]);
    this.#strike(planned);
    this.#end('close', head);
  }
}

/** Where a response of that many bytes breaks off: never after its last byte; a truncated one has begun. */
export function cutAt({ fault, at }: PlannedFault, length: number): number {
  const first = fault === 'truncate' ? 1 : 0;
  return Math.min(length - 1, first + Math.floor(at * (length - first)));
}
