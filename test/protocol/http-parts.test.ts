import { describe, expect, it } from 'vitest';
import { ByteSink } from '../../harness/protocol/byte-sink.js';
import { ChunkReader } from '../../harness/protocol/http-chunks.js';
import { opensTunnel, planFraming } from '../../harness/protocol/http-framing.js';
import { readFields, readStartLine, usualHead, withoutLineEnd } from '../../harness/protocol/http-head.js';

describe('a request line', () => {
  it.each<[text: string, method: string, target: string, httpVersion: string]>([
    ['GET / HTTP/1.1', 'GET', '/', 'HTTP/1.1'],
    ["!#$%&'*+-.^_`|~09Az !~ HTTP/1.0", "!#$%&'*+-.^_`|~09Az", '!~', 'HTTP/1.0'],
  ])('%s is read', (text, method, target, httpVersion) => {
    expect(readStartLine('request', text)).toEqual({ line: { method, target, httpVersion } });
  });

  it.each<[text: string, method: string, target: string, defect: string]>([
    ['G(T / HTTP/1.1', 'G(T', '/', 'start line: method "G(T" is no token'],
    ['G\u00c9T / HTTP/1.1', 'G\u00c9T', '/', 'start line: method "GÉT" is no token'],
    ['GET /a b HTTP/1.1', 'GET', '/a b', 'request target "/a b" holds spaces'],
    ['GET  / HTTP/1.1', 'GET', '/', 'request target " /" holds spaces'],
    ['GET /  HTTP/1.1', 'GET', '/', 'request target "/ " holds spaces'],
    ['GET  HTTP/1.1', 'GET', '', 'request target "" holds spaces'],
    ['GET /\u007f HTTP/1.1', 'GET', '/\u007f', 'holds spaces, control or non-ASCII characters'],
    ['GET /\u00e9 HTTP/1.1', 'GET', '/\u00e9', 'holds spaces, control or non-ASCII characters'],
  ])('%s is read in spite of its defect', (text, method, target, defect) => {
    const reading = readStartLine('request', text);
    expect(reading.line).toEqual({ method, target, httpVersion: 'HTTP/1.1' });
    expect(reading.defect).toContain(defect);
    expect(reading.fatal).toBeUndefined();
  });

  it.each([
    '',
    'GET',
    'GET HTTP/1.1',
    ' HTTP/1.1',
    ' / HTTP/1.1',
    'GET /',
    'GET / HTTP/1',
    'GET / HTTP/1.10',
    'GET / xHTTP/1.1',
    'GET / http/1.1',
    'GET / HTTP/1.1 ',
  ])('"%s" is none', (text) => {
    expect(readStartLine('request', text)).toEqual({
      fatal: `start line ${JSON.stringify(text)} is no HTTP/1.x request line`,
    });
  });

  it('of another version is none of HTTP/1.x', () => {
    const line = { method: 'GET', target: '/', httpVersion: 'HTTP/2.0' };
    expect(readStartLine('request', 'GET / HTTP/2.0')).toEqual({
      line,
      fatal: 'start line: version HTTP/2.0 is not HTTP/1.x',
    });
  });
});

