import type { Socket } from 'node:net';
import { createServer, type Server, type TLSSocket, type TlsOptions } from 'node:tls';
import { type ClientHello, readClientHello } from '../protocol/tls-hello.js';
import type { TlsVersion } from '../protocol/tls-suites.js';
import type { TlsRecord } from '../trace/event.js';
import { dhGroup } from './dh-group.js';
import type { Proven } from './peer.js';
import { standsOn } from './socket-writing.js';

/** How a server of the harness speaks TLS. */
export interface TlsSettings {
  /** Keys and certificates, PEM; one for each kind of key. None: pre-shared keys alone. */
  readonly identities: readonly { readonly key: string; readonly cert: string }[];
  /** Lowest and highest version; default TLS 1.2 and 1.3. */
  readonly versions?: { readonly min: TlsVersion; readonly max: TlsVersion };
  /** What OpenSSL calls the suites, separated by colons; default its own choice. */
  readonly ciphers?: string;
  /** Asks for a certificate of the client, and which authority must have signed it (PEM). `required`: without one there is no connection. */
  readonly clients?: {
    readonly ca: string;
    readonly required: boolean;
    /** Believes what a certificate says although nobody vouches for it. */
    readonly unchecked?: boolean;
  };
  /** Pre-shared keys by identity. */
  readonly psk?: ReadonlyMap<string, Buffer>;
}

/** What a connection has shown of itself before it was secured, or was not. */
export interface Secured {
  readonly hello: ClientHello | undefined;
  readonly tls: TlsRecord;
  readonly proven: Proven | undefined;
}

export interface Unsecured {
  readonly hello: ClientHello | undefined;
  /** Why, when this side knows. */
  readonly reason: string | undefined;
}

export interface TlsFrontEvents {
  /** The handshake is complete on this side; nothing was read yet. */
  readonly secured: (socket: TLSSocket, facts: Secured) => void;
  /** The connection is gone, or is no TLS. */
  readonly unsecured: (raw: Socket, facts: Unsecured) => void;
}

interface Attempt {
  readonly raw: Socket;
  hello: ClientHello | undefined;
  reason: string | undefined;
  secured: boolean;
}

/** Bytes after which what has come is taken for no ClientHello. */
const MOST_HELLO_BYTES = 16 * 1024;
const LEGACY: ReadonlySet<TlsVersion> = new Set(['SSLv3', 'TLSv1', 'TLSv1.1']);

/** Takes accepted TCP connections, reads what the client offers before it answers, and turns each into a TLS connection or says why it is none. */
export class TlsFront {
  readonly #server: Server;
  readonly #attempts = new Map<number, Attempt>();
  readonly #identities = new WeakMap<TLSSocket, string>();
  readonly #events: TlsFrontEvents;
  readonly #unchecked: boolean;

