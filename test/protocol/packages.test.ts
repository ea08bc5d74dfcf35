import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Problem } from '../../harness/protocol/packages.js';
import { readPackageOne, readPackageThree, readPackageTwo } from '../../harness/protocol/read-packages.js';
import { writePackageOne, writePackageThree, writePackageTwo } from '../../harness/protocol/write-packages.js';
import { vectors } from './vectors.js';

interface Vector {
  readonly name: string;
  readonly package: 1 | 2 | 3;
  readonly body?: string;
  readonly hex?: string;
  readonly view?: unknown;
  readonly problems: readonly Partial<Problem>[];
}

const READ = { 1: readPackageOne, 2: readPackageTwo, 3: readPackageThree } as const;

/** `none` in a vector stands for a member that is undefined. */
function agrees(found: unknown, wanted: unknown): boolean {
  if (wanted === 'none') return found === undefined;
  if (Array.isArray(wanted)) {
    return (
      Array.isArray(found) && found.length === wanted.length && wanted.every((one, index) => agrees(found[index], one))
    );
  }
  if (typeof wanted !== 'object' || wanted === null) return found === wanted;
  if (typeof found !== 'object' || found === null) return false;
  return Object.entries(wanted).every(([key, value]) => agrees((found as Record<string, unknown>)[key], value));
}

describe('reading packages', () => {
  it.each(vectors<Vector>('packages.yaml').map((vector) => [vector.name, vector] as const))('%s', (_name, vector) => {
    const bytes =
      vector.hex === undefined ? Buffer.from(vector.body ?? '') : Buffer.from(vector.hex.replace(/\s/g, ''), 'hex');
    const { view, problems } = READ[vector.package](bytes);
    if (vector.view !== undefined) expect(agrees(view, vector.view), JSON.stringify(view)).toBe(true);
    const told = vector.problems.map((wanted, index) =>
      Object.fromEntries(Object.keys(wanted).map((key) => [key, problems[index]?.[key as keyof Problem]])),
    );
    expect(problems.length, JSON.stringify(problems)).toBe(vector.problems.length);
    expect(told).toEqual(vector.problems);
  });

  it('reads a text as it reads its bytes', () => {
    for (const vector of vectors<Vector>('packages.yaml')) {
      if (vector.body === undefined) continue;
      const read = READ[vector.package];
      expect(read(vector.body)).toEqual(read(Buffer.from(vector.body)));
    }
  });

  it('never throws, whatever comes', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 200 }), (bytes) => {
        for (const read of Object.values(READ)) expect(read(bytes).problems).toBeInstanceOf(Array);
      }),
    );
    fc.assert(
      fc.property(fc.json(), (json) => {
        for (const read of Object.values(READ)) read(Buffer.from(json));
      }),
    );
  });

  it('reads what it writes', () => {
    const word = fc.string({ minLength: 1 });
    fc.assert(
      fc.property(fc.array(fc.array(word, { minLength: 1 }), { minLength: 1 }), (commands) => {
        const { view, problems } = readPackageTwo(writePackageTwo(commands));
        expect(problems).toEqual([]);
        expect(view?.commands.map(({ raw }) => raw)).toEqual(commands);
      }),
    );
    fc.assert(
      fc.property(fc.array(fc.record({ sc: fc.integer({ min: 100, max: 599 }), URI: fc.array(word) })), (statuses) => {
        const { view, problems } = readPackageThree(writePackageThree({ statuses }));
        expect(problems).toEqual([]);
        expect(view?.statuses.map(({ sc, uris }) => ({ sc, URI: uris }))).toEqual(statuses);
      }),
    );
    fc.assert(
      fc.property(
        fc.array(fc.record({ AlertType: word })),
        fc.array(fc.record({ MOID: word, MIID: fc.array(word) })),
        (alerts, mos) => {
          const { view, problems } = readPackageOne(writePackageOne({ alerts, mos }));
          expect(problems).toEqual([]);
          expect(view?.alerts.map(({ type }) => type)).toEqual(alerts.map(({ AlertType }) => AlertType));
          expect(view?.mos?.map(({ miids }) => miids)).toEqual(mos.map(({ MIID }) => MIID));
        },
      ),
    );
  });
});
