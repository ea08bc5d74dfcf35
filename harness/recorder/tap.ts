import { Socket } from 'node:net';
import type { Duplex } from 'node:stream';
import { TLSSocket } from 'node:tls';
import type { ClientProof, HelloRecord, Party, TlsRecord } from '../trace/event.js';
import type { EventBus } from './bus.js';
import { type Claim, Conversation, type Requested } from './conversation.js';
import { watchOutlet } from './outlet.js';

export type { Claim, Requested } from './conversation.js';

export interface TapOptions {
  readonly bus: EventBus;
  /** Which end of the connection this process holds. */
  readonly side: 'server' | 'client';
  readonly local: Party;
  readonly remote: Party;
  /** Unique id of the connection; by default the bus gives one. */
  readonly connection?: string;
  /** Whose traffic a request is. A response belongs to the scenario of its request. */
  readonly claim: Claim;
  /** Name of the session that a request which begins now is sent in. */
  readonly label?: () => string | undefined;
  /** Called with exchange and header fields of each request, right after it was recorded. */
  readonly requested?: Requested;
  /** Over TLS, at the connecting end: what this side has at hand to prove who it is; default nothing. */
  readonly shows?: ClientProof;
  /** Over TLS, at the serving end: what the handshake, which is over, has shown. */
  readonly secured?: ConnectionSecurity & { readonly tls: TlsRecord };
}

/** What is known of a connection over TLS besides its bytes. */
export interface ConnectionSecurity {
  /** Origin of the listener. */
  readonly at: string;
  readonly hello: HelloRecord | undefined;
}

/** Emitted on a socket right before this side resets it, since Node itself tells nobody. */
export const LOCAL_RESET: unique symbol = Symbol('reset by this side');

/** The error codes of a connection that the other end, or something on the way, tore down. */
const RESETS = new Set(['ECONNRESET', 'EPIPE', 'ECONNABORTED']);

export interface Tapped {
  readonly connection: string;
  readonly served: () => string | undefined;
}

/** How the connection has been ended so far, as this end sees it. */
interface Ending {
  by: 'local' | 'remote' | undefined;
  localReset: boolean;
  connected: boolean;
}

/**
 * Records a connection while others use it: both directions become `http-request`, `http-response` and `connection` events. Passive: it reads
 * nothing off the socket itself and adds no error listener. A message is recorded before the socket's other listeners see its last byte, or
 * right after its last byte was flushed. With node:http attach it in a `connection` listener that was added to the finished server, with TLS to
 * the `secureConnection` socket. What breaks in here becomes a fault of the bus and touches no traffic.
 * @returns the connection's id, and a look at the exchange that is being served.
 */
export function tapSocket(socket: Socket | Duplex, options: TapOptions): Tapped {
  const { bus, side, local, remote } = options;
  const connection = options.connection ?? bus.id('c');
  const [client, server] = side === 'server' ? [remote, local] : [local, remote];
  const conversation = new Conversation({ ...options, connection, client, server });
  const ending: Ending = { by: undefined, localReset: false, connected: false };
  const guard = (work: () => void): void => {
    try {
      work();
    } catch (error) {
      bus.fault(`the tap of connection ${connection} broke`, error);
    }
  };
  const { secured } = options;
  const connecting = secured === undefined && socket instanceof TLSSocket;
  if (secured !== undefined || connecting) guard(() => conversation.claimConnection());
  const facts = secured === undefined ? {} : securityOf(secured);
  guard(() => watchOpening(socket, ending, () => conversation.connection('opened', client, server, bus.now())));
  if (secured !== undefined)
    guard(() => conversation.connection('secured', client, server, bus.now(), undefined, facts));
  watchInlet(socket, (bytes) =>
    guard(() => {
      if (side === 'server') conversation.requestBytes(bytes, bus.now());
      else conversation.responseBytes(bytes, bus.now());
    }),
  );
  const flush = watchOutlet(socket, {
    now: () => bus.now(),
    sent: (bytes, at, joined, done) =>
      guard(() => {
        if (side === 'server') conversation.responseBytes(bytes, at, joined, done);
        else conversation.requestBytes(bytes, at, joined, done);
      }),
    ending: () => {
      ending.by ??= 'local';
    },
  });
  watchEnding(socket, { conversation, side, options, ending, flush, guard });
  if (connecting)
    watchSecuring(socket, ending, guard, (phase, detail, tls) =>
      conversation.connection(phase, client, server, bus.now(), detail, {
        ...(tls === undefined ? {} : { tls }),
        shows: options.shows ?? 'none',
      }),
    );
  return { connection, served: () => conversation.served };
}

