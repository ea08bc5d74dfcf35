import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { ROOT } from '../../cli/paths.js';
import {
  countsOf,
  type MutantCounts,
  type MutationScore,
  readmeLine,
  regressions,
  scoreOf,
} from '../../scripts/mutation/score.mjs';

const read = (name: string): string => readFileSync(join(ROOT, name), 'utf8');
const kept = JSON.parse(read('fixtures/mutation/score.json')) as MutationScore;

const NONE: MutantCounts = { killed: 0, timeout: 0, survived: 0, noCoverage: 0, ignored: 0 };
const seventy = { ...NONE, killed: 6, timeout: 1, survived: 2, noCoverage: 1, ignored: 90 };

describe('the mutation score', () => {
  it('counts each mutant by its end, and forgets none that lives', () => {
    const mutants = ['Killed', 'Timeout', 'Survived', 'NoCoverage', 'Ignored', 'Killed'].map((status) => ({ status }));
    expect(countsOf([{ files: { 'a.ts': { mutants } } }])).toEqual({
      'a.ts': { killed: 2, timeout: 1, survived: 1, noCoverage: 1, ignored: 1 },
    });
    expect(scoreOf(seventy)).toBe(70);
  });

  it('tells which file has become worse', () => {
    const before = { ...kept, files: { 'a.ts': seventy, 'b.ts': seventy } };
    const now = { 'a.ts': { ...seventy, killed: 5, survived: 3 }, 'b.ts': seventy, 'new.ts': NONE };
    expect(regressions(now, before)).toEqual(['a.ts: 60 % of its mutants are killed, 70 % were']);
  });
});

describe('the figures kept of it', () => {
  it('are of files that are there', () => {
    expect(Object.keys(kept.files).filter((file) => !existsSync(join(ROOT, file)))).toEqual([]);
    expect(Object.keys(kept.files).length).toBeLessThanOrEqual(kept.sources);
  });

  it('are those in the README, by scripts/mutation/run.mjs', () => {
    const [, shown] = /<!-- mutation -->\n\n([\s\S]*?)\n\n<!-- \/mutation -->/.exec(read('README.md')) ?? [];
    expect(shown).toBe(readmeLine(kept));
  });
});