  constructor(settings: TlsSettings, events: TlsFrontEvents) {
    this.#events = events;
    this.#unchecked = settings.clients?.unchecked === true;
    this.#server = createServer(this.#options(settings), (socket) => this.#secured(socket));
    this.#server.on('tlsClientError', (error, socket) => {
      const attempt = this.#attempts.get(socket.remotePort ?? -1);
      if (attempt !== undefined) attempt.reason ??= reasonOf(error);
    });
  }

  /** A connection that was just accepted, from which nothing was read. */
  take(raw: Socket): void {
    const port = raw.remotePort ?? -1;
    const attempt: Attempt = { raw, hello: undefined, reason: undefined, secured: false };
    this.#attempts.set(port, attempt);
    raw.on('error', (error) => {
      attempt.reason ??= error.message;
    });
    raw.once('close', () => {
      if (this.#attempts.get(port) === attempt) this.#attempts.delete(port);
      if (!attempt.secured) this.#events.unsecured(raw, { hello: attempt.hello, reason: attempt.reason });
    });
    raw.once('end', () => {
      // Closed before anything was offered: nobody else will close this side.
      if (attempt.hello === undefined) raw.destroy();
    });
    this.#awaitHello(raw, attempt, Buffer.alloc(0));
  }

  #awaitHello(raw: Socket, attempt: Attempt, before: Buffer): void {
    raw.once('data', (chunk: Buffer) => {
      const bytes = Buffer.concat([before, chunk]);
      attempt.hello = readClientHello(bytes);
      const mayCome = bytes[0] === 22 && bytes.length < MOST_HELLO_BYTES;
      if (attempt.hello === undefined && mayCome && !isWholeRecord(bytes)) {
        this.#awaitHello(raw, attempt, bytes);
        return;
      }
      if (attempt.hello === undefined) attempt.reason = 'what came is no TLS ClientHello';
      raw.pause();
      raw.unshift(bytes);
      this.#server.emit('connection', raw);
    });
  }

  #secured(socket: TLSSocket): void {
    const attempt = this.#attempts.get(socket.remotePort ?? -1);
    if (attempt !== undefined) {
      attempt.secured = true;
      standsOn(socket, attempt.raw);
    }
    socket.allowHalfOpen = true;
    this.#events.secured(socket, {
      hello: attempt?.hello,
      tls: { ...agreedOn(socket), client: this.#clientOf(socket) },
      proven: this.#provenBy(socket),
    });
  }

  #provenBy(socket: TLSSocket): Proven | undefined {
    const identity = this.#identities.get(socket);
    if (identity !== undefined) return { by: 'psk', name: identity };
    const name = socket.getPeerCertificate()?.subject?.CN;
    return (socket.authorized || this.#unchecked) && typeof name === 'string' ? { by: 'certificate', name } : undefined;
  }

  #clientOf(socket: TLSSocket): NonNullable<TlsRecord['client']> {
    if (this.#identities.has(socket)) return 'psk:right';
    if (Object.keys(socket.getPeerCertificate() ?? {}).length === 0) return 'none';
    return socket.authorized ? 'certificate:right' : 'certificate:other';
  }

  #options({ identities, versions, ciphers, clients, psk }: TlsSettings): TlsOptions {
    const { min, max } = versions ?? { min: 'TLSv1.2', max: 'TLSv1.3' };
    // OpenSSL takes the versions before TLS 1.2 for too weak unless it is told otherwise.
    const list = LEGACY.has(min) ? `${ciphers ?? 'DEFAULT'}:@SECLEVEL=0` : ciphers;
    return {
      // A client that goes away in the middle of the handshake has ended it; only later may it end its direction alone.
      allowHalfOpen: false,
      ...(identities.length === 0
        ? {}
        : { key: identities.map(({ key }) => key), cert: identities.map(({ cert }) => cert) }),
      minVersion: min === 'SSLv3' ? 'TLSv1' : min,
      maxVersion: max === 'SSLv3' ? 'TLSv1' : max,
      dhparam: dhGroup(),
      ...(list === undefined ? {} : { ciphers: list }),
      ...(clients === undefined ? {} : { ca: clients.ca, requestCert: true, rejectUnauthorized: clients.required }),
      ...(psk === undefined
        ? {}
        : {
            pskIdentityHint: 'dmconform',
            pskCallback: (socket: TLSSocket, identity: string): Buffer | null => {
              const key = psk.get(identity) ?? null;
              if (key !== null) this.#identities.set(socket, identity);
              return key;
            },
          }),
    };
  }
}

/** Version and suite that a connection agreed on. */
export function agreedOn(socket: TLSSocket): TlsRecord {
  const { standardName, name } = socket.getCipher();
  return { version: socket.getProtocol() ?? 'unknown', suite: standardName ?? name };
}

/** The record that the bytes begin with has come whole. */
function isWholeRecord(bytes: Buffer): boolean {
  return bytes.length >= 5 && bytes.length >= 5 + bytes.readUInt16BE(3);
}

/** `tls_post_process_client_hello: no shared cipher`, without the library's file names. */
export function reasonOf(error: Error): string {
  const [, what] = /:SSL routines:[^:]*:([^:\n]+)/.exec(error.message) ?? [];
  return (what ?? error.message).trim();
}
