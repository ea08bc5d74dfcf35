import { connect, isIP, type Socket } from 'node:net';
import { type ConnectionOptions, connect as connectSecurely } from 'node:tls';
import { type TapOptions, tapSocket } from '../recorder/tap.js';
import type { PeerResponse, PeerSend, PeerTransport } from './peer.js';
import { type RawAnswer, type RawOptions, rawExchange } from './raw-exchange.js';
import { standsOn } from './socket-writing.js';
import { WireLink } from './wire-link.js';
import { type Destination, destinationOf, renderRequest, type SendOptions } from './wire-request.js';

export interface WireTransportOptions {
  /** How long to wait for a connection, and again for an answer, in milliseconds; default 30 s. */
  readonly patienceMs?: number;
  /** A new connection for each request. */
  readonly fresh?: boolean;
  /** How the connections are recorded; side and connection id are the transport's own to say. */
  readonly tap?: Omit<TapOptions, 'side' | 'connection'>;
  /** For https: versions, suites, certificate or pre-shared key of this side. Whom it talks to is not checked unless this says so. */
  readonly tls?: ConnectionOptions;
  /** Sees each socket before it is connected and before anything is written. */
  readonly onSocket?: (socket: Socket, origin: string) => void;
}

/**
 * HTTP/1.1 requests over bare sockets: one kept connection for each origin (a second only while the first is busy), no redirects, no repeats,
 * no fields that the caller did not ask for but Host and the framing.
 */
export class WireTransport implements PeerTransport {
  readonly #options: WireTransportOptions;
  readonly #patienceMs: number;
  readonly #links = new Map<string, WireLink[]>();
  readonly #sockets = new Set<Socket>();

  constructor(options: WireTransportOptions = {}) {
    this.#options = options;
    this.#patienceMs = options.patienceMs ?? 30_000;
  }

  /** @throws TransportError when no whole response came; ConformError CONFIG_UNREADABLE for anything but an http or https URL. */
  send(request: PeerSend, signal?: AbortSignal): Promise<PeerResponse> {
    return this.sendWith(request, signal === undefined ? {} : { signal });
  }

  /** As {@link send}, with a say in how the request goes to the wire. */
  async sendWith(request: PeerSend, options: SendOptions = {}): Promise<PeerResponse> {
    const destination = destinationOf(request.url);
    const bytes = renderRequest(request, destination, options);
    const fresh = options.fresh ?? this.#options.fresh ?? false;
    const link = fresh ? this.#open(destination) : this.#linkTo(destination);
    const message = await link.exchange(request.method, bytes, { ...options, fresh });
    return { status: message.status ?? 0, headers: message.headers, body: message.body };
  }

  /**
   * Sends bytes as they are over a connection of their own and returns whatever came back; the connection is closed then. Never rejects for
   * what the other side does.
   * @param origin `http://host:port` or `https://host:port`
   */
  sendRaw(origin: string, pieces: readonly Buffer[], options: RawOptions = {}): Promise<RawAnswer> {
    const socket = this.#connect(destinationOf(origin));
    return rawExchange(socket, pieces, { ...options, patienceMs: options.patienceMs ?? this.#patienceMs });
  }

  /** Closes the kept connections; what is under way fails. Resolves when all sockets are gone. */
  async close(): Promise<void> {
    const gone = [...this.#sockets].map((socket) => new Promise((resolve) => socket.once('close', resolve)));
    for (const socket of this.#sockets) socket.destroy();
    await Promise.all(gone);
  }

  #linkTo(destination: Destination): WireLink {
    const links = this.#links.get(destination.origin) ?? [];
    const idle = links.find((link) => link.usable);
    if (idle !== undefined) return idle;
    const link = this.#open(destination);
    this.#links.set(destination.origin, [...links, link]);
    link.socket.once('close', () => this.#forget(destination.origin, link));
    return link;
  }

  #forget(origin: string, link: WireLink): void {
    const left = (this.#links.get(origin) ?? []).filter((kept) => kept !== link);
    if (left.length === 0) this.#links.delete(origin);
    else this.#links.set(origin, left);
  }

  #open(destination: Destination): WireLink {
    return new WireLink(this.#connect(destination), this.#patienceMs);
  }

  #connect(destination: Destination): Socket {
    const { host, port, secure } = destination;
    const raw = connect({ host, port });
    const socket = secure
      ? connectSecurely({
          socket: raw,
          ...(isIP(host) === 0 ? { servername: host } : {}),
          // The certificate of the server under test is for devices to check, not for their stand-in.
          rejectUnauthorized: false,
          ...this.#options.tls,
        })
      : raw;
    if (socket !== raw) standsOn(socket, raw);
    this.#sockets.add(socket);
    socket.once('close', () => this.#sockets.delete(socket));
    this.#options.onSocket?.(socket, destination.origin);
    if (this.#options.tap !== undefined) tapSocket(socket, { ...this.#options.tap, side: 'client' });
    return socket;
  }
}
