import type { Socket } from 'node:net';
import { endSocket } from '../stimuli/socket-writing.js';

/**
 * Joins two connections: what comes in at one goes out at the other, byte for byte and piece for piece, in both directions. An end (FIN) is passed on as
 * an end, so that half-closed connections stay half-closed, and a reset as a reset.
 */
export function relay(one: Socket, other: Socket): void {
  forward(one, other);
  forward(other, one);
  passEnd(one, other);
  passEnd(other, one);
}

/** Hands the bytes on, no faster than they are taken. */
function forward(source: Socket, sink: Socket): void {
  source.on('data', (bytes: Buffer) => {
    if (!sink.writable || sink.write(bytes)) return;
    source.pause();
    sink.once('drain', () => source.resume());
    sink.once('close', () => source.resume());
  });
}

/** Does to the sink what became of the source, once `ready` has resolved. */
export function passEnd(source: Socket, sink: Socket, ready: () => Promise<void> = () => Promise.resolve()): void {
  let ended = false;
  source.setNoDelay(true);
  source.on('error', () => undefined); // Told by the close that follows.
  source.once('end', () => {
    ended = true;
    void ready().then(() => sink.end());
  });
  source.once('close', () => {
    void ready().then(() => {
      if (sink.destroyed) return;
      if (source.errored !== null) endSocket(sink, 'reset');
      else if (!ended) sink.destroySoon();
    });
  });
}
