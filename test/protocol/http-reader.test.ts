import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { HttpReader } from '../../harness/protocol/http-reader.js';
import { vectors } from './vectors.js';

interface Vector {
  readonly name: string;
  readonly kind: 'request' | 'response';
  readonly bytes: string;
  readonly methods?: readonly string[];
  readonly ends?: 'closed' | 'reset';
  readonly messages: readonly Readonly<Record<string, unknown>>[];
}

type Message = ReturnType<HttpReader['push']>[number];

/** Feeds the bytes in pieces that end at the given places. */
function read(vector: Vector, cuts: readonly number[] = []): readonly Message[] {
  const reader = new HttpReader(vector.kind);
  for (const method of vector.methods ?? []) reader.expect(method);
  const bytes = Buffer.from(vector.bytes, 'latin1');
  const places = [...new Set([0, ...cuts.map((cut) => cut % (bytes.length + 1)), bytes.length])].sort((a, b) => a - b);
  const messages = places.slice(1).flatMap((end, index) => reader.push(bytes.subarray(places[index], end)));
  const last =
    vector.ends === undefined
      ? reader.end()
      : (reader as unknown as { end(how: string): Message | undefined }).end(vector.ends);
  return last === undefined ? messages : [...messages, last];
}

function told(message: Message, key: string): unknown {
  if (key === 'by') return message.framing.by;
  if (key === 'chunks') return message.framing.chunks;
  if (key === 'body') return message.body.toString('latin1');
  if (key === 'raw') return message.rawHead !== undefined;
  return (message as unknown as Record<string, unknown>)[key];
}

const all = vectors<Vector>('http.yaml');

describe('reading HTTP messages', () => {
  it.each(all.map((vector) => [vector.name, vector] as const))('%s', (_name, vector) => {
    const messages = read(vector);
    expect(messages.map(({ startLine }) => startLine).length).toBe(vector.messages.length);
    vector.messages.forEach((wanted, index) => {
      const message = messages[index];
      if (message === undefined) return;
      for (const [key, value] of Object.entries(wanted)) {
        if (key === 'defect') expect(message.defect).toContain(value);
        else expect(told(message, key), key).toEqual(value);
      }
      if (!('defect' in wanted)) expect(message.defect).toBeUndefined();
    });
  });

  it('gives the same messages however the bytes are cut into pieces', () => {
    fc.assert(
      fc.property(fc.constantFrom(...all), fc.array(fc.nat(500), { maxLength: 40 }), (vector, cuts) => {
        expect(read(vector, cuts)).toEqual(read(vector));
      }),
      { numRuns: 300 },
    );
  });

  it('never throws, whatever comes', () => {
    fc.assert(
      fc.property(
        fc.constantFrom('request' as const, 'response' as const),
        fc.array(fc.uint8Array({ maxLength: 60 })),
        (kind, pieces) => {
          const reader = new HttpReader(kind);
          for (const piece of pieces) reader.push(Buffer.from(piece));
          reader.end();
        },
      ),
    );
  });

  it('keeps a head only where its fields do not reproduce it', () => {
    const [plain] = new HttpReader('request').push(Buffer.from('GET / HTTP/1.1\r\nHost: a\r\n\r\n'));
    const [odd] = new HttpReader('request').push(Buffer.from('GET / HTTP/1.1\r\nHost:a\r\n\r\n'));
    expect([plain?.rawHead, odd?.rawHead]).toEqual([undefined, 'GET / HTTP/1.1\r\nHost:a\r\n\r\n']);
  });
});
