import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo, Socket } from 'node:net';
import { ConformError } from '../model/errors.js';
import type { HeaderList, PeerHandler, PeerReply } from '../stimuli/peer.js';
import { deliver } from './http-delivery.js';
import type { IndexedRequest } from './http-fields.js';

export interface HttpFrontOptions {
  /** Default 127.0.0.1. */
  readonly host?: string;
  /** Default 0: any free port. */
  readonly port?: number;
  /** Largest request body in bytes; a larger one is answered 413. Default 64 MiB. */
  readonly maxBody?: number;
  /** Connections served at once; more are closed at once. Default 4096. */
  readonly maxConnections?: number;
}

export interface HttpFront {
  readonly host: string;
  readonly port: number;
  /** `http://host:port`, no slash at the end. */
  readonly origin: string;
  /** Ends every connection and frees the port. */
  close(): Promise<void>;
}

let connections = 0;
const connectionNames = new WeakMap<Socket, string>();

function nameOf(socket: Socket): string {
  const known = connectionNames.get(socket);
  if (known !== undefined) return known;
  connections += 1;
  const name = `in-${connections}`;
  connectionNames.set(socket, name);
  return name;
}

/** A request over node:http; header list and connection name are laid out only when somebody asks. */
class NodeRequest implements IndexedRequest {
  readonly body: Buffer;
  readonly #message: IncomingMessage;

  constructor(message: IncomingMessage, body: Buffer) {
    this.#message = message;
    this.body = body;
  }

  get method(): string {
    return this.#message.method ?? '';
  }

  get target(): string {
    return this.#message.url ?? '';
  }

  get connection(): string {
    return nameOf(this.#message.socket);
  }

  get headers(): HeaderList {
    const raw = this.#message.rawHeaders;
    const list: [string, string][] = [];
    for (let i = 0; i + 1 < raw.length; i += 2) list.push([raw[i] ?? '', raw[i + 1] ?? '']);
    return list;
  }

  /** Searches the raw list: `IncomingMessage.headers` would lay out all of them to look at three. */
  field(name: string): string | undefined {
    const raw = this.#message.rawHeaders;
    for (let i = 0; i + 1 < raw.length; i += 2) {
      const field = raw[i];
      if (field?.length === name.length && field.toLowerCase() === name) return raw[i + 1];
    }
    return undefined;
  }
}

/** Bodies below this many bytes are cheaper to copy than to send apart from the head. */
const SMALL_BODY = 16 * 1024;

function send(response: ServerResponse, reply: PeerReply): void {
  if (reply.delivery !== undefined) {
    deliver(response, reply).catch(() => response.destroy());
    return;
  }
  const flat: string[] = [];
  let measured = false;
  for (const [name, value] of reply.headers) {
    flat.push(name, value);
    if (!measured && name.length === 14 && name.toLowerCase() === 'content-length') measured = true;
  }
  if (!measured && reply.status !== 204 && reply.status !== 304) flat.push('Content-Length', String(reply.body.length));
  response.writeHead(reply.status, flat);
  // A string goes out in one write with the head; Latin-1 keeps every byte.
  if (reply.body.length < SMALL_BODY) response.end(reply.body.toString('latin1'), 'latin1');
  else response.end(reply.body);
}

/** A handler that throws is a mistake of ours: the other side sees a 500, and the front lives on. */
function fail(response: ServerResponse): void {
  if (response.headersSent) response.destroy();
  else response.writeHead(500, { 'Content-Length': 0 }).end();
}

function answer(handler: PeerHandler, request: IncomingMessage, response: ServerResponse, body: Buffer): void {
  try {
    const reply = handler(new NodeRequest(request, body));
    if (!(reply instanceof Promise)) {
      send(response, reply);
      return;
    }
    reply.then((late) => send(response, late)).catch(() => fail(response));
  } catch {
    fail(response);
  }
}

function refuseBody(request: IncomingMessage, response: ServerResponse): void {
  request.removeAllListeners('data');
  request.resume();
  response.writeHead(413, { 'Content-Length': 0, Connection: 'close' }).end(() => request.socket.destroySoon());
}

function listener(handler: PeerHandler, maxBody: number) {
  return (request: IncomingMessage, response: ServerResponse): void => {
    let first: Buffer | undefined;
    let more: Buffer[] | undefined;
    let size = 0;
    request.on('data', (chunk: Buffer) => {
      size += chunk.length;
      if (size > maxBody) return refuseBody(request, response);
      if (first === undefined) first = chunk;
      else if (more === undefined) more = [first, chunk];
      else more.push(chunk);
    });
    request.on('end', () => {
      if (size > maxBody) return;
      answer(handler, request, response, more === undefined ? (first ?? Buffer.alloc(0)) : Buffer.concat(more, size));
    });
  };
}

/** What node:http cannot read as HTTP gets a 400 and its connection closed (RFC 9112 2.2). */
function refuseGarbage(error: NodeJS.ErrnoException, socket: Socket): void {
  if (error.code === 'ECONNRESET' || !socket.writable) {
    socket.destroy();
    return;
  }
  const status = error.code === 'HPE_HEADER_OVERFLOW' ? '431 Request Header Fields Too Large' : '400 Bad Request';
  socket.end(`HTTP/1.1 ${status}\r\nContent-Length: 0\r\nConnection: close\r\n\r\n`, () => socket.destroy());
}

async function bind(server: Server, host: string, port: number): Promise<AddressInfo> {
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen({ host, port, backlog: 1024 }, () => {
      server.off('error', reject);
      resolve();
    });
  });
  return server.address() as AddressInfo;
}

async function release(server: Server): Promise<void> {
  const closed = new Promise<void>((resolve) => server.close(() => resolve()));
  server.closeAllConnections();
  await closed;
}

/**
 * Serves a peer over node:http. Robust against garbage and floods; a handler that answers at once is answered in the same turn.
 *
 * @throws ConformError PORT_IN_USE when the port cannot be had.
 */
export async function serveHttp(handler: PeerHandler, options: HttpFrontOptions = {}): Promise<HttpFront> {
  const host = options.host ?? '127.0.0.1';
  const server = createServer(
    { keepAlive: true, noDelay: true, keepAliveTimeout: 120_000, headersTimeout: 60_000, requestTimeout: 300_000 },
    listener(handler, options.maxBody ?? 64 * 1024 * 1024),
  );
  server.maxConnections = options.maxConnections ?? 4096;
  server.on('clientError', refuseGarbage);
  const address = await bind(server, host, options.port ?? 0).catch((cause: unknown) => {
    const subject = `${host}:${options.port ?? 0}`;
    throw new ConformError('PORT_IN_USE', 'cannot listen', {
      subject,
      cause,
      found: cause instanceof Error ? cause.message : String(cause),
      remedy: 'choose another port',
    });
  });
  server.on('error', () => undefined);
  const origin = `http://${host.includes(':') ? `[${host}]` : host}:${address.port}`;
  let closing: Promise<void> | undefined;
  const close = () => {
    closing ??= release(server);
    return closing;
  };
  return { host, port: address.port, origin, close };
}
