import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { ledgerFiles, realLedger } from './real-ledger.js';

const frozen = readFileSync(new URL('frozen-ids.txt', import.meta.url), 'utf8')
  .split('\n')
  .filter((line) => !line.startsWith('#'))
  .flatMap((line) => line.split(' '))
  .filter(Boolean);

describe('the ledger of the project', () => {
  it('has exactly the frozen ids', () => {
    const ids = [...realLedger.requirements, ...realLedger.decisions].map(({ id }) => id);
    expect(ids.toSorted()).toEqual(frozen.toSorted());
  });

  it('numbers the rows of each chapter without a gap', () => {
    for (const chapter of realLedger.chapters) {
      const ids = realLedger.requirements.filter((row) => row.chapter === chapter.id).map(({ id }) => id);
      const wanted = ids.map((_, index) => `${chapter.id}-${String(index + 1).padStart(2, '0')}`);
      expect(ids.toSorted()).toEqual(wanted);
    }
  });

  it('leaves no row untested', () => {
    expect(realLedger.requirements.filter(({ notTested }) => notTested !== undefined).map(({ id }) => id)).toEqual([]);
  });

  it('splits the rows that can have two verdicts', () => {
    const levels = Object.fromEntries(realLedger.requirements.map(({ id, level }) => [id, level]));
    expect(levels).toMatchObject({ 'FLW-08': 'M', 'FLW-15': 'S', 'ORD-08': 'M', 'ORD-12': 'S', 'PKG-09': 'M' });
  });

  it('cites a decision as a source only where the row rests on it', () => {
    for (const { id, source, decisions } of realLedger.requirements) {
      const cited = source.filter((clause) => clause.startsWith('D-'));
      expect(decisions, id).toEqual(expect.arrayContaining(cited));
    }
  });

  it('says what every row shows in words that a step can use as they stand', () => {
    for (const { id, shows } of realLedger.requirements) {
      expect(shows, id).toMatch(/^\S.*[^\s.]$/);
    }
  });

  it('cites the two sections 6.1 apart', () => {
    for (const { source } of realLedger.requirements) expect(source).not.toContain('CR 6.1');
  });

  it('names in its list of chapters every file that lies beside it', () => {
    const named = ledgerFiles().find(({ path }) => path.endsWith('chapters.yaml'))?.text ?? '';
    for (const { path } of ledgerFiles()) {
      const name = path.split('/').at(-1) ?? '';
      if (!['chapters.yaml', 'decisions.yaml', 'clauses.yaml'].includes(name)) expect(named).toContain(`file: ${name}`);
    }
  });
});