/** Records a connection that ended before it was secured, at the serving end: it never had a socket to tap. */
export function recordUnsecured(
  { bus, local, remote, claim }: Omit<TapOptions, 'secured'>,
  { reason, ...security }: ConnectionSecurity & { readonly reason: string | undefined },
): void {
  const scenario = claim('', []);
  const base = {
    kind: 'connection' as const,
    connection: bus.id('c'),
    from: remote,
    to: local,
    ...(scenario === undefined ? {} : { scenario }),
  };
  bus.emit({ ...base, phase: 'opened' });
  bus.emit({
    ...base,
    phase: 'unsecured',
    ...securityOf(security),
    ...(reason === undefined ? {} : { detail: reason }),
  });
  bus.emit({ ...base, phase: 'closed' });
}

function securityOf({ at, hello, tls }: ConnectionSecurity & { readonly tls?: TlsRecord }): {
  readonly at: string;
  readonly hello?: HelloRecord;
  readonly tls?: TlsRecord;
} {
  return { at, ...(hello === undefined ? {} : { hello }), ...(tls === undefined ? {} : { tls }) };
}

/** The connecting end of TLS: tells when the handshake is over, or that it never was. */
function watchSecuring(
  socket: TLSSocket,
  ending: Ending,
  guard: Watch['guard'],
  tell: (phase: 'secured' | 'unsecured', detail?: string, tls?: TlsRecord) => void,
): void {
  let secured = false;
  socket.prependOnceListener('secureConnect', () => {
    secured = true;
    const { standardName, name } = socket.getCipher();
    guard(() =>
      tell('secured', undefined, { version: socket.getProtocol() ?? 'unknown', suite: standardName ?? name }),
    );
  });
  socket.prependOnceListener('close', () => {
    if (!secured && ending.connected) guard(() => tell('unsecured', errorCode(socket.errored)));
  });
}

function watchOpening(socket: Duplex, ending: Ending, opened: () => void): void {
  if (socket instanceof Socket && socket.connecting) {
    socket.prependOnceListener('connect', () => {
      ending.connected = true;
      opened();
    });
    return;
  }
  ending.connected = true;
  opened();
}

function watchInlet(socket: Duplex, received: (bytes: Buffer) => void): void {
  socket.prependListener('data', (chunk: Buffer | string) => {
    received(typeof chunk === 'string' ? Buffer.from(chunk, socket.readableEncoding ?? 'utf8') : chunk);
  });
}

interface Watch {
  readonly conversation: Conversation;
  readonly side: 'server' | 'client';
  readonly options: TapOptions;
  readonly ending: Ending;
  readonly flush: () => void;
  readonly guard: (work: () => void) => void;
}

function watchEnding(socket: Duplex, watch: Watch): void {
  const { conversation, side, options, ending, guard } = watch;
  const end = (direction: 'in' | 'out'): void => {
    const requests = (direction === 'in') === (side === 'server');
    if (requests) conversation.requestsEnd('closed', options.bus.now());
    else conversation.responsesEnd('closed', options.bus.now());
  };
  socket.prependListener('end', () => {
    ending.by ??= 'remote';
    guard(() => end('in'));
  });
  socket.prependListener('finish', () =>
    guard(() => {
      watch.flush();
      end('out');
    }),
  );
  socket.prependListener(LOCAL_RESET, () => {
    ending.localReset = true;
    // What it cuts is over now: whatever the other side does about it comes later, though it may be seen before the close is.
    guard(() => {
      watch.flush();
      conversation.requestsEnd('reset', options.bus.now());
      conversation.responsesEnd('reset', options.bus.now());
    });
  });
  socket.prependOnceListener('close', () => guard(() => closed(socket, watch)));
}

function closed(socket: Duplex, watch: Watch): void {
  const { conversation, options, ending } = watch;
  const { local, remote, bus } = options;
  const code = errorCode(socket.errored);
  if (!ending.connected) {
    if (code !== undefined) conversation.connection('refused', remote, local, bus.now(), code);
    return;
  }
  const remoteReset = !ending.localReset && code !== undefined && RESETS.has(code);
  const how = ending.localReset || remoteReset ? 'reset' : 'closed';
  conversation.requestsEnd(how, bus.now());
  conversation.responsesEnd(how, bus.now());
  const byRemote = remoteReset || (!ending.localReset && ending.by === 'remote');
  const [from, to] = byRemote ? [remote, local] : [local, remote];
  const why = code === undefined || remoteReset ? '' : ` (${code})`;
  conversation.connection(how, from, to, bus.now(), `${how === 'reset' ? 'reset' : 'closed'} by ${from}${why}`);
}

function errorCode(error: Error | null | undefined): string | undefined {
  if (error === null || error === undefined) return undefined;
  return 'code' in error && typeof error.code === 'string' ? error.code : error.message;
}
