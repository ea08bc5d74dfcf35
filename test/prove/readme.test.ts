import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { ROOT } from '../../cli/paths.js';
import { type ProofRecord, readmeLines } from '../../reports/proof-readme.js';

const read = (name: string): string => readFileSync(join(ROOT, name), 'utf8');
const record = JSON.parse(read('fixtures/proof.json')) as ProofRecord;

describe('the figures in the README', () => {
  it('are those of the last proof, by scripts/write-proof.mjs', () => {
    const [, shown] = /<!-- proof -->\n\n([\s\S]*?)\n\n<!-- \/proof -->/.exec(read('README.md')) ?? [];
    expect(shown?.split('\n')).toEqual(readmeLines(record));
  });

  it('are of a proof that held', () => {
    const { deviants, caught, flagged, randomFlagged, oracles, witnessed, variants, random } = record.figures;
    expect(caught).toBe(deviants);
    expect(witnessed).toBe(oracles);
    expect([flagged, randomFlagged]).toEqual([0, 0]);
    expect(variants).toBeGreaterThanOrEqual(25);
    expect(random).toBeGreaterThanOrEqual(500);
    expect(record.startedAt).toMatch(/^\d{4}-\d\d-\d\dT/);
    expect(record.ledger.digest).toMatch(/^[\da-f]{64}$/);
  });
});
