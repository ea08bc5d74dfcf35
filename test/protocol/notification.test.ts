import { createHash } from 'node:crypto';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  HEADER_BYTES,
  MOST_OPTIONS,
  type NotificationProblem,
  optionName,
} from '../../harness/protocol/notification.js';
import { readNotification } from '../../harness/protocol/read-notification.js';
import {
  digestOf,
  digestStanding,
  type NotificationContent,
  seal,
  writeNotification,
} from '../../harness/protocol/write-notification.js';
import { vectors } from './vectors.js';

interface Vector {
  readonly name: string;
  readonly hex: string;
  readonly view: Readonly<Record<string, unknown>> | 'none';
  readonly problems: readonly Pick<NotificationProblem, 'kind' | 'offset'>[];
}

const bytesOf = (hex: string): Buffer => Buffer.from(hex.replaceAll(' ', ''), 'hex');

describe('reading a notification', () => {
  it.each(vectors<Vector>('notifications.yaml').map((vector) => [vector.name, vector] as const))('%s', (_, vector) => {
    const { view, problems } = readNotification(bytesOf(vector.hex));
    expect(problems.map(({ kind, offset }) => ({ kind, offset }))).toEqual(vector.problems);
    if (vector.view === 'none') expect(view).toBeUndefined();
    else {
      const wanted = Object.entries(vector.view).map(([key, value]) => [key, value === 'none' ? undefined : value]);
      expect(view).toMatchObject(Object.fromEntries(wanted));
    }
  });

  it('never throws, and blames a place within the bytes', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 400 }), (bytes) => {
        const { view, problems } = readNotification(bytes);
        expect(view === undefined).toBe(bytes.length < HEADER_BYTES);
        for (const { offset } of problems) expect(offset).toBeLessThanOrEqual(bytes.length);
        const options = view?.options ?? [];
        expect(options.length).toBeLessThanOrEqual(view?.count ?? 0);
        for (const { offset, value } of options)
          expect(Buffer.from(bytes.slice(offset, offset + value.length))).toEqual(value);
      }),
    );
  });

  it('finds fault with every notification that is cut short', () => {
    const whole = writeNotification({ serverId: 'dm.example.com', identifier: 7, digest: true, timestamp: 1 });
    for (let length = 0; length < whole.length; length += 1)
      expect(readNotification(whole.subarray(0, length)).problems, `${length} bytes`).not.toEqual([]);
  });
});

const content: fc.Arbitrary<NotificationContent> = fc.record(
  {
    version: fc.nat(15),
    reserved: fc.nat(127),
    serverId: fc.string({ minLength: 1, maxLength: 300, unit: 'grapheme' }),
    connection: fc.nat(3),
    identifier: fc.nat(0xffff),
    digest: fc.boolean(),
    timestamp: fc.nat(0xffffffff),
    reqMos: fc.boolean(),
  },
  { requiredKeys: [] },
);
const others = fc
  .uniqueArray(fc.integer({ min: 7, max: 15 }), { maxLength: 5 })
  .chain((numbers) =>
    fc.tuple(...numbers.map((number) => fc.uint8Array({ maxLength: 600 }).map((value) => ({ number, value })))),
  )
  .map((options) => options.map(({ number, value }) => ({ number, value: Buffer.from(value) })));

describe('writing a notification', () => {
  it('is undone by reading it', () => {
    fc.assert(
      fc.property(content, others, (wanted, more) => {
        const { view, problems } = readNotification(writeNotification({ ...wanted, others: more }));
        expect(problems).toEqual([]);
        expect(view).toMatchObject({ version: wanted.version ?? 0, reserved: wanted.reserved ?? 0 });
        const { serverId, connection, identifier, timestamp } = wanted;
        expect([view?.serverId, view?.connection, view?.identifier, view?.timestamp]).toEqual([
          serverId,
          connection,
          identifier,
          timestamp,
        ]);
        expect([view?.digest !== undefined, view?.reqMos]).toEqual([wanted.digest === true, wanted.reqMos === true]);
        const unknown = view?.options.filter(({ number }) => number > 6) ?? [];
        expect(unknown.map(({ number, value }) => ({ number, value }))).toEqual(
          more.toSorted((a, b) => a.number - b.number),
        );
        expect(view?.count).toBeLessThanOrEqual(MOST_OPTIONS);
      }),
    );
  });

  it('refuses what delta and length cannot hold', () => {
    expect(() => writeNotification({ others: [{ number: 16, value: Buffer.alloc(0) }] })).toThrow(RangeError);
    expect(() => writeNotification({ others: [{ number: 7, value: Buffer.alloc(65_805) }] })).toThrow(RangeError);
  });
});

