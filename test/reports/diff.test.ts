import { describe, expect, it } from 'vitest';
import type { Result } from '../../harness/model/result.js';
import { diffResults } from '../../harness/model/result-diff.js';
import type { Verdict } from '../../harness/model/verdict.js';
import { renderDiff } from '../../reports/diff.js';
import { HOSTILE, madeUpResult } from './made-up.js';

const before = madeUpResult();

function with_(verdicts: Readonly<Record<string, Verdict>>, more: Partial<Result> = {}): Result {
  const requirements = before.requirements.map((row) => {
    const verdict = verdicts[row.id] ?? row.verdict;
    const finding = { requirement: row.id, verdict, message: `now ${verdict}`, events: [] };
    return verdicts[row.id] === undefined ? row : { ...row, verdict, findings: [finding] };
  });
  return { ...before, requirements, ...more };
}

function kinds(after: Result): Readonly<Record<string, string>> {
  return Object.fromEntries(diffResults(before, after).changes.map(({ id, kind }) => [id, kind]));
}

describe('the difference of two results', () => {
  it('of a result and itself is none', () => {
    expect(diffResults(before, before)).toMatchObject({
      changes: [],
      unchanged: before.requirements.length,
      notes: [],
    });
  });

  it.each([
    ['ORD-01', 'pass', 'fail', 'regression'],
    ['ORD-01', 'pass', 'inconclusive', 'regression'],
    ['ORD-01', 'pass', 'warn', 'regression'],
    ['ORD-01', 'pass', 'not-applicable', 'other'],
    ['CNT-05', 'inconclusive', 'fail', 'regression'],
    ['ORD-04', 'fail', 'pass', 'progress'],
    ['ORD-04', 'fail', 'known-issue', 'progress'],
    ['STA-08', 'warn', 'fail', 'regression'],
    ['ORD-04', 'fail', 'fail', 'same-verdict'],
  ] as const)('%s from %s to %s is a %s', (id, was, now, kind) => {
    expect(before.requirements.find((row) => row.id === id)?.verdict).toBe(was);
    expect(kinds(with_({ [id]: now }))).toEqual({ [id]: kind });
  });

  it('puts regressions first', () => {
    const diff = diffResults(before, with_({ 'ORD-04': 'pass', 'STA-01': 'fail', 'CNT-05': 'not-applicable' }));
    expect(diff.changes.map(({ kind }) => kind)).toEqual(['regression', 'progress', 'other']);
    const text = renderDiff(diff, { colour: false });
    expect(text.indexOf('Regressions (1)')).toBeLessThan(text.indexOf('Progress (1)'));
    expect(text).toContain('  STA-01  pass → fail');
    expect(text).toContain('      now fail');
    expect(text.trimEnd().split('\n').at(-1)).toMatch(/^1 worse, 1 better, 1 otherwise changed, \d+ unchanged$/);
  });

  it('tells rows that one of them does not judge; a new failure is a regression', () => {
    const fewer = {
      ...before,
      requirements: before.requirements.filter(({ id }) => id !== 'ORD-01' && id !== 'ORD-04'),
    };
    expect(kinds(fewer)).toEqual({ 'ORD-01': 'other', 'ORD-04': 'other' });
    const changes = diffResults(fewer, before).changes.map(({ id, kind }) => [id, kind]);
    expect(changes).toEqual([
      ['ORD-04', 'regression'],
      ['ORD-01', 'other'],
    ]);
  });

  it('says what else differs', () => {
    const other = {
      ledger: { version: '9.0.0', digest: 'x' },
      selection: ['ORD-01'],
      target: { name: 'b', start: 'x' },
    };
    const { notes } = diffResults(before, with_({}, other));
    expect(notes).toEqual([
      expect.stringContaining('the ledger differs: '),
      'two implementations are compared: acme-client and b',
      'the second was narrowed to ORD-01',
    ]);
  });

  it('is harmless to look at', () => {
    const target = { name: HOSTILE, start: 'x' };
    const text = renderDiff(diffResults(before, with_({ 'STA-01': 'fail' }, { target })), { colour: false });
    // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is looked for
    expect(text).not.toMatch(/[\u0000-\u0009\u000b-\u001f\u202e]/);
  });
});
