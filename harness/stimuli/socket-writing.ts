import type { Socket } from 'node:net';
import { LOCAL_RESET } from '../recorder/tap.js';

const nextTick = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

/** The other side must have read what came before, or it sees no more than a connection that is over. In milliseconds. */
const RESET_AFTER_MS = 10;

/** Hands bytes to the socket; resolves when they were flushed, false when the connection is gone. */
export function flushed(socket: Socket, bytes: Buffer): Promise<boolean> {
  return new Promise((resolve) => {
    if (!socket.writable) {
      resolve(false);
      return;
    }
    const gone = (): void => resolve(false);
    socket.once('close', gone);
    socket.write(bytes, (error) => {
      socket.off('close', gone);
      resolve(error === undefined || error === null);
    });
  });
}

/** Writes each piece on its own, one tick (or `pauseMs`) apart, so that each becomes a TCP segment; false when the connection is gone. */
export async function writePieces(socket: Socket, pieces: readonly Buffer[], pauseMs = 0): Promise<boolean> {
  for (const [index, piece] of pieces.entries()) {
    if (index > 0) await (pauseMs > 0 ? new Promise((resolve) => setTimeout(resolve, pauseMs)) : nextTick());
    if (!(await flushed(socket, piece))) return false;
  }
  return true;
}

/**
 * Ends the connection from this side: `reset` with RST, `close` with FIN. After a FIN it keeps reading (a close with unread bytes would
 * become a reset on the wire) until the other side ends too, at most `lingerMs`.
 */
export function endSocket(socket: Socket, how: 'close' | 'reset', lingerMs = 2000): void {
  if (how === 'reset') {
    setTimeout(() => resetSocket(socket), RESET_AFTER_MS);
    return;
  }
  const timer = setTimeout(() => socket.destroy(), lingerMs);
  timer.unref();
  socket.once('close', () => clearTimeout(timer));
  socket.end();
  socket.resume();
}

/** The TCP socket below a TLS one, which alone can be reset. */
const below = new WeakMap<Socket, Socket>();

/** Remembers what a TLS socket stands on. */
export function standsOn(secure: Socket, raw: Socket): void {
  below.set(secure, raw);
}

function resetSocket(socket: Socket): void {
  if (socket.destroyed) return;
  socket.emit(LOCAL_RESET);
  const raw = below.get(socket) ?? socket;
  // `resetAndDestroy` ends the socket first, so that the other side sees an ordinary close; this is the half of it that sends the RST.
  Object.assign(raw, { resetAndClosing: true });
  raw.destroy();
  socket.destroy();
}
