import { randomBytes } from 'node:crypto';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  type HelloOffer,
  readClientHello,
  readHelloAnswer,
  writeClientHello,
} from '../../harness/protocol/tls-hello.js';
import {
  CERTIFICATE_SUITES,
  PSK_SUITES,
  suiteCode,
  suiteName,
  type TlsVersion,
  versionCode,
  versionName,
} from '../../harness/protocol/tls-suites.js';

const PSK = 'TLS_PSK_WITH_AES_128_GCM_SHA256';

const two = (value: number): readonly number[] => [value >> 8, value & 0xff];

/** A record of that type (RFC 8446 5.1). */
function record(type: number, content: readonly number[]): Buffer {
  return Buffer.from([type, 3, 3, ...two(content.length), ...content]);
}

/** A handshake message in a record of its own. */
function message(type: number, body: readonly number[]): Buffer {
  return record(22, [type, 0, ...two(body.length), ...body]);
}

function ext(type: number, value: readonly number[]): readonly number[] {
  return [...two(type), ...two(value.length), ...value];
}

/** A server name (RFC 6066 3). */
function nameExtension(name: string, type = 0): readonly number[] {
  const bytes = [...Buffer.from(name, 'latin1')];
  return ext(0, [...two(bytes.length + 3), type, ...two(bytes.length), ...bytes]);
}

interface HelloParts {
  readonly legacy?: number;
  readonly session?: readonly number[];
  readonly suites?: readonly number[];
  readonly extensions?: readonly number[];
}

/** A ClientHello put together by hand (RFC 5246 7.4.1.2). */
function clientHello({ legacy = 0x0303, session = [], suites = [0x00a8], extensions }: HelloParts): Buffer {
  const offered = suites.flatMap(two);
  const last = extensions === undefined ? [] : [...two(extensions.length), ...extensions];
  const body = [...two(legacy), ...Array(32).fill(7), session.length, ...session];
  return message(1, [...body, ...two(offered.length), ...offered, 1, 0, ...last]);
}

/** A ServerHello with what follows its compression method. */
function serverHello(rest: readonly number[]): Buffer {
  return message(2, [3, 3, ...Array(32).fill(7), 2, 8, 9, 0x00, 0xa8, 0, ...rest]);
}

const offer = {
  versions: ['TLSv1.2', 'TLSv1.3'] as const,
  suites: ['TLS_AES_128_GCM_SHA256', 'TLS_PSK_WITH_AES_128_GCM_SHA256', '0xFEFE'],
  random: Buffer.alloc(32, 7),
  keyShare: Buffer.alloc(32, 9),
};

describe('a ClientHello', () => {
  it('says what it was written with', () => {
    expect(readClientHello(writeClientHello(offer))).toEqual({ versions: offer.versions, suites: offer.suites });
  });

  it('of TLS 1.1 carries that version in its one field', () => {
    const bytes = writeClientHello({
      versions: ['TLSv1.1'],
      suites: ['TLS_RSA_WITH_AES_128_CBC_SHA'],
      random: Buffer.alloc(32),
    });
    expect(bytes.readUInt16BE(9)).toBe(0x0302);
    expect(readClientHello(bytes)).toEqual({ versions: ['TLSv1.1'], suites: ['TLS_RSA_WITH_AES_128_CBC_SHA'] });
  });

  it('is read from any number of records', () => {
    const whole = writeClientHello(offer).subarray(5);
    const records = [whole.subarray(0, 11), whole.subarray(11)].map((part) =>
      Buffer.concat([Buffer.from([22, 3, 1, part.length >> 8, part.length & 0xff]), part]),
    );
    expect(readClientHello(Buffer.concat(records))?.suites).toEqual(offer.suites);
  });

  it('is none while a byte is missing, and hostile bytes never throw', () => {
    const whole = writeClientHello(offer);
    for (let size = 0; size < whole.length; size += 1) expect(readClientHello(whole.subarray(0, size))).toBeUndefined();
    fc.assert(fc.property(fc.uint8Array({ maxLength: 300 }), (bytes) => void readClientHello(Buffer.from(bytes))));
    fc.assert(
      fc.property(fc.nat(whole.length - 1), fc.nat(255), (at, value) => {
        const broken = Buffer.from(whole);
        broken[at] = value;
        readClientHello(broken);
      }),
    );
  });
});

