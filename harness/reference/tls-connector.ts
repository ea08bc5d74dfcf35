import { type ConnectionOptions, TLSSocket } from 'node:tls';
import { buildConnector } from 'undici';

/**
 * Opens connections for undici, secured as the options say. OpenSSL refuses a server whose certificate is not in order by itself.
 * @param trusts decides instead, once the handshake is over; for peers that are wrong on purpose.
 */
export function connector(
  { port: _, ...options }: ConnectionOptions & { readonly timeout: number },
  trusts?: (problem: string) => boolean,
): buildConnector.connector {
  // A session that is resumed skips the look at the certificate, so where that is the point none is.
  const connect = buildConnector(
    trusts === undefined ? options : { ...options, rejectUnauthorized: false, maxCachedSessions: 0 },
  );
  if (trusts === undefined) return connect;
  return (where, callback) =>
    connect(where, (...result) => {
      const [, socket] = result;
      const problem = socket instanceof TLSSocket && !socket.authorized ? String(socket.authorizationError) : undefined;
      if (socket === null || problem === undefined || trusts(problem)) return callback(...result);
      socket.destroy();
      return callback(new Error(problem), null);
    });
}
