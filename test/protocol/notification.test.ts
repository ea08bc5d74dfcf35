import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { HEADER_BYTES, MOST_OPTIONS, type NotificationProblem } from '../../harness/protocol/notification.js';
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
