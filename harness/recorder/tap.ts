import { Socket } from 'node:net';
import type { Duplex } from 'node:stream';
import type { Party } from '../trace/event.js';
import type { EventBus } from './bus.js';
import { type Claim, Conversation } from './conversation.js';
import { watchOutlet } from './outlet.js';

export type { Claim } from './conversation.js';

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
}

/** Emitted on a socket right before this side resets it, since Node itself tells nobody. */
export const LOCAL_RESET: unique symbol = Symbol('reset by this side');

/** The error codes of a connection that the other end, or something on the way, tore down. */
const RESETS = new Set(['ECONNRESET', 'EPIPE', 'ECONNABORTED']);

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
 * @returns the connection's id.
 */
export function tapSocket(socket: Socket | Duplex, options: TapOptions): { readonly connection: string } {
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
  guard(() => watchOpening(socket, ending, () => conversation.connection('opened', client, server, bus.now())));
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
  return { connection };
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
  watchReset(socket, ending);
  socket.prependOnceListener('close', () => guard(() => closed(socket, watch)));
}

function watchReset(socket: Duplex, ending: Ending): void {
  socket.prependListener(LOCAL_RESET, () => {
    ending.localReset = true;
  });
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
