import type { Socket } from 'node:net';

const nextTick = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

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
    socket.resetAndDestroy();
    return;
  }
  const timer = setTimeout(() => socket.destroy(), lingerMs);
  timer.unref();
  socket.once('close', () => clearTimeout(timer));
  socket.end();
  socket.resume();
}
