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

describe('a connection', () => {
  const bytes = (text: string): Buffer => Buffer.from(text, 'latin1');
  const LIMIT = 256 * 1024;

  it('is idle between messages, also while empty lines come', () => {
    const reader = new HttpReader('request');
    expect([reader.idle, reader.broken]).toEqual([true, false]);
    reader.push(bytes('\r\n'));
    expect(reader.idle).toBe(true);
    reader.push(bytes('G'));
    expect([reader.idle, reader.broken]).toEqual([false, false]);
    reader.push(bytes('ET / HTTP/1.1\r\n\r\n'));
    expect([reader.idle, reader.broken]).toEqual([true, false]);
    expect(reader.end()).toBeUndefined();
    expect([reader.idle, reader.broken]).toEqual([false, true]);
    expect(reader.end()).toBeUndefined();
  });

  it('that cannot be read any more keeps the first 4 KiB of what follows', () => {
    const reader = new HttpReader('request');
    const [garbage] = reader.push(bytes('\u0001abc'));
    expect(garbage?.defect).toBe('garbage: byte 0x01 where a message should begin');
    expect(reader.broken).toBe(true);
    expect(reader.takeStray().toString('latin1')).toBe('abc');
    expect(reader.takeStray()).toHaveLength(0);
    reader.push(bytes('x'.repeat(4000)));
    reader.push(bytes('y'.repeat(95)));
    reader.push(bytes('zz'));
    expect(reader.push(bytes('GET / HTTP/1.1\r\n\r\n'))).toEqual([]);
    expect(reader.takeStray().toString('latin1')).toBe(`${'x'.repeat(4000)}${'y'.repeat(95)}z`);
    reader.push(bytes('a'.repeat(5000)));
    expect(reader.takeStray()).toHaveLength(4096);
  });

  it.each([
    [' GET / HTTP/1.1\r\n\r\n', '20'],
    ['\u007fGET / HTTP/1.1\r\n\r\n', '7f'],
    ['\u0000', '00'],
    ['\u00e9', 'e9'],
  ])('does not begin with %s', (text, hex) => {
    const [message, ...others] = new HttpReader('request').push(bytes(text));
    expect(message).toMatchObject({
      startLine: text[0],
      headers: [],
      httpVersion: '',
      framing: { by: 'none' },
      interim: false,
      defect: `garbage: byte 0x${hex} where a message should begin`,
    });
    expect(others).toEqual([]);
  });

  it.each(['!x', '~x'])('may begin with %s', (text) => {
    const reader = new HttpReader('request');
    expect(reader.push(bytes(text))).toEqual([]);
    expect(reader.broken).toBe(false);
  });

  it('gives nothing of one message to the next', () => {
    const first = 'POST /1 HTTP/1.1\r\nA: b\r\nTransfer-Encoding: chunked\r\n\r\n1\r\nx\r\n0\r\nT: u\r\n\r\n';
    const second = 'POST /2 HTTP/1.1\r\nC : d\r\nContent-Length: 2\r\n\r\nyz';
    const messages = new HttpReader('request').push(bytes(`${first}${second}GET /3 HTTP/1.1\r\n\r\n\u0001`));
    expect(messages.map(({ startLine }) => startLine)).toEqual([
      'POST /1 HTTP/1.1',
      'POST /2 HTTP/1.1',
      'GET /3 HTTP/1.1',
      '\u0001',
    ]);
    expect(messages.map(({ headers }) => headers)).toEqual([
      [
        ['A', 'b'],
        ['Transfer-Encoding', 'chunked'],
      ],
      [
        ['C', 'd'],
        ['Content-Length', '2'],
      ],
      [],
      [],
    ]);
    expect(messages.map(({ trailers }) => trailers)).toEqual([[['T', 'u']], undefined, undefined, undefined]);
    expect(messages.map(({ framing }) => framing)).toEqual([
      { by: 'chunked', chunks: [1] },
      { by: 'length' },
      { by: 'none' },
      { by: 'none' },
    ]);
    expect(messages.map(({ body }) => body.toString())).toEqual(['x', 'yz', '', '']);
    expect(messages.map(({ defect }) => defect)).toEqual([
      undefined,
      'header line 1: space before the colon in "C : d"',
      undefined,
      'garbage: byte 0x01 where a message should begin',
    ]);
    expect(messages.map(({ httpVersion, target }) => [httpVersion, target])).toEqual([
      ['HTTP/1.1', '/1'],
      ['HTTP/1.1', '/2'],
      ['HTTP/1.1', '/3'],
      ['', undefined],
    ]);
    expect(Object.keys(messages[1] ?? {})).not.toContain('trailers');
  });

  it('has bodies that are cut anywhere, with a message right behind', () => {
    const reader = new HttpReader('request');
    reader.push(bytes('POST / HTTP/1.1\r\nContent-Length: 6\r\n\r\nab'));
    reader.push(bytes('c'));
    const messages = reader.push(bytes('defGET / HTTP/1.1\r\n\r\n'));
    expect(messages.map(({ body }) => body.toString())).toEqual(['abcdef', '']);
    const [empty] = reader.push(bytes('POST / HTTP/1.1\r\nContent-Length: 0\r\n\r\n'));
    expect([empty?.framing, empty?.body.length]).toEqual([{ by: 'length' }, 0]);
  });

  it('has a head of 256 KiB at most', () => {
    const start = 'GET / HTTP/1.1\r\n';
    const head = (size: number): string => `${start}A: ${'x'.repeat(size - start.length - 7)}\r\n\r\n`;
    const [fits] = new HttpReader('request').push(bytes(head(LIMIT)));
    expect([fits?.defect, fits?.target]).toEqual([undefined, '/']);
    const length = 'Content-Length: 1\r\n';
    const [withBody] = new HttpReader('request').push(
      bytes(`${start}${length}${head(LIMIT - length.length).slice(start.length)}x`),
    );
    expect([withBody?.defect, withBody?.body.toString()]).toEqual([undefined, 'x']);
    const over = new HttpReader('request').push(bytes(head(LIMIT + 1)));
    expect(over).toHaveLength(1);
    expect(over[0]).toMatchObject({ startLine: 'GET / HTTP/1.1', framing: { by: 'none' } });
    expect(over[0]?.headers).toHaveLength(1);
    expect(over[0]?.defect).toBe(`oversized head: no end within ${LIMIT} bytes`);
  });

  it('is cut right at that limit, however the head comes', () => {
    const reader = new HttpReader('request');
    expect(reader.push(bytes('x'.repeat(200_000)))).toEqual([]);
    const [message] = reader.push(bytes(`${'y'.repeat(LIMIT - 200_000)}z\n`));
    expect(message?.defect).toBe(`oversized head: no end within ${LIMIT} bytes`);
    expect(message?.startLine).toHaveLength(LIMIT);
    expect(reader.takeStray().toString()).toBe('z\n');
  });

  it('may not begin with more than 256 KiB of empty lines', () => {
    const reader = new HttpReader('request');
    expect(reader.push(bytes(`${'\r\n'.repeat(LIMIT / 2 - 1)}\r`))).toEqual([]);
    expect(reader.idle).toBe(true);
    const [message] = reader.push(bytes('\nGET'));
    expect(message?.defect).toBe(`oversized head: ${LIMIT} bytes of empty lines`);
    expect(message?.startLine).toBe('\r\n'.repeat(LIMIT / 2).slice(0, -2));
    expect([reader.broken, reader.takeStray().toString()]).toEqual([true, 'GET']);
  });

  it('carries another protocol after a switch or a tunnel', () => {
    for (const [method, line] of [
      ['GET', 'HTTP/1.1 101 Switching'],
      ['CONNECT', 'HTTP/1.1 200 OK'],
    ] as const) {
      const reader = new HttpReader('response');
      reader.expect(method);
      const messages = reader.push(bytes(`${line}\r\n\r\nHTTP/1.1 200 OK\r\n\r\n`));
      expect(messages.map(({ framing }) => framing)).toEqual([{ by: 'none' }]);
      expect([reader.broken, reader.takeStray().toString()]).toEqual([true, 'HTTP/1.1 200 OK\r\n\r\n']);
    }
  });

  it('counts interim responses for no request', () => {
    const reader = new HttpReader('response');
    reader.expect('HEAD');
    reader.expect('GET');
    const length = 'Content-Length: 1\r\n\r\n';
    const messages = reader.push(
      bytes(
        `HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 200 OK\r\n${length}HTTP/1.1 103 Hints\r\n\r\nHTTP/1.1 200 OK\r\n${length}x`,
      ),
    );
    expect(messages.map(({ status, interim, body }) => [status, interim, body.toString()])).toEqual([
      [100, true, ''],
      [200, false, ''],
      [103, true, ''],
      [200, false, 'x'],
    ]);
  });

  it.each<[text: string, how: 'closed' | 'reset', defect: string, by: string]>([
    ['GET / HT', 'closed', 'cut: connection closed inside the head, after 8 bytes', 'none'],
    ['GET / HTTP/1.1\r\nA: b\r\n', 'reset', 'cut: connection reset inside the head, after 22 bytes', 'none'],
    [
      'P / HTTP/1.1\r\nContent-Length: 5\r\n\r\nab',
      'closed',
      'cut: connection closed after 2 of 5 body bytes',
      'length',
    ],
    [
      'P / HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n2\r\na',
      'closed',
      'cut: connection closed inside chunk 1 (after 1 body bytes)',
      'chunked',
    ],
    [
      'P / HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n0\r\nA',
      'reset',
      'cut: connection reset inside the trailer section',
      'chunked',
    ],
  ])('that ends early cuts the message: %s', (text, how, defect, by) => {
    const reader = new HttpReader('request');
    reader.push(bytes(text));
    const message = reader.end(how);
    expect(message?.startLine).toBe(text.split('\r\n')[0]);
    expect([message?.defect, message?.framing.by, reader.broken]).toEqual([defect, by, true]);
    expect(message?.headers).toHaveLength(text.includes('\r\n') ? 1 : 0);
  });

  it('ends a body that has no other end, unless it is reset', () => {
    const text = 'HTTP/1.1 200 OK\r\nA: b\r\n\r\nabc';
    const closed = new HttpReader('response');
    closed.push(bytes(text));
    expect(closed.end()).toMatchObject({ framing: { by: 'close' }, headers: [['A', 'b']] });
    const reset = new HttpReader('response');
    reset.push(bytes(text));
    const message = reset.end('reset');
    expect([message?.defect, message?.body.toString()]).toEqual(['cut: connection reset after 3 body bytes', 'abc']);
    expect(message?.framing).toEqual({ by: 'close' });
  });

  it('keeps the fields of a message whose chunks are broken', () => {
    const reader = new HttpReader('request');
    const [message] = reader.push(bytes('P / HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n1\r\nx\r\nz\r\nmore'));
    expect(message).toMatchObject({
      headers: [['Transfer-Encoding', 'chunked']],
      framing: { by: 'chunked', chunks: [1] },
    });
    expect(message?.defect).toMatch(/^bad chunk: size "z"/);
    expect([reader.broken, reader.takeStray().toString()]).toEqual([true, 'more']);
  });

  it('has trailers whose defects are those of the message', () => {
    const [message] = new HttpReader('request').push(
      bytes('P / HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n0\r\nbad\r\n\r\n'),
    );
    expect(message?.defect).toBe('trailer line 1: "bad" has no colon');
    expect(Object.keys(message ?? {})).not.toContain('trailers');
  });
});
