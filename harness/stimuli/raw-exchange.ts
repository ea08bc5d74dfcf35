import type { Socket } from 'node:net';
import { type HttpMessage, HttpReader } from '../protocol/http-reader.js';
import { writePieces } from './socket-writing.js';

export interface RawOptions {
  /** Pause between the pieces in milliseconds; 0, the default, leaves one tick. */
  readonly pauseMs?: number;
  /** End this side's direction after the last piece (FIN), and go on reading. */
  readonly half?: boolean;
  /** How long to wait for what comes back, in milliseconds. */
  readonly patienceMs?: number;
  /** How many final responses to wait for; by default one for each request in the pieces, at least one. */
  readonly responses?: number;
  /** How long to listen on after these, in milliseconds; default 0. */
  readonly lingerMs?: number;
  /** Ends the wait early. */
  readonly signal?: AbortSignal;
}

/** Whatever came back for raw bytes. `timeout`: the patience ran out before the responses were there; `open`: they are, and the connection is kept. */
export interface RawAnswer {
  readonly bytes: Buffer;
  readonly messages: readonly HttpMessage[];
  readonly closed: 'open' | 'closed' | 'reset' | 'refused' | 'timeout';
}

/** Sends the pieces as they are and reports what comes back; destroys the socket in the end. Never rejects. */
export function rawExchange(
  socket: Socket,
  pieces: readonly Buffer[],
  options: RawOptions & { readonly patienceMs: number },
): Promise<RawAnswer> {
  const reader = new HttpReader('response');
  const methods = methodsOf(pieces);
  for (const method of methods) reader.expect(method);
  const wanted = options.responses ?? Math.max(1, methods.length);
  const chunks: Buffer[] = [];
  const messages: HttpMessage[] = [];
  let connected = !socket.connecting;
  return new Promise((resolve) => {
    let timer: NodeJS.Timeout;
    const finish = (closed: RawAnswer['closed']): void => {
      clearTimeout(timer);
      socket.destroy();
      resolve({ bytes: Buffer.concat(chunks), messages: [...messages], closed });
    };
    const end = (how: 'closed' | 'reset'): void => {
      const last = reader.end(how);
      if (last !== undefined) messages.push(last);
    };
    timer = setTimeout(() => finish('timeout'), options.patienceMs);
    const { signal } = options;
    const abort = (): void => finish('timeout');
    if (signal?.aborted === true) abort();
    signal?.addEventListener('abort', abort, { once: true });
    socket.once('close', () => signal?.removeEventListener('abort', abort));
    socket.setNoDelay(true);
    socket.once('connect', () => {
      connected = true;
    });
    socket.on('error', () => undefined); // Told by the close that follows.
    socket.on('data', (bytes: Buffer) => {
      chunks.push(bytes);
      messages.push(...reader.push(bytes));
      if (messages.filter((message) => !message.interim).length < wanted) return;
      clearTimeout(timer);
      // One tick at least, so that a close right behind the response is still seen.
      timer = setTimeout(() => finish('open'), Math.max(1, options.lingerMs ?? 0));
    });
    socket.on('end', () => {
      end('closed');
      finish('closed');
    });
    socket.on('close', () => {
      const how = socket.errored === null ? 'closed' : 'reset';
      end(how);
      finish(connected ? how : 'refused');
    });
    void writePieces(socket, pieces, options.pauseMs).then((sent) => {
      if (sent && options.half === true) socket.end();
    });
  });
}

/** The methods of the requests that the pieces hold whole, in order. */
function methodsOf(pieces: readonly Buffer[]): string[] {
  const reader = new HttpReader('request');
  return pieces.flatMap((piece) => reader.push(piece)).map((message) => message.method ?? '');
}
