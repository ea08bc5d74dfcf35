import type { Action, ConnectionEvent, HelloRecord, HttpRequestEvent, TlsRecord, TraceEvent } from '../trace/event.js';

/** Connections remembered at once; more only happens when a peer floods. */
const MOST_CONNECTIONS = 512;

/** How the harness said that one of its servers is. */
export type TlsServer = Extract<Action, { name: 'tls-server' }>;

/** A connection of the client under test to a server of the harness over TLS. */
export interface TlsConnection {
  /** What was said of the server; undefined for one of which nothing was said. */
  readonly server: TlsServer | undefined;
  readonly hello: HelloRecord | undefined;
  /** What was agreed; undefined when the connection never was secured, and then perhaps why not. */
  readonly tls: TlsRecord | undefined;
  readonly reason: string | undefined;
  /** The event that tells. */
  readonly told: ConnectionEvent;
  /** The first thing that the client sent inside TLS: a request, or bytes that are none. */
  readonly sent: HttpRequestEvent | ConnectionEvent | undefined;
}

type Mutable = { -readonly [K in keyof TlsConnection]: TlsConnection[K] };

/** What an event did to a connection. */
export interface Step {
  readonly connection: TlsConnection;
  readonly step: 'told' | 'sent' | 'over';
}

/** Follows the client's connections over TLS from the handshake to their end. */
export class TlsConnections {
  readonly #servers = new Map<string, TlsServer>();
  readonly #connections = new Map<string, Mutable>();

  /** Takes every event; answers when it concerns such a connection. */
  see(event: TraceEvent): Step | undefined {
    if (event.kind === 'action' && event.action.name === 'tls-server')
      this.#servers.set(event.action.origin, event.action);
    if (event.kind === 'http-request' && event.from === 'client') return this.#sent(event);
    if (event.kind !== 'connection') return undefined;
    if (event.phase === 'secured' || event.phase === 'unsecured') return this.#told(event);
    if (event.phase === 'stray' && event.from === 'client') return this.#sent(event);
    return event.phase === 'closed' || event.phase === 'reset' ? this.#over(event) : undefined;
  }

  /** By its name in the record. */
  of(connection: string): TlsConnection | undefined {
    return this.#connections.get(connection);
  }

  #told(event: ConnectionEvent): Step | undefined {
    if (event.at === undefined) return undefined;
    const { hello, tls, detail } = event;
    const connection: Mutable = {
      ...{ server: this.#servers.get(event.at), hello, tls, told: event },
      ...{ reason: event.phase === 'unsecured' ? detail : undefined, sent: undefined },
    };
    if (this.#connections.size >= MOST_CONNECTIONS) this.#connections.clear();
    this.#connections.set(event.connection, connection);
    return { connection, step: 'told' };
  }

  #sent(event: HttpRequestEvent | ConnectionEvent): Step | undefined {
    const connection = this.#connections.get(event.connection);
    if (connection === undefined || connection.sent !== undefined) return undefined;
    connection.sent = event;
    return { connection, step: 'sent' };
  }

  #over(event: ConnectionEvent): Step | undefined {
    const connection = this.#connections.get(event.connection);
    this.#connections.delete(event.connection);
    return connection === undefined ? undefined : { connection, step: 'over' };
  }
}

/** A server with which a client should have a session: nothing is wrong with it, and it asks for no more than it is asked for. */
export function isInOrder(server: TlsServer | undefined): boolean {
  return server?.flaw === 'none' && server.asks === 'nothing' && lowest(server) === undefined;
}

/** The version that is below TLS 1.2, where the server knows no other. */
export function lowest({ versions }: TlsServer): string | undefined {
  return versions.some((version) => version === 'TLSv1.2' || version === 'TLSv1.3') ? undefined : versions[0];
}
