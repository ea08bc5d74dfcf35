import { createSocket } from 'node:dgram';
import { request } from 'node:http';

/** How a delivery went; `detail` says why it did not. */
export interface Delivered {
  readonly accepted: boolean;
  readonly detail?: string;
}

/**
 * Delivers a notification to `udp://host:port` as a datagram, or to an http URL as the body of a POST. Never rejects; that a datagram was taken only
 * its effect can tell.
 */
export function deliverNotification(to: string, bytes: Uint8Array, patienceMs: number): Promise<Delivered> {
  if (!URL.canParse(to)) return Promise.resolve(refused(`${to} is no URL`));
  const url = new URL(to);
  return url.protocol === 'udp:' ? sendDatagram(url, bytes) : postNotification(url, bytes, patienceMs);
}

function refused(detail: string): Delivered {
  return { accepted: false, detail };
}

function sendDatagram(url: URL, bytes: Uint8Array): Promise<Delivered> {
  const host = url.hostname.replace(/^\[|\]$/g, '');
  const socket = createSocket(host.includes(':') ? 'udp6' : 'udp4');
  return new Promise((resolve) => {
    const done = (error: Error | null): void => {
      socket.close();
      resolve(error === null ? { accepted: true } : refused(`no datagram to ${url.href}: ${error.message}`));
    };
    socket.once('error', done);
    socket.send(bytes, Number(url.port), host, done);
  });
}

function postNotification(url: URL, bytes: Uint8Array, patienceMs: number): Promise<Delivered> {
  return new Promise((resolve) => {
    const headers = { 'content-type': 'application/octet-stream', 'content-length': bytes.length };
    const post = request(url, { method: 'POST', headers, timeout: patienceMs, agent: false }, (response) => {
      response.resume();
      const { statusCode = 0 } = response;
      const accepted = statusCode >= 200 && statusCode < 300;
      response.once('close', () =>
        resolve(accepted ? { accepted } : refused(`POST ${url.href} was answered ${statusCode}`)),
      );
    });
    post.once('timeout', () => post.destroy(new Error(`no answer within ${patienceMs} ms`)));
    post.once('error', (error) => resolve(refused(`POST ${url.href} failed: ${error.message}`)));
    post.end(bytes);
  });
}
