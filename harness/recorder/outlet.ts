import type { Duplex } from 'node:stream';

/** Bytes that have left for the wire; `at` is when they were handed to the socket, `done` when the last of them left. */
export type Sent = (bytes: Buffer, at: number, joined: boolean, done: number) => void;

export interface OutletOptions {
  readonly now: () => number;
  readonly sent: Sent;
  /** Called at the first `end`. */
  readonly ending: () => void;
}

interface Handed {
  readonly bytes: Buffer;
  readonly at: number;
  readonly joined: boolean;
  left: boolean;
}

type Done = (error?: Error | null) => void;

/**
 * Wraps `write` and `end` of a socket so that every byte is told on once it has been flushed, in order. Bytes that never left (the peer
 * was gone) are not told. Returns a function that tells what was flushed by now.
 */
export function watchOutlet(socket: Duplex, options: OutletOptions): () => void {
  const queue: Handed[] = [];
  const write = socket.write.bind(socket);
  const end = socket.end.bind(socket);
  let corked = false;

  const flush = (upTo?: Handed): void => {
    if (upTo?.left === true) return;
    const count = upTo === undefined ? queue.length : queue.indexOf(upTo) + 1;
    for (const handed of queue.splice(0, count)) {
      handed.left = true;
      options.sent(handed.bytes, handed.at, handed.joined, options.now());
    }
  };

  const watchedWrite = (chunk: Uint8Array | string, second?: BufferEncoding | Done | null, third?: Done): boolean => {
    const encoding = typeof second === 'string' ? second : 'utf8';
    const done = typeof second === 'function' ? second : third;
    if (socket.destroyed || socket.writableEnded) return write(chunk, encoding, done);
    const bytes = bytesOf(chunk, encoding);
    // Within one cork the pieces leave together, so they count as one.
    const joined = corked && socket.writableCorked > 0;
    corked = socket.writableCorked > 0;
    const handed: Handed = { bytes, at: options.now(), joined, left: bytes.length === 0 };
    if (!handed.left) queue.push(handed);
    const more = write(chunk, encoding, (error?: Error | null) => {
      if (error === undefined || error === null) flush(handed);
      done?.(error);
    });
    if (socket.writableLength === 0 && !socket.destroyed) flush();
    return more;
  };

  const watchedEnd = (first?: unknown, second?: BufferEncoding | Done, third?: Done): Duplex => {
    options.ending();
    const done = [first, second, third].find((argument): argument is Done => typeof argument === 'function');
    if (typeof first === 'string' || first instanceof Uint8Array) {
      watchedWrite(first, typeof second === 'string' ? second : undefined);
    }
    end(done);
    return socket;
  };

  socket.write = watchedWrite;
  Object.assign(socket, { end: watchedEnd });
  return () => flush();
}

/** The bytes of a chunk, without a copy. */
function bytesOf(chunk: Uint8Array | string, encoding: BufferEncoding): Buffer {
  if (typeof chunk === 'string') return Buffer.from(chunk, encoding);
  return Buffer.from(chunk.buffer, chunk.byteOffset, chunk.byteLength);
}
