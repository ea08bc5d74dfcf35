import { connect, createServer, type Server, type Socket } from 'node:net';
import type { Injector } from '../../harness/proxy/faulty-relay.js';
import { RecordingProxy } from '../../harness/proxy/recording-proxy.js';
import { EventBus } from '../../harness/recorder/bus.js';
import type { TraceEvent } from '../../harness/trace/event.js';

/** A proxy before a TCP server of which the test has both ends. */
export interface Stand {
  readonly proxy: RecordingProxy;
  readonly events: TraceEvent[];
  readonly serverEvents: TraceEvent[];
  /** Opens a connection to the proxy, and waits for the one that the server gets. */
  open(): Promise<{ readonly client: Socket; readonly server: Socket }>;
  /** The next connection that the server gets. */
  accepted(): Promise<Socket>;
  close(): Promise<void>;
}

export async function stand(injector?: Injector): Promise<Stand> {
  const waiting: ((socket: Socket) => void)[] = [];
  const accepted: Socket[] = [];
  const server: Server = createServer({ allowHalfOpen: true }, (socket) => {
    socket.on('error', () => undefined);
    const next = waiting.shift();
    if (next === undefined) accepted.push(socket);
    else next(socket);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as { readonly port: number };
  const [bus, serverBus] = [new EventBus(), new EventBus()];
  const [events, serverEvents]: [TraceEvent[], TraceEvent[]] = [[], []];
  bus.subscribe((event) => events.push(event));
  serverBus.subscribe((event) => serverEvents.push(event));
  const proxy = await RecordingProxy.listen({
    bus,
    serverBus,
    claim: () => 'i1',
    upstream: `http://127.0.0.1:${port}/dm`,
    ...(injector === undefined ? {} : { injector }),
  });
  const sockets: Socket[] = [];
  const next = (): Promise<Socket> => {
    const taken = accepted.shift();
    return taken === undefined ? new Promise((resolve) => waiting.push(resolve)) : Promise.resolve(taken);
  };
  return {
    proxy,
    events,
    serverEvents,
    open: async () => {
      const client = connect({ port: proxy.port, host: '127.0.0.1', allowHalfOpen: true });
      client.on('error', () => undefined);
      const serving = await next();
      sockets.push(client, serving);
      return { client, server: serving };
    },
    accepted: next,
    close: async () => {
      for (const socket of sockets) socket.destroy();
      await proxy.close();
      await new Promise<void>((resolve) => server.close(() => resolve()));
    },
  };
}

/** Everything that comes in at a socket until its end, its reset, or its close. */
export function collected(
  socket: Socket,
): Promise<{ readonly bytes: Buffer; readonly how: 'end' | 'reset' | 'close' }> {
  const pieces: Buffer[] = [];
  socket.on('data', (bytes: Buffer) => pieces.push(bytes));
  return new Promise((resolve) => {
    const done = (how: 'end' | 'reset' | 'close'): void => resolve({ bytes: Buffer.concat(pieces), how });
    socket.once('end', () => done('end'));
    socket.once('error', () => done('reset'));
    socket.once('close', () => done('close'));
  });
}

/** Resolves when that many bytes have come in. */
export async function received(socket: Socket, count: number): Promise<Buffer> {
  const pieces: Buffer[] = [];
  let size = 0;
  await new Promise<void>((resolve) => {
    const take = (bytes: Buffer): void => {
      pieces.push(bytes);
      size += bytes.length;
      if (size < count) return;
      socket.off('data', take);
      resolve();
    };
    socket.on('data', take);
  });
  return Buffer.concat(pieces);
}
