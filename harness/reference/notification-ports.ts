import { createSocket, type Socket } from 'node:dgram';
import { serveHttp } from './http-front.js';

/** Where notifications are taken besides the control protocol (CR 6.1.1: the delivery is outside Package#0). */
export interface NotificationPorts {
  /** `udp://127.0.0.1:port`: a datagram is a notification. */
  readonly udpUrl: string;
  /** The body of a POST is one. */
  readonly httpUrl: string;
  close(): Promise<void>;
}

const NO_CONTENT = { status: 204, headers: [], body: Buffer.alloc(0) };
const NO_POST = { ...NO_CONTENT, status: 405 };

/** Opens both ports on loopback, of the same number where one is given. @throws ConformError PORT_IN_USE */
export async function openNotificationPorts(
  take: (bytes: Buffer, by: 'http' | 'udp') => void,
  port = 0,
): Promise<NotificationPorts> {
  const front = await serveHttp(
    ({ method, body }) => {
      if (method !== 'POST') return NO_POST;
      take(body, 'http');
      return NO_CONTENT;
    },
    { port },
  );
  const socket = createSocket('udp4', (bytes) => take(bytes, 'udp'));
  await bound(socket, port);
  return {
    udpUrl: `udp://127.0.0.1:${socket.address().port}`,
    httpUrl: `${front.origin}/notification`,
    close: async () => {
      await Promise.all([front.close(), new Promise<void>((resolve) => socket.close(() => resolve()))]);
    },
  };
}

function bound(socket: Socket, port: number): Promise<void> {
  return new Promise((resolve, reject) => {
    socket.once('error', reject);
    socket.bind(port, '127.0.0.1', resolve);
  });
}