describe('a status line', () => {
  it.each<[text: string, status: number, reason: string]>([
    ['HTTP/1.1 200 OK', 200, 'OK'],
    ['HTTP/1.1 404 Not  Found ', 404, 'Not  Found '],
    ['HTTP/1.1 200 ', 200, ''],
    ['HTTP/1.1 204', 204, ''],
    ['HTTP/1.1 299 a\tb\u00e9', 299, 'a\tb\u00e9'],
    ['HTTP/1.1 099 x', 99, 'x'],
  ])('%s is read', (text, status, reason) => {
    expect(readStartLine('response', text)).toEqual({ line: { status, reason, httpVersion: 'HTTP/1.1' } });
  });

  it('may have a control character in its reason, which is a defect', () => {
    for (const char of ['\u0000', '\u0008', '\n', '\r', '\u001f', '\u007f'])
      expect(readStartLine('response', `HTTP/1.0 500 a${char}b`)).toEqual({
        line: { status: 500, reason: `a${char}b`, httpVersion: 'HTTP/1.0' },
        defect: 'start line: control character in the reason phrase',
      });
  });

  it.each([
    '',
    'HTTP/1.1',
    'HTTP/1.1 ',
    'HTTP/1.1 20',
    'HTTP/1.1 2000',
    'HTTP/1.1 200OK',
    'HTTP/1.1  200',
    'HTTP/11 200',
    'xHTTP/1.1 200',
    'HTTP/1.1 2x0',
    'ICY 200 OK',
  ])('"%s" is none', (text) => {
    expect(readStartLine('response', text)).toEqual({
      fatal: `start line ${JSON.stringify(text)} is no HTTP/1.x status line`,
    });
  });

  it('of another version is none of HTTP/1.x', () => {
    const { fatal } = readStartLine('response', 'HTTP/3.0 200 OK');
    expect(fatal).toBe('start line: version HTTP/3.0 is not HTTP/1.x');
  });
});

describe('field lines', () => {
  it('are read with their values trimmed', () => {
    const lines = ['A:b', 'C: d ', 'E:\t f g\t', 'H:', 'I: j: k', "!#$%&'*+-.^_`|~09Az: x"];
    const fields = [
      ['A', 'b'],
      ['C', 'd'],
      ['E', 'f g'],
      ['H', ''],
      ['I', 'j: k'],
      ["!#$%&'*+-.^_`|~09Az", 'x'],
    ];
    expect(readFields(lines, 'header')).toEqual({ fields, defects: [] });
  });

  it('may be folded', () => {
    const lines = ['X: 1', 'A: b', ' c', '\td ', 'E:', ' f', 'G: h', '  '];
    const fields = [
      ['X', '1'],
      ['A', 'b c d'],
      ['E', 'f'],
      ['G', 'h'],
    ];
    expect(readFields(lines, 'header')).toEqual({ fields, defects: [] });
  });

  it.each<[line: string, fields: readonly unknown[], defect: string]>([
    ['Stray', [], '"Stray" has no colon'],
    ['', [], '"" has no colon'],
    [':x', [], 'field name "" is no token'],
    ['A B: c', [], 'field name "A B" is no token'],
    ['\u00c4: c', [], 'field name "Ä" is no token'],
    ['A : b', [['A', 'b']], 'space before the colon in "A : b"'],
    ['A\t: b', [['A', 'b']], 'space before the colon in "A\\t: b"'],
    [' A: b', [], '" A: b" continues no field'],
    ['\tA: b', [], '"\\tA: b" continues no field'],
    ['A: \u0001', [['A', '\u0001']], 'control character in "A: \\u0001"'],
    ['A: b\rc', [['A', 'b\rc']], 'control character in "A: b\\rc"'],
    ['A: \u007f', [['A', '\u007f']], 'control character in'],
  ])('%s has a defect', (line, fields, defect) => {
    const reading = readFields([line], 'header');
    expect(reading.fields).toEqual(fields);
    expect(reading.defects).toHaveLength(1);
    expect(reading.defects[0]).toContain(`header line 1: ${defect}`);
  });

  it('tell of each line what is wrong with it, and go on', () => {
    const { fields, defects } = readFields(['A: 1', 'x', 'B: 2', 'y\u0000'], 'trailer');
    expect(fields).toEqual([
      ['A', '1'],
      ['B', '2'],
    ]);
    expect(defects).toEqual([
      'trailer line 2: "x" has no colon',
      'trailer line 4: control character in "y\\u0000"',
      'trailer line 4: "y\\u0000" has no colon',
    ]);
  });

  it('make the usual head', () => {
    expect(
      usualHead('GET / HTTP/1.1', [
        ['A', 'b'],
        ['C', ''],
      ]),
    ).toBe('GET / HTTP/1.1\r\nA: b\r\nC: \r\n\r\n');
    expect(usualHead('x', [])).toBe('x\r\n\r\n');
  });

  it.each([
    ['a\r\n', 'a'],
    ['a\n', 'a'],
    ['a\r', 'a\r'],
    ['a', 'a'],
    ['a\r\r\n', 'a\r'],
    ['\n', ''],
    ['', ''],
  ])('%s without its end is %s', (line, text) => {
    expect(withoutLineEnd(line)).toBe(text);
  });
});

