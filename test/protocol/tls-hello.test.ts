import { randomBytes } from 'node:crypto';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { readClientHello, readHelloAnswer, writeClientHello } from '../../harness/protocol/tls-hello.js';
import { CERTIFICATE_SUITES, PSK_SUITES, suiteCode, suiteName } from '../../harness/protocol/tls-suites.js';

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

it('suites have names and codes that lead to each other', () => {
  const suites = [...PSK_SUITES, ...CERTIFICATE_SUITES];
  for (const { name, code } of suites) expect([suiteName(code), suiteCode(name)]).toEqual([name, code]);
  expect(suiteCode(suiteName(0x1234))).toBe(0x1234);
  expect(suiteCode('TLS_NO_SUCH_SUITE')).toBeUndefined();
});