describe('the answer to a ClientHello', () => {
  it('is an alert, a ServerHello, something else, or not whole yet', () => {
    expect(readHelloAnswer(Buffer.from([21, 3, 3, 0, 2, 2, 70]))).toEqual({ kind: 'alert', alert: 70 });
    expect(readHelloAnswer(Buffer.from([21, 3, 3, 0, 2, 2]))).toEqual({ kind: 'more' });
    expect(readHelloAnswer(Buffer.from('HTTP/1.1 400 Bad Request\r\n'))).toEqual({ kind: 'other' });
    expect(readHelloAnswer(Buffer.alloc(0))).toEqual({ kind: 'more' });
    const hello = Buffer.concat([Buffer.from([3, 3]), randomBytes(32), Buffer.from([0, 0x00, 0xa8, 0])]);
    const message = Buffer.concat([Buffer.from([2, 0, 0, hello.length]), hello]);
    const record = Buffer.concat([Buffer.from([22, 3, 3, 0, message.length]), message]);
    expect(readHelloAnswer(record)).toEqual({
      kind: 'server-hello',
      version: 'TLSv1.2',
      suite: 'TLS_PSK_WITH_AES_128_GCM_SHA256',
    });
    fc.assert(fc.property(fc.uint8Array({ maxLength: 200 }), (bytes) => void readHelloAnswer(Buffer.from(bytes))));
  });
});

describe('what a ClientHello says', () => {
  it.each<[string, Buffer, unknown]>([
    ['no extensions', clientHello({}), { versions: ['TLSv1.2'], suites: [PSK] }],
    ['an empty list of extensions', clientHello({ extensions: [] }), { versions: ['TLSv1.2'], suites: [PSK] }],
    ['an old version', clientHello({ legacy: 0x0301 }), { versions: ['TLSv1'], suites: [PSK] }],
    ['an unknown version', clientHello({ legacy: 0x7f1c }), { versions: ['0x7F1C'], suites: [PSK] }],
    ['a session and a compression', clientHello({ session: [1, 2, 3] }), { versions: ['TLSv1.2'], suites: [PSK] }],
    [
      'versions in an extension',
      clientHello({ extensions: [...ext(10, [0, 0]), ...ext(43, [4, 3, 4, 3, 3])] }),
      { versions: ['TLSv1.3', 'TLSv1.2'], suites: [PSK] },
    ],
    [
      'values of GREASE and of signalling',
      clientHello({
        suites: [0x0a0a, 0x1a1a, 0xfafa, 0x00ff, 0x5600, 0x00a8, 0x0a1a, 0x1a0a, 0x0a0b, 0x1111],
        extensions: ext(43, [6, 0x2a, 0x2a, 3, 3, 0x2a, 0x3a]),
      }),
      { versions: ['TLSv1.2', '0x2A3A'], suites: [PSK, '0x0A1A', '0x1A0A', '0x0A0B', '0x1111'] },
    ],
    [
      'a server name',
      clientHello({ extensions: nameExtension('dm.example') }),
      { versions: ['TLSv1.2'], suites: [PSK], serverName: 'dm.example' },
    ],
    [
      'a server name after other extensions',
      clientHello({ extensions: [...ext(23, []), ...nameExtension('\u00e9')] }),
      { versions: ['TLSv1.2'], suites: [PSK], serverName: '\u00e9' },
    ],
    ['an empty server name', clientHello({ extensions: nameExtension('') }), { versions: ['TLSv1.2'], suites: [PSK] }],
    [
      'a name that is none of a host',
      clientHello({ extensions: nameExtension('x', 1) }),
      { versions: ['TLSv1.2'], suites: [PSK] },
    ],
    [
      'a server name cut short',
      clientHello({ extensions: ext(0, [0, 6, 0, 0, 4, 97, 98, 99]) }),
      { versions: ['TLSv1.2'], suites: [PSK] },
    ],
    [
      'a server name that is nothing',
      clientHello({ extensions: ext(0, []) }),
      { versions: ['TLSv1.2'], suites: [PSK] },
    ],
    [
      'an extension cut short',
      clientHello({ extensions: [0, 43, 0, 9, 2, 3, 4] }),
      { versions: ['TLSv1.2'], suites: [PSK] },
    ],
    [
      'half an extension',
      clientHello({ extensions: [...ext(43, [2, 3, 4]), 0, 0, 0] }),
      { versions: ['TLSv1.3'], suites: [PSK] },
    ],
  ])('with %s', (_what, bytes, wanted) => {
    expect(readClientHello(bytes)).toEqual(wanted);
  });

  it('has no empty member for a server name that is not there', () => {
    expect(Object.keys(readClientHello(clientHello({})) ?? {})).toEqual(['versions', 'suites']);
  });

  it('is nothing where the message is another, or its inner lengths do not fit', () => {
    const whole = [...clientHello({ extensions: ext(43, [2, 3, 4]) }).subarray(9)];
    expect(readClientHello(message(1, whole))).toBeDefined();
    for (let size = 0; size < whole.length; size += 1) {
      const read = readClientHello(message(1, whole.slice(0, size)));
      // Without its extensions the message is whole: they may be left out.
      if (size === whole.length - 9) expect(read?.versions).toEqual(['TLSv1.2']);
      else expect(read, `${size} bytes`).toBeUndefined();
    }
    expect(readClientHello(message(2, whole))).toBeUndefined();
    expect(readClientHello(record(23, [1, 0, 0, whole.length, ...whole]))).toBeUndefined();
    expect(readClientHello(record(22, [1, 0, 0, whole.length + 1, ...whole]))).toBeUndefined();
  });

  it('ends with the message, whatever follows', () => {
    const hello = clientHello({});
    const wanted = { versions: ['TLSv1.2'], suites: [PSK] };
    expect(readClientHello(Buffer.concat([hello, record(20, [1]), hello]))).toEqual(wanted);
    expect(readClientHello(Buffer.concat([hello, message(11, [1, 2])]))).toEqual(wanted);
    expect(readClientHello(Buffer.concat([hello, Buffer.from([22, 3])]))).toEqual(wanted);
  });
});