describe('where the body ends', () => {
  const response = (
    status: number,
    fields: readonly (readonly [string, string])[],
    method?: string,
    httpVersion = 'HTTP/1.1',
  ) => planFraming('response', { status, httpVersion }, fields, method);
  const request = (fields: readonly (readonly [string, string])[], httpVersion = 'HTTP/1.1') =>
    planFraming('request', { method: 'POST', target: '/', httpVersion }, fields, undefined);
  const LENGTH = [['content-length', '5']] as const;

  it.each<[status: number, method: string | undefined, by: string]>([
    [200, 'HEAD', 'none'],
    [404, 'HEAD', 'none'],
    [100, 'GET', 'none'],
    [101, undefined, 'none'],
    [199, undefined, 'none'],
    [200, undefined, 'length'],
    [203, 'GET', 'length'],
    [204, 'GET', 'none'],
    [205, 'GET', 'length'],
    [303, 'GET', 'length'],
    [304, 'GET', 'none'],
    [305, 'GET', 'length'],
    [200, 'CONNECT', 'none'],
    [299, 'CONNECT', 'none'],
    [300, 'CONNECT', 'length'],
    [407, 'CONNECT', 'length'],
    [200, 'head', 'length'],
  ])('of a response %s to %s', (status, method, by) => {
    expect(response(status, LENGTH, method).by).toBe(by);
  });

  it.each<[status: number, method: string | undefined, opens: boolean]>([
    [101, undefined, true],
    [101, 'GET', true],
    [100, 'CONNECT', false],
    [199, 'CONNECT', false],
    [200, 'CONNECT', true],
    [299, 'CONNECT', true],
    [300, 'CONNECT', false],
    [200, 'GET', false],
    [200, undefined, false],
    [200, '', false],
  ])('a response %s to %s opens a tunnel: %s', (status, method, opens) => {
    expect(opensTunnel(status, method)).toBe(opens);
  });

  it('is the end of the head, or that of the connection, where no field says anything', () => {
    expect(request([['Host', 'a']])).toEqual({ by: 'none', defects: [] });
    expect(
      response(200, [
        ['content-lengths', '5'],
        ['content-lengtX', '5'],
        ['content', '5'],
      ]),
    ).toEqual({ by: 'close', defects: [] });
    expect(response(200, [['x', '5']], 'HEAD')).toEqual({ by: 'none', defects: [] });
  });

  it.each<[values: readonly string[], length: number]>([
    [['0'], 0],
    [[' 5 '], 5],
    [['5, 5'], 5],
    [['5', '05'], 5],
    [['9007199254740991'], 9_007_199_254_740_991],
  ])('is told by Content-Length %s', (values, length) => {
    const fields = values.map((value) => ['CONTENT-Length', value] as const);
    expect(request(fields)).toEqual({ by: 'length', length, defects: [] });
    expect(response(200, fields)).toEqual({ by: 'length', length, defects: [] });
  });

  it.each<[values: readonly string[], fatal: string]>([
    [[''], 'Content-Length "" is no number of bytes'],
    [['5,'], 'Content-Length "" is no number of bytes'],
    [['5x'], 'Content-Length "5x" is no number of bytes'],
    [['x5'], 'Content-Length "x5" is no number of bytes'],
    [['+5'], 'Content-Length "+5" is no number of bytes'],
    [['-5'], 'Content-Length "-5" is no number of bytes'],
    [['5.0'], 'Content-Length "5.0" is no number of bytes'],
    [['9007199254740992'], 'Content-Length "9007199254740992" is no number of bytes'],
    [['5', '6'], 'conflicting lengths: Content-Length "5" and "6"'],
    [['5, 5', '6'], 'conflicting lengths: Content-Length "5" and "6"'],
    [['5', 'x'], 'Content-Length "x" is no number of bytes'],
  ])('is not told by Content-Length %s', (values, fatal) => {
    expect(request(values.map((value) => ['Content-Length', value] as const))).toEqual({ by: 'unknown', fatal });
  });

  it.each<[kind: 'request' | 'response', coding: string, by: string]>([
    ['request', 'chunked', 'chunked'],
    ['request', 'gzip, Chunked ', 'chunked'],
    ['response', 'chunked', 'chunked'],
    ['response', 'gzip', 'close'],
    ['response', 'chunked, gzip', 'close'],
    ['response', '', 'close'],
  ])('of a %s with Transfer-Encoding %s', (kind, coding, by) => {
    const fields = [['Transfer-Encoding', coding]] as const;
    expect(kind === 'request' ? request(fields) : response(200, fields)).toEqual({ by, defects: [] });
  });

  it('is unknown where Transfer-Encoding does not tell it', () => {
    expect(
      request([
        ['Transfer-Encoding', 'chunked'],
        ['Transfer-Encoding', 'GZIP'],
      ]),
    ).toEqual({
      by: 'unknown',
      fatal: 'Transfer-Encoding "chunked, gzip" does not end with chunked',
    });
    const fatal = 'Transfer-Encoding names chunked more than once';
    expect(request([['Transfer-Encoding', 'chunked, chunked']])).toEqual({ by: 'unknown', fatal });
    expect(response(200, [['Transfer-Encoding', 'chunked, gzip, chunked']])).toEqual({ by: 'unknown', fatal });
  });

  it('is that of the chunks where a length stands beside them, which is a defect', () => {
    expect(request([...LENGTH, ['Transfer-Encoding', 'chunked']], 'HTTP/1.0')).toEqual({
      by: 'chunked',
      defects: [
        'conflicting lengths: both Transfer-Encoding and Content-Length',
        'Transfer-Encoding in an HTTP/1.0 message',
      ],
    });
    expect(response(200, [...LENGTH, ['Transfer-Encoding', 'gzip']])).toEqual({
      by: 'close',
      defects: ['conflicting lengths: both Transfer-Encoding and Content-Length'],
    });
  });
});

