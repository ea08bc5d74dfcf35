import { describe, expect, it } from 'vitest';
import { renderSummary } from '../../reports/terminal.js';
import { wantsColour } from '../../reports/terminal-colours.js';
import { madeUpResult } from './made-up.js';

// biome-ignore lint/suspicious/noControlCharactersInRegex: terminal sequences are what is looked for
const SEQUENCE = /\u001b\[[0-9;]*m/g;

describe('renderSummary', () => {
  const text = renderSummary(madeUpResult(), { colour: false, files: ['out/result.json', 'out/report.html'] });
  const lines = text.split('\n');

  it('has a line for each chapter with verdict and counts', () => {
    expect(lines).toContain('  SES  The session           pass            4 pass');
    expect(lines).toContain('  ORD  Ordering              fail            1 fail, 9 pass');
    expect(lines).toContain('  CNT  CONT                  inconclusive    2 inconclusive, 2 pass');
  });

  it('spells out a failure: requirement, clause, Expected, Actual, events, scenario', () => {
    const start = lines.findIndex((line) => line.startsWith('FAIL ORD-04'));
    expect(lines.slice(start, start + 7)).toEqual([
      'FAIL ORD-04 The statuses of package 3 stand in the order of the commands they answer.',
      '  MUST, TS 7.4',
      '  the statuses of two commands are swapped',
      '    Expected  [404, 200, 405]: one status for each command, in the order of the commands',
      '    Actual    [200, 404, 405]',
      '    Events    16, 15 in trace.ndjson',
      '    Scenario  ORD-04 is shown (features/ORD-04.feature)',
    ]);
  });

  it('names the decision under a warning, and the reasons of what stayed open', () => {
    expect(text).toContain('WARN STA-08');
    expect(text).toContain('    Rests on  D-05');
    expect(text).toContain('  CNT-03 CNT-05: no control operation startSession\n');
  });

  it('ends with the verdict and the files', () => {
    // How many pass follows from the ledger, which grows.
    const { counts } = madeUpResult();
    const judged = Object.values(counts).reduce((sum, count) => sum + count, 0);
    expect(lines.slice(-6)).toEqual([
      `ERROR: the suite or its surroundings broke, which is not the target's fault; 2 of ${judged} requirements failed`,
      `  2 fail, 1 error, 2 warn, 4 inconclusive, ${counts.pass} pass, 15 rows of the ledger not tested yet`,
      '  184 sessions completed in 1 min 23 s, exit code 3',
      '  out/result.json',
      '  out/report.html',
      '',
    ]);
  });

  it('lets no control character of an implementation through', () => {
    expect(text).toContain('\\u001b[2J\\u202eevil');
    expect(text.replaceAll('\n', '')).not.toMatch(/\p{Cc}|\p{Cs}/u);
  });

  it('differs by colour only when coloured', () => {
    const coloured = renderSummary(madeUpResult(), { colour: true, files: ['out/result.json', 'out/report.html'] });
    expect(coloured).not.toBe(text);
    expect(coloured.replaceAll(SEQUENCE, '')).toBe(text);
  });

  it('sums up what exceeds three findings of a row', () => {
    const [row] = madeUpResult().requirements;
    if (row === undefined) throw new Error('fixture');
    const findings = ['a', 'b', 'c', 'd', 'e'].map((message) => ({
      requirement: row.id,
      verdict: 'fail' as const,
      message,
      events: [],
      count: 4,
    }));
    const many = renderSummary(madeUpResult({ requirements: [{ ...row, verdict: 'fail', findings }] }), {
      colour: false,
    });
    expect(many).toContain('  c (4 times)\n  and 2 more');
  });
});

describe('wantsColour', () => {
  it.each<[boolean, Record<string, string>, boolean]>([
    [true, {}, true],
    [false, {}, false],
    [false, { NO_COLOR: '1' }, true],
    [true, { NO_COLOR: '' }, true],
    [false, { TERM: 'dumb' }, true],
    [true, { FORCE_COLOR: '1' }, false],
    [false, { FORCE_COLOR: '0' }, false],
    [false, { FORCE_COLOR: '1', NO_COLOR: '1' }, true],
  ])('is %s for %j on a terminal: %s', (wanted, env, isTerminal) => {
    expect(wantsColour(env, isTerminal)).toBe(wanted);
  });
});