describe('the bytes of a ClientHello', () => {
  const random = '07'.repeat(32);
  const key = '09'.repeat(32);
  const groups = '000a 0008 0006 001d 0017 0100';
  const points = '000b 0002 01 00';
  const signatures = '000d 000c 000a 0403 0804 0401 0203 0201';
  const hex = (text: string): string => text.replaceAll(' ', '');

  const { keyShare, ...keyless } = offer;

  it.each<[string, HelloOffer, string]>([
    [
      'TLS 1.3 with a key',
      { ...keyless, keyShare, versions: ['TLSv1.2', 'TLSv1.3'] },
      `16 0301 0088 01 000084 0303 ${random} 00 0006 1301 00a8 fefe 01 00 0055
       ${groups} ${points} ${signatures} 002b 0005 04 0303 0304 0033 0026 0024 001d 0020 ${key}`,
    ],
    [
      'TLS 1.3 without one',
      { ...keyless, versions: ['TLSv1.3'] },
      `16 0301 005c 01 000058 0303 ${random} 00 0006 1301 00a8 fefe 01 00 0029
       ${groups} ${points} ${signatures} 002b 0003 02 0304`,
    ],
    [
      'TLS 1.2, for which a key is nothing',
      { ...keyless, keyShare, versions: ['TLSv1.2'], suites: ['NO_SUCH_SUITE', 'TLS_PSK_WITH_AES_128_GCM_SHA256'] },
      `16 0301 0051 01 00004d 0303 ${random} 00 0002 00a8 01 00 0022 ${groups} ${points} ${signatures}`,
    ],
    [
      'TLS 1.1',
      { ...keyless, keyShare, versions: ['TLSv1', 'TLSv1.1'], suites: ['TLS_RSA_WITH_AES_128_CBC_SHA'] },
      `16 0301 0041 01 00003d 0302 ${random} 00 0002 002f 01 00 0012 ${groups} ${points}`,
    ],
  ])('of %s', (_what, wantedOffer, wanted) => {
    expect(writeClientHello(wantedOffer).toString('hex')).toBe(hex(wanted).replaceAll(/\s/g, ''));
  });
});

