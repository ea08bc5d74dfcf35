import { type ConnectionOptions, createSecureContext, type SecureContext, TLSSocket } from 'node:tls';
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
    // Made when the first connection is wanted, and kept.
    made ??= make(options, trusts);
    made(where, callback);
  };
}

function make(
  { port: _, ...options }: ConnectionOptions & { readonly timeout: number },
  trusts: ((problem: string) => boolean) | undefined,
): buildConnector.connector {
  const usual = { ...options, secureContext: contextOf(options) };
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

/** Contexts made last, by what they were made of: to read all the authorities anew takes longer than the handshake. */
const contexts = new Map<string, SecureContext>();
const MOST_CONTEXTS = 8;

function contextOf(options: ConnectionOptions): SecureContext {
  const key = JSON.stringify(options);
  const context = contexts.get(key) ?? createSecureContext(options);
  contexts.delete(key);
  contexts.set(key, context);
  const [oldest] = contexts.keys();
  if (contexts.size > MOST_CONTEXTS && oldest !== undefined) contexts.delete(oldest);
  return context;
}
