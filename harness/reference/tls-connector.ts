import { type ConnectionOptions, createSecureContext, TLSSocket } from 'node:tls';
import { buildConnector } from 'undici';

/**
 * Opens connections for undici, secured as the options say. OpenSSL refuses a server whose certificate is not in order by itself.
 * @param trusts decides instead, once the handshake is over; for peers that are wrong on purpose.
 */
export function connector(
  options: ConnectionOptions & { readonly timeout: number },
  trusts?: (problem: string) => boolean,
): buildConnector.connector {
  let made: buildConnector.connector | undefined;
  return (where, callback) => {
    // Made when the first connection is wanted and kept: reading all the authorities takes a while.
    made ??= make(options, trusts);
    made(where, callback);
  };
}

function make(
  { port: _, ...options }: ConnectionOptions & { readonly timeout: number },
  trusts: ((problem: string) => boolean) | undefined,
): buildConnector.connector {
  const usual = { ...options, secureContext: createSecureContext(options) };
  if (trusts === undefined) return buildConnector(usual);
  // A session that is resumed skips the look at the certificate.
  const connect = buildConnector({ ...usual, rejectUnauthorized: false, maxCachedSessions: 0 });
  return (where, callback) =>
    connect(where, (...result) => {
      const [, socket] = result;
      const problem = socket instanceof TLSSocket && !socket.authorized ? String(socket.authorizationError) : undefined;
      if (socket === null || problem === undefined || trusts(problem)) return callback(...result);
      socket.destroy();
      return callback(new Error(problem), null);
    });
}