describe('what a server answers', () => {
  const alert = [21, 3, 3, 0, 2, 2, 40];

  it.each<[string, Buffer, unknown]>([
    ['nothing', Buffer.alloc(0), { kind: 'more' }],
    ['one byte of an alert', Buffer.from(alert.slice(0, 1)), { kind: 'more' }],
    ['two bytes of an alert', Buffer.from(alert.slice(0, 2)), { kind: 'more' }],
    ['the head of an alert', Buffer.from(alert.slice(0, 5)), { kind: 'more' }],
    ['half an alert', Buffer.from(alert.slice(0, 6)), { kind: 'more' }],
    ['an alert', Buffer.from(alert), { kind: 'alert', alert: 40 }],
    ['an alert and more', Buffer.from([...alert, 21]), { kind: 'alert', alert: 40 }],
    ['one byte of a handshake', Buffer.from([22]), { kind: 'more' }],
    ['a record of application data', record(23, [1]), { kind: 'other' }],
    ['a record of another protocol', Buffer.from([22, 1, 0, 0, 0, 0]), { kind: 'other' }],
    ['two bytes of another protocol', Buffer.from([21, 0]), { kind: 'other' }],
    ['one byte of HTTP', Buffer.from('H'), { kind: 'other' }],
    ['a byte beside the third of a handshake', Buffer.from([0, 3, 3]), { kind: 'other' }],
    ['a handshake that is no ServerHello', message(11, [0, 0, 0]), { kind: 'more' }],
    ['TLS 1.2', serverHello([]), { kind: 'server-hello', version: 'TLSv1.2', suite: PSK }],
    [
      'TLS 1.2 with extensions',
      serverHello([0, 4, ...ext(23, [])]),
      { kind: 'server-hello', version: 'TLSv1.2', suite: PSK },
    ],
    ['TLS 1.3', serverHello([0, 6, ...ext(43, [3, 4])]), { kind: 'server-hello', version: 'TLSv1.3', suite: PSK }],
    [
      'a version cut short',
      serverHello([0, 5, ...ext(43, [3])]),
      { kind: 'server-hello', version: 'TLSv1.2', suite: PSK },
    ],
    ['a half ServerHello that says it is whole', message(2, [3, 3, ...Array(32).fill(0), 0, 0]), { kind: 'other' }],
    ['extensions cut short', serverHello([0, 9, 0, 43]), { kind: 'other' }],
    ['half a length of extensions', serverHello([0]), { kind: 'other' }],
  ])('%s', (_what, bytes, wanted) => {
    expect(readHelloAnswer(bytes)).toEqual(wanted);
  });

  it('is awaited until the ServerHello is whole', () => {
    const whole = serverHello([0, 6, ...ext(43, [3, 4])]);
    for (let size = 0; size < whole.length; size += 1)
      expect(readHelloAnswer(whole.subarray(0, size)), `${size} bytes`).toEqual({ kind: 'more' });
  });
});

it('suites have names and codes that lead to each other', () => {
  const suites = [...PSK_SUITES, ...CERTIFICATE_SUITES];
  for (const { name, code } of suites) expect([suiteName(code), suiteCode(name)]).toEqual([name, code]);
  expect(suites).toHaveLength(13);
});

it.each<[name: string, code: number | undefined]>([
  ['TLS_PSK_WITH_AES_128_GCM_SHA256', 0x00a8],
  ['TLS_AES_128_GCM_SHA256', 0x1301],
  ['TLS_RSA_WITH_AES_128_CBC_SHA', 0x002f],
  ['0x1234', 0x1234],
  ['0xABCD', 0xabcd],
  ['0Xabcd', 0xabcd],
  ['TLS_NO_SUCH_SUITE', undefined],
  ['0x123', undefined],
  ['0x12345', undefined],
  ['00x1234', undefined],
  ['x1234', undefined],
  ['1234', undefined],
  ['', undefined],
])('the suite %s has the code %s', (name, code) => {
  expect(suiteCode(name)).toBe(code);
});

it('suites and versions that nobody knows are told by their numbers', () => {
  expect([suiteName(0), suiteName(0x0a), suiteName(0xabcd)]).toEqual([
    '0x0000',
    'TLS_RSA_WITH_3DES_EDE_CBC_SHA',
    '0xABCD',
  ]);
  expect([versionName(0x0305), versionName(0xa), versionName(0x7f1c)]).toEqual(['0x0305', '0x000A', '0x7F1C']);
});

it.each<[TlsVersion, number]>([
  ['SSLv3', 0x0300],
  ['TLSv1', 0x0301],
  ['TLSv1.1', 0x0302],
  ['TLSv1.2', 0x0303],
  ['TLSv1.3', 0x0304],
])('%s has the number %s', (name, code) => {
  expect([versionCode(name), versionName(code)]).toEqual([code, name]);
});