describe('the digest', () => {
  const credentials = { secret: 'topsecret', data: 'nonce' };
  const whole = writeNotification({ serverId: 'dm1', identifier: 0x0102, digest: true });

  it('is the one that another program computes', () => {
    const wanted = '2fe5836b2bece1d1a0224c9a58c5847a21f6e83705acdfde69b0289f542375c8';
    expect(digestOf(whole, credentials).toString('hex')).toBe(wanted);
    expect(readNotification(seal(whole, credentials)).view?.digest?.value.toString('hex')).toBe(wanted);
  });

  it('is right when sealed, and wrong as soon as any bit differs', () => {
    fc.assert(
      fc.property(fc.nat(whole.length * 8 - 1), (bit) => {
        const sealed = seal(whole, credentials);
        expect(digestStanding(sealed, credentials)).toBe('right');
        sealed[bit >> 3] = (sealed[bit >> 3] ?? 0) ^ (1 << (bit & 7));
        expect(digestStanding(sealed, credentials)).not.toBe('right');
      }),
    );
  });

  it('depends on secret and data', () => {
    const sealed = seal(whole, credentials);
    expect(digestStanding(sealed, { ...credentials, secret: 'other' })).toBe('wrong');
    expect(digestStanding(sealed, { ...credentials, data: '' })).toBe('wrong');
    expect(digestStanding(sealed, undefined)).toBe('unchecked');
    expect(digestStanding(writeNotification({ serverId: 'dm1' }), credentials)).toBe('absent');
  });
});

describe('the options', () => {
  it('have names, and numbers where they have none', () => {
    expect([0, 1, 2, 3, 4, 5, 6, 7].map(optionName)).toEqual([
      'option 0',
      'SERVER-ID',
      'PREFERRED-CON-TYPE',
      'NOTIFICATION-ID',
      'SHA256-DIGEST',
      'TIMESTAMP',
      'REQ-MOS',
      'option 7',
    ]);
  });

  it.each<[length: number, head: string]>([
    [0, '70'],
    [1, '71'],
    [12, '7c'],
    [13, '7d00'],
    [14, '7d01'],
    [268, '7dff'],
    [269, '7e0000'],
    [270, '7e0001'],
    [525, '7e0100'],
    [65_803, '7efffe'],
    [65_804, '7effff'],
  ])('of %s bytes begin with %s (D-12)', (length, head) => {
    const value = Buffer.alloc(length, 0x5a);
    const bytes = writeNotification({
      others: [
        { number: 7, value },
        { number: 8, value: Buffer.of(9) },
      ],
    });
    expect(bytes.subarray(0, 2 + head.length / 2).toString('hex')).toBe(`0100${head}`);
    expect(bytes).toHaveLength(2 + head.length / 2 + length + 2);
    const { view, problems } = readNotification(bytes);
    expect(problems).toEqual([]);
    expect(view?.options).toEqual([
      { number: 7, value, offset: 2 + head.length / 2 },
      { number: 8, value: Buffer.of(9), offset: bytes.length - 1 },
    ]);
  });

  it('may be fifteen numbers apart, or none, when they are written', () => {
    const value = Buffer.alloc(0);
    const of = (...numbers: readonly number[]) =>
      writeNotification({ others: numbers.map((number) => ({ number, value })) });
    expect(of(15, 30).toString('hex')).toBe('0100f0f0');
    expect(of(7, 7).toString('hex')).toBe('01007000');
    expect(of(0).toString('hex')).toBe('008000');
    expect(() => of(-1)).toThrow('an option number -1 above the one before cannot be written');
    expect(() => of(16)).toThrow('an option number 16 above the one before cannot be written');
    expect(() => of(7, 23)).toThrow(RangeError);
    const long = Buffer.alloc(65_805);
    expect(() => writeNotification({ others: [{ number: 7, value: long }] })).toThrow(
      'an option of 65805 bytes cannot be written',
    );
  });

  it('stand in the order of their numbers, and each in its format (TS 6.1)', () => {
    const bytes = writeNotification({
      version: 1,
      count: 3,
      reserved: 5,
      serverId: '\u00fc',
      connection: 2,
      identifier: 0x1234,
      timestamp: 0x01020304,
      reqMos: true,
      others: [{ number: 0, value: Buffer.of(1) }],
    });
    expect(bytes.toString('hex')).toBe('1185010112c3bc1102121234240102030410');
    const plain = writeNotification({ digest: false, reqMos: false, timestamp: undefined });
    expect(plain.toString('hex')).toBe('0000');
    expect(writeNotification({ digest: true }).toString('hex')).toBe(`00804d13${'00'.repeat(32)}`);
  });

  it.each<[hex: string, problems: readonly (readonly [kind: string, offset: number, option?: number])[]]>([
    ['', [['truncated', 0]]],
    ['00', [['truncated', 1]]],
    ['0080 00', []],
    ['0100 00 00', [['repeated', 3, 0]]],
    ['0100 11 61 01 62', [['repeated', 4, 1]]],
    ['0080', [['missing', 2]]],
    ['0100 11 61', [['missing', 4]]],
    ['0000 11', [['overlong', 2]]],
    ['0080 11 61 00', [['overlong', 4]]],
    ['0080 7f', [['length', 2, 7]]],
    ['0080 7d', [['truncated', 2, 7]]],
    ['0080 7d 00', [['truncated', 2, 7]]],
    ['0080 7e 00', [['truncated', 2, 7]]],
    ['0080 72 00', [['truncated', 2, 7]]],
    ['0080 10', [['value', 3, 1]]],
    ['0080 11 ff', [['value', 3, 1]]],
    ['0080 11 00', []],
    ['0080 20', [['value', 3, 2]]],
    ['0080 21 00', []],
    ['0080 21 03', []],
    ['0080 21 04', [['value', 3, 2]]],
    ['0080 22 00 00', [['value', 3, 2]]],
    ['0080 31 00', [['value', 3, 3]]],
    ['0080 32 00 00', []],
    ['0080 33 00 00 00', [['value', 3, 3]]],
    ['0080 53 00 00 00', [['value', 3, 5]]],
    ['0080 54 00 00 00 00', []],
    ['0080 55 00 00 00 00 00', [['value', 3, 5]]],
    ['0080 58 00 00 00 00 00 00 00 07', []],
    ['0080 60', []],
    ['0080 61 00', [['value', 3, 6]]],
    ['0080 70', []],
  ])('%s have what problems they have', (hex, problems) => {
    const found = readNotification(bytesOf(hex)).problems;
    expect(found.map(({ kind, offset, option }) => [kind, offset, option])).toEqual(
      problems.map(([kind, offset, option]) => [kind, offset, option]),
    );
  });

  it('that are cut off, or not there, are told apart by their words', () => {
    const words = (hex: string) => readNotification(bytesOf(hex)).problems.map(({ message }) => message);
    expect(words('0080 1d')).toEqual(['SERVER-ID is cut off']);
    expect(words('0080 1d 00')).toEqual(['SERVER-ID has 13 byte(s), 0 are left']);
    expect(words('0080 1e 00')).toEqual(['SERVER-ID is cut off']);
    expect(words('0080 1e 00 00')).toEqual(['SERVER-ID has 269 byte(s), 0 are left']);
  });

  it('whose value has another format say nothing', () => {
    const { view } = readNotification(bytesOf('0280 10 11 04 11 00 11 00 13 00 00 00'));
    expect(view?.options.map(({ number }) => number)).toEqual([1, 2, 3, 4, 5]);
    const { serverId, connection, identifier, digest, timestamp, reqMos } = view ?? {};
    expect([serverId, connection, identifier, digest, timestamp, reqMos]).toEqual([
      undefined,
      undefined,
      undefined,
      undefined,
      undefined,
      false,
    ]);
  });
});

