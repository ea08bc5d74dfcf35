import { connect, createServer, type Server, type Socket } from 'node:net';
import { ConformError } from '../model/errors.js';
import type { EventBus } from '../recorder/bus.js';
import { type Claim, tapSocket } from '../recorder/tap.js';
import { endSocket } from '../stimuli/socket-writing.js';
import { destinationOf } from '../stimuli/wire-request.js';
import { FaultyRelay, type Injector } from './faulty-relay.js';
import { relay } from './relay.js';

export interface ProxyOptions {
  /** Takes what the client sent and saw. */
  readonly bus: EventBus;
  /** Whose traffic a request is. */
  readonly claim: Claim;
  /** Where the server is: an http URL. */
  readonly upstream: string;
  /** Takes what the server saw and sent, which differs from the other where faults are injected. */
  readonly serverBus?: EventBus;
  readonly injector?: Injector;
  /** Default 127.0.0.1. */
  readonly host?: string;
}

/**
 * Stands between a DM Client and a DM Server: for each connection of the client it opens one to the server, hands every byte on as it came, and records both
 * directions as the recorder does for the suite's own servers. It changes nothing, the Host field neither, unless an injector says so.
 */
export class RecordingProxy {
  readonly port: number;
  readonly #options: ProxyOptions;
  readonly #server: Server;
  readonly #sockets = new Set<Socket>();
  readonly #to: { readonly host: string; readonly port: number };
  #refused = 0;

  private constructor(options: ProxyOptions, to: { readonly host: string; readonly port: number }, server: Server) {
    this.#options = options;
    this.#to = to;
    this.#server = server;
    const address = server.address();
    this.port = typeof address === 'object' && address !== null ? address.port : 0;
    server.on('connection', (socket) => this.#take(socket));
  }

  /** @throws ConformError USAGE for a server that is not reached over plain HTTP. */
  static async listen(options: ProxyOptions): Promise<RecordingProxy> {
    const { secure, host, port } = destinationOf(options.upstream);
    if (secure)
      throw new ConformError('USAGE', 'the recording proxy sees nothing inside TLS', {
        subject: options.upstream,
        expected: 'an http endpoint',
      });
    const server = createServer({ allowHalfOpen: true });
    await new Promise<void>((resolve, reject) => {
      server.once('error', reject);
      server.listen({ port: 0, host: options.host ?? '127.0.0.1' }, () => resolve());
    });
    return new RecordingProxy(options, { host, port }, server);
  }

  /** `http://host:port`, without a path. */
  get origin(): string {
    return `http://${this.#options.host ?? '127.0.0.1'}:${this.port}`;
  }

  /** Connections that the server did not take. */
  get refused(): number {
    return this.#refused;
  }

  /** Connections that are open at the moment. */
  get open(): number {
    return this.#sockets.size;
  }

  /** Destroys every connection; resolves when the port is free. */
  async close(): Promise<void> {
    await new Promise<void>((resolve) => {
      this.#server.close(() => resolve());
      for (const socket of this.#sockets) socket.destroy();
    });
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.close();
  }

  #take(client: Socket): void {
    const { bus, claim, injector } = this.#options;
    this.#keep(client);
    tapSocket(client, { bus, claim, side: 'server', local: 'server', remote: 'client' });
    const upstream = this.#connect();
    upstream.once('error', () => {
      if (upstream.bytesRead > 0 || !upstream.pending) return;
      this.#refused += 1;
      endSocket(client, 'reset');
    });
    if (injector === undefined) relay(client, upstream);
    else new FaultyRelay({ client, upstream, injector, sendAside: (bytes) => this.#sendAside(bytes) });
  }

  #connect(): Socket {
    const upstream = connect({ ...this.#to, allowHalfOpen: true });
    this.#keep(upstream);
    const { serverBus, claim } = this.#options;
    if (serverBus !== undefined)
      tapSocket(upstream, { bus: serverBus, claim, side: 'client', local: 'client', remote: 'server' });
    return upstream;
  }

  #sendAside(bytes: Buffer): void {
    const socket = this.#connect();
    socket.on('error', () => undefined);
    socket.on('data', () => undefined);
    socket.once('end', () => socket.end());
    socket.write(bytes);
  }

  #keep(socket: Socket): void {
    this.#sockets.add(socket);
    socket.once('close', () => this.#sockets.delete(socket));
  }
}