describe('chunks', () => {
  /** Feeds the text piece by piece until the reader is done or breaks. @returns the reader, its body, and how much it left. */
  function read(...pieces: readonly string[]) {
    const body = new ByteSink();
    const reader = new ChunkReader(body);
    let left = 0;
    for (const piece of pieces) {
      const bytes = Buffer.from(piece, 'latin1');
      let at = 0;
      while (at < bytes.length && !reader.done && reader.broken === undefined) at = reader.step(bytes, at);
      left += bytes.length - at;
    }
    return { reader, body: body.latin1(), left };
  }

  it.each<[text: string, body: string, sizes: readonly number[]]>([
    ['0\r\n\r\n', '', []],
    ['0\n\n', '', []],
    ['3\r\nabc\r\n0\r\n\r\n', 'abc', [3]],
    ['3\nabc\n000\n\n', 'abc', [3]],
    ['a;x=y\r\n0123456789\r\nB \t;"z"\r\n0123456789a\r\n00 \r\n\r\n', '01234567890123456789a', [10, 11]],
    ['1\t\r\n\n\r\n0;\r\n\r\n', '\n', [1]],
  ])('%s are read', (text, body, sizes) => {
    const whole = read(`${text}next`);
    expect([whole.reader.done, whole.reader.broken, whole.body, whole.reader.sizes, whole.left]).toEqual([
      true,
      undefined,
      body,
      sizes,
      4,
    ]);
    expect(whole.reader.trailers).toEqual({ fields: [], defects: [] });
    expect(read(...text).body).toBe(body);
  });

  it('may be followed by trailers', () => {
    const { reader } = read('1\r\nx\r\n0\r\nA: b\r\nC : d\n E\r\n\r\n');
    expect(reader.trailers).toEqual({
      fields: [
        ['A', 'b'],
        ['C', 'd E'],
      ],
      defects: ['trailer line 2: space before the colon in "C : d"'],
    });
  });

  it.each<[text: string, broken: string]>([
    ['\r\n', 'bad chunk: size "" in the size line of chunk 1 (after 0 body bytes)'],
    ['g\r\n', 'bad chunk: size "g" in the size line of chunk 1 (after 0 body bytes)'],
    ['5g\r\n', 'bad chunk: size "5g" in the size line of chunk 1 (after 0 body bytes)'],
    [' 5\r\n', 'bad chunk: size " 5" in the size line of chunk 1 (after 0 body bytes)'],
    ['5 5\r\n', 'bad chunk: size "5 5" in the size line of chunk 1 (after 0 body bytes)'],
    ['-5\r\n', 'bad chunk: size "-5" in the size line of chunk 1 (after 0 body bytes)'],
    ['0x5\r\n', 'bad chunk: size "0x5" in the size line of chunk 1 (after 0 body bytes)'],
    ['20000000000000\r\n', 'bad chunk: size "20000000000000" in the size line of chunk 1 (after 0 body bytes)'],
    ['1\r\nx\r\ny\r\n', 'bad chunk: size "y" in the size line of chunk 2 (after 1 body bytes)'],
    ['1\r\nx\r\n2\r\nabc\n', 'bad chunk: "c" where chunk 2 (after 3 body bytes) of 2 bytes should end its line'],
    ['1\r\nxy\n', 'bad chunk: "y" where chunk 1 (after 1 body bytes) of 1 bytes should end its line'],
    ['2\r\nabcd', 'bad chunk: chunk 1 (after 2 body bytes) has no line end within 2 bytes'],
    ['1\r\nx\ry', 'bad chunk: chunk 1 (after 1 body bytes) has no line end within 2 bytes'],
  ])('%s are broken', (text, broken) => {
    expect(read(text).reader.broken).toBe(broken);
    expect(read(...text).reader.broken).toBe(broken);
    expect(read(text).reader.done).toBe(false);
  });

  it('may be as large as a number can be', () => {
    expect(read('1fffffffffffff\r\nx').reader.broken).toBeUndefined();
  });

  it('have size lines of 16 KiB at most, line end included', () => {
    const fits = `1;${'x'.repeat(16_384 - 4)}\r\n`;
    expect(read(`${fits}y\r\n`).body).toBe('y');
    const broken = 'bad chunk: the size line of chunk 1 (after 0 body bytes) has no line end within 16384 bytes';
    expect(read(`x${fits}`).reader.broken).toBe(broken);
    const cut = read('1;'.padEnd(10_000, 'x'), 'x'.repeat(10_000));
    expect([cut.reader.broken, cut.left]).toEqual([broken, 20_000 - 16_384]);
  });

  it('have a trailer section of 256 KiB at most', () => {
    const line = `A: ${'x'.repeat(1024 - 5)}\r\n`;
    const most = 256 * 1024;
    const fits = read(`0\r\n${line.repeat(255)}B: ${'y'.repeat(1024 - 7)}\r\n\r\n`);
    expect([fits.reader.done, fits.reader.trailers?.fields.length]).toEqual([true, 256]);
    const many = read(`0\r\n${line.repeat(257)}`);
    expect(many.reader.broken).toBe(`oversized trailer section: no end within ${most} bytes`);
    expect(many.left).toBe(1024);
    const long = read(`0\r\n${line.repeat(200)}`, 'B: '.padEnd(60_000, 'y'));
    expect(long.reader.broken).toBe(`bad chunk: the trailer section has no line end within ${most - 200 * 1024} bytes`);
    expect(long.left).toBe(60_000 - (most - 200 * 1024));
    const one = read(`0\r\nB: ${'y'.repeat(20_000)}`);
    expect([one.reader.broken, one.reader.where]).toEqual([undefined, 'the trailer section']);
  });
});