describe('a digest', () => {
  const credentials = { secret: 'topsecret', data: Buffer.from('nonce') };

  it('that is not there changes nothing', () => {
    for (const bytes of [Buffer.alloc(0), Buffer.of(1), writeNotification({ serverId: 'dm1' })]) {
      expect(seal(bytes, credentials)).toEqual(bytes);
      expect(digestStanding(bytes, credentials)).toBe('absent');
      const wanted = createHash('sha256').update('topsecret').update(bytes).update('nonce').digest();
      expect(digestOf(bytes, credentials)).toEqual(wanted);
    }
  });

  it('covers what stands before and after it', () => {
    const others = [{ number: 9, value: Buffer.alloc(40, 3) }];
    const sealed = seal(writeNotification({ serverId: 'dm1', digest: true, reqMos: true, others }), credentials);
    const digest = readNotification(sealed).view?.digest;
    const zeroed = writeNotification({ serverId: 'dm1', digest: true, reqMos: true, others });
    const wanted = createHash('sha256').update('topsecret').update(zeroed).update('nonce').digest();
    expect(digest?.value).toEqual(wanted);
    expect(sealed.subarray((digest?.offset ?? 0) + 32)).toEqual(zeroed.subarray((digest?.offset ?? 0) + 32));
    expect(digestOf(sealed, credentials)).toEqual(wanted);
  });

  it('of another length is wrong', () => {
    const bytes = writeNotification({ others: [{ number: 4, value: Buffer.alloc(31) }] });
    expect(digestStanding(bytes, credentials)).toBe('wrong');
    expect(seal(bytes, credentials)).toEqual(bytes);
  });
});
