import { once } from 'node:events';
import { type AddressInfo, connect, createServer } from 'node:net';

/** A port of this machine that takes no connection. */
export interface DeafPort {
  readonly port: number;
  close(): Promise<void>;
}

/**
 * Occupies a port without listening at it, for as long as a run lasts: it is the near end of a connection that this process keeps to itself. A port that
 * was merely free a moment ago may be given to anybody, and then somebody would answer there.
 */
export async function holdDeafPort(): Promise<DeafPort> {
  const host = '127.0.0.1';
  const server = createServer();
  server.listen(0, host);
  await once(server, 'listening');
  const socket = connect((server.address() as AddressInfo).port, host);
  const [[far]] = await Promise.all([once(server, 'connection'), once(socket, 'connect')]);
  return {
    port: socket.localPort ?? 9,
    close: async () => {
      far.destroy();
      socket.destroy();
      server.close();
      await once(server, 'close');
    },
  };
}
