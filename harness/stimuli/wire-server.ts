import { createServer, type Server, type Socket } from 'node:net';
import { ConformError } from '../model/errors.js';
import { recordUnsecured, type TapOptions, tapSocket } from '../recorder/tap.js';
import type { PeerHandler, Proven } from './peer.js';
import { TlsFront, type TlsFrontEvents, type TlsSettings } from './tls-front.js';
import { WireConnection } from './wire-connection.js';

/** How the server's connections are recorded; side and connection id are the server's own to say. */
export type ServerTap = Omit<TapOptions, 'side' | 'connection' | 'secured'>;

export interface WireServerOptions {
  readonly handler: PeerHandler;
  /** 0, the default, takes any free port. */
  readonly port?: number;
  /** Default 127.0.0.1. */
  readonly host?: string;
  readonly tap?: ServerTap;
  /** The same over TLS, recorded inside it; what takes a while to make is asked for when the first connection comes. */
  readonly tls?: TlsSettings | (() => Promise<TlsSettings>);
  /** Sees each accepted socket before anything is read from it. */
  readonly onSocket?: (socket: Socket) => void;
}

/**
 * An HTTP/1.1 server over bare sockets, scriptable to the byte by each reply's `delivery`. Keeps connections, serves pipelined requests in
 * order, answers `Expect: 100-continue`, closes after HTTP/1.0 and `Connection: close`, and answers what is no HTTP with 400 and a close.
 */
export class WireServer {
  readonly port: number;
  readonly host: string;
  readonly #server: Server;
  readonly #scheme: 'http' | 'https';
  readonly #sockets: Set<Socket>;
  readonly #faults: readonly unknown[];
  #closing: Promise<void> | undefined;

  private constructor(
    server: Server,
    host: string,
    sockets: Set<Socket>,
    faults: readonly unknown[],
    scheme: 'http' | 'https',
  ) {
    this.#scheme = scheme;
    const address = server.address();
    this.port = typeof address === 'object' && address !== null ? address.port : 0;
    this.host = host;
    this.#server = server;
    this.#sockets = sockets;
    this.#faults = faults;
  }

  /**
   * @throws ConformError PORT_IN_USE when the port is taken or may not be opened, HARNESS_BROKEN when listening fails otherwise.
   */
  static async listen(options: WireServerOptions): Promise<WireServer> {
    const host = options.host ?? '127.0.0.1';
    const sockets = new Set<Socket>();
    const faults: unknown[] = [];
    let count = 0;
    const { tap, tls } = options;
    const holder: { origin?: string } = {};
    const serve = (socket: Socket, secured?: TapOptions['secured'], proven?: Proven): void => {
      count += 1;
      const tapped =
        tap === undefined
          ? { connection: `s${count}` }
          : tapSocket(socket, { ...tap, side: 'server', ...(secured === undefined ? {} : { secured }) });
      const fault = (error: unknown): void => void faults.push(error);
      new WireConnection(socket, { ...tapped, handler: options.handler, proven, fault });
    };
    const front = frontFor(tls, {
      secured: (socket, { hello, tls: agreed, proven }) =>
        serve(socket, { hello, tls: agreed, at: holder.origin ?? '' }, proven),
      unsecured: (_raw, facts) => {
        if (tap !== undefined) recordUnsecured({ ...tap, side: 'server' }, { ...facts, at: holder.origin ?? '' });
      },
    });
    const server = createServer({ allowHalfOpen: tls === undefined }, (socket) => {
      sockets.add(socket);
      socket.once('close', () => sockets.delete(socket));
      options.onSocket?.(socket);
      if (front === undefined) serve(socket);
      else takeSecurely(front(), socket, faults);
    });
    await listening(server, options.port ?? 0, host);
    const listener = new WireServer(server, host, sockets, faults, tls === undefined ? 'http' : 'https');
    holder.origin = listener.origin;
    return listener;
  }

  /** `http://host:port` or `https://host:port`, without a path. */
  get origin(): string {
    return `${this.#scheme}://${this.host.includes(':') ? `[${this.host}]` : this.host}:${this.port}`;
  }

  /** What broke in the handler or at a gate; faults of the harness, never of the other side. */
  get faults(): readonly unknown[] {
    return this.#faults;
  }

  /** Destroys every connection and resolves when the port is free. May be called again. */
  close(): Promise<void> {
    this.#closing ??= new Promise((resolve) => {
      this.#server.close(() => resolve());
      for (const socket of this.#sockets) socket.destroy();
    });
    return this.#closing;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.close();
  }
}

/** Gives the front, which is made once, with the first connection where its settings are still to be had; undefined without TLS. */
function frontFor(
  tls: WireServerOptions['tls'],
  events: TlsFrontEvents,
): (() => TlsFront | Promise<TlsFront>) | undefined {
  if (tls === undefined) return undefined;
  if (typeof tls !== 'function') {
    const front = new TlsFront(tls, events);
    return () => front;
  }
  let front: Promise<TlsFront> | undefined;
  return () => {
    front ??= tls().then((settings) => new TlsFront(settings, events));
    return front;
  };
}

function takeSecurely(front: TlsFront | Promise<TlsFront>, socket: Socket, faults: unknown[]): void {
  if (front instanceof TlsFront) {
    front.take(socket);
    return;
  }
  socket.on('error', () => undefined); // Told by the close that follows.
  front.then(
    (ready) => ready.take(socket),
    (error: unknown) => {
      faults.push(error);
      socket.destroy();
    },
  );
}

function listening(server: Server, port: number, host: string): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once('error', (error: NodeJS.ErrnoException) => reject(cannotListen(error, port, host)));
    server.listen({ port, host }, () => {
      server.removeAllListeners('error');
      server.on('error', () => undefined); // A failed accept concerns a connection that nobody got to see.
      resolve();
    });
  });
}

function cannotListen(error: NodeJS.ErrnoException, port: number, host: string): ConformError {
  const subject = `${host}:${port}`;
  if (error.code === 'EADDRINUSE' || error.code === 'EACCES') {
    return new ConformError('PORT_IN_USE', 'cannot listen on the port', {
      subject,
      found: error.code === 'EACCES' ? 'no right to open it' : 'another program listening there',
      expected: 'a free port',
      remedy: 'choose another port, or 0 for any free one',
      cause: error,
    });
  }
  return new ConformError('HARNESS_BROKEN', 'cannot listen', { subject, found: error.message, cause: error });
}
