import { describe, expect, it } from 'vitest';
import { aggregate } from '../../harness/ledger/aggregate.js';
import type { Observed } from '../../harness/model/finding.js';
import { input, observed, resultOf, scenario, statement } from './fixture.js';

function verdict(list: readonly Observed[], id = 'AAA-01'): string {
  return resultOf(id, { observed: list, scenarios: [scenario({ requirements: [id] })] }).verdict;
}

describe('level and decision', () => {
  it.each([
    ['AAA-01', 'fail'],
    ['AAA-02', 'warn'],
    ['AAA-03', 'fail'],
  ])('turns a violation of %s into %s', (id, wanted) => {
    expect(verdict([observed('violated', { requirement: id })], id)).toBe(wanted);
  });

  it.each([
    ['D-01', 'warn'],
    ['D-02', 'fail'],
    ['D-03', 'fail'],
    ['D-04', 'warn'],
    ['D-99', 'warn'],
  ])('bounds a violation that rests on %s to %s', (id, wanted) => {
    expect(verdict([observed('violated', { decision: id })])).toBe(wanted);
  });

  it('lets the statement bind itself where the decision may be read otherwise', () => {
    const readings = { 'D-01': 'Data', 'D-04': 'Data' };
    expect(resultOf('AAA-01', { observed: [observed('violated', { decision: 'D-01' })], readings }).verdict).toBe(
      'fail',
    );
    expect(resultOf('AAA-01', { observed: [observed('violated', { decision: 'D-04' })], readings }).verdict).toBe(
      'warn',
    );
    const { decisions } = aggregate(input({ readings }));
    expect(decisions.find(({ id }) => id === 'D-01')?.decision).toContain('Data');
    expect(decisions.find(({ id }) => id === 'D-04')?.decision).toBe('so');
  });

  it('keeps a violation that can be a warn at most', () => {
    expect(verdict([observed('violated', { atMost: 'warn' })])).toBe('warn');
  });

  it('keeps what the observation says', () => {
    const told = { events: [7, 3], session: 'x', decision: 'D-02', expected: 'a', actual: 'b' };
    const [finding] = resultOf('AAA-01', { observed: [observed('violated', told)] }).findings;
    expect(finding).toEqual({
      requirement: 'AAA-01',
      verdict: 'fail',
      message: 'it was violated',
      scenario: 's1',
      ...told,
    });
  });
});

describe('what a scenario shows', () => {
  it('ignores an unclear observation beside a decisive one of its scenario', () => {
    expect(verdict([observed('unclear'), observed('held')])).toBe('pass');
    expect(verdict([observed('unclear'), observed('violated')])).toBe('fail');
    expect(verdict([observed('unclear'), observed('absent')])).toBe('not-applicable');
  });

  it('is inconclusive, with the reasons, when a scenario of the row shows nothing', () => {
    const scenarios = [scenario(), scenario({ token: 's2' })];
    const list = [observed('held'), observed('unclear', { scenario: 's2', message: 'no control operation queue' })];
    const result = resultOf('AAA-01', { observed: list, scenarios });
    expect(result.verdict).toBe('inconclusive');
    expect(result.reason).toBe('no control operation queue');
    expect(resultOf('AAA-01', { scenarios: [scenario()] }).reason).toMatch(/neither/);
  });

  it('is inconclusive when a scenario of the row was not reached', () => {
    const scenarios = [scenario({ reached: false })];
    expect(resultOf('AAA-01', { scenarios }).reason).toBe('the scenario was not reached');
    expect(resultOf('AAA-01', { scenarios, observed: [observed('held')] }).verdict).toBe('inconclusive');
    expect(resultOf('AAA-01', { scenarios, observed: [observed('violated')] }).verdict).toBe('fail');
  });

  it('lets the traffic of other scenarios fail or pass a row, and never cloud it', () => {
    const elsewhere = { scenario: 's9' };
    const scenarios = [scenario()];
    const held = observed('held');
    const at = (list: readonly Observed[]): string => resultOf('AAA-01', { observed: list, scenarios }).verdict;
    expect(at([held, observed('violated', elsewhere)])).toBe('fail');
    expect(at([held, observed('unclear', elsewhere)])).toBe('pass');
    expect(resultOf('AAA-01', { observed: [observed('unclear', elsewhere)] }).reason).toBe('it was unclear');
    expect(resultOf('AAA-01', { observed: [observed('held', elsewhere)] }).verdict).toBe('pass');
  });

  it('says "not exercised" where nothing was observed', () => {
    const result = resultOf('AAA-01', {});
    expect(result).toMatchObject({ verdict: 'inconclusive', reason: 'not exercised', findings: [] });
  });

  it('keeps the faults of the suite apart', () => {
    const scenarios = [scenario({ error: 'a step threw' }), scenario({ token: 's2' })];
    const held = observed('held', { scenario: 's2' });
    expect(resultOf('AAA-01', { scenarios, observed: [held] })).toMatchObject({ verdict: 'error' });
    expect(resultOf('AAA-01', { scenarios, observed: [held] }).reason).toContain('a step threw');
    const violated = observed('violated', { scenario: 's2' });
    expect(resultOf('AAA-01', { scenarios, observed: [violated] }).verdict).toBe('fail');
    const warned = observed('violated', { scenario: 's2', atMost: 'warn' });
    expect(resultOf('AAA-01', { scenarios, observed: [warned] }).verdict).toBe('error');
  });
});

describe('optional commands that are refused each time', () => {
  const show = { requirement: 'BBB-01' };
  const scenarios = [scenario({ requirements: ['BBB-01'] })];
  const refused = new Set(['SHOW']);
  const declares = (...commands: string[]) => ({ ...statement, commands });
  const verdict = (outcome: 'held' | 'violated', commands?: string[]) =>
    resultOf('BBB-01', {
      scenarios,
      refused,
      observed: [observed(outcome, show)],
      ...(commands === undefined ? {} : { statement: declares(...commands) }),
    }).verdict;

  it('are not there where the statement does not declare them, whatever the error is (D-05)', () => {
    expect([verdict('violated', ['GET']), verdict('held', ['GET'])]).toEqual(['not-applicable', 'not-applicable']);
  });

  it('are taken for missing where the statement is silent, unless a rule of theirs is kept', () => {
    expect([verdict('violated'), verdict('held')]).toEqual(['not-applicable', 'pass']);
  });

  it('are judged where they are declared', () => {
    expect([verdict('violated', ['SHOW']), verdict('held', ['SHOW'])]).toEqual(['fail', 'pass']);
  });
});

describe('optional features', () => {
  const show = { requirement: 'BBB-01' };
  const scenarios = [scenario({ requirements: ['BBB-01'] })];
  const declares = (...commands: string[]) => ({ ...statement, commands });

  it('do not apply when neither declared nor seen', () => {
    expect(resultOf('BBB-01', { scenarios }).verdict).toBe('not-applicable');
    expect(resultOf('BBB-01', { scenarios, observed: [observed('absent', show)] }).verdict).toBe('not-applicable');
    const silent = resultOf('BBB-01', { scenarios, statement: declares('GET') });
    expect(silent.reason).toBe('SHOW is optional; the statement does not declare it');
  });

  it('are judged when seen', () => {
    expect(resultOf('BBB-01', { observed: [observed('held', show)] }).verdict).toBe('pass');
    expect(resultOf('BBB-01', { observed: [observed('violated', show)] }).verdict).toBe('fail');
  });

  it('are judged when declared', () => {
    expect(resultOf('BBB-01', { scenarios, statement: declares('SHOW') }).verdict).toBe('inconclusive');
  });

  it('show where statement and traffic differ', () => {
    const seen = resultOf('BBB-01', { observed: [observed('held', show)], statement: declares('GET') });
    expect(seen.verdict).toBe('warn');
    const refused = resultOf('BBB-01', { observed: [observed('absent', show)], statement: declares('SHOW') });
    expect(refused.verdict).toBe('warn');
    expect(refused.findings[0]?.message).toContain('the statement declares SHOW');
  });

  it('stay an error when the suite broke', () => {
    const broken = [scenario({ requirements: ['BBB-01'], error: 'oops' })];
    expect(resultOf('BBB-01', { scenarios: broken }).verdict).toBe('error');
  });
});

describe('what is listed', () => {
  const ids = (more: Parameters<typeof input>[0]): string[] => aggregate(input(more)).requirements.map(({ id }) => id);

  it('the rows of the role, those not tested apart', () => {
    expect(ids({})).toEqual(['AAA-01', 'AAA-02', 'AAA-03', 'AAA-04', 'BBB-01', 'BBB-03']);
    expect(ids({ role: 'server' })).toEqual(['AAA-05']);
    expect(aggregate(input()).notTested).toEqual([{ id: 'BBB-02', reason: 'waits' }]);
  });

  it('a row that is not tested and yet was seen broken', () => {
    const result = aggregate(input({ observed: [observed('violated', { requirement: 'BBB-02' })] }));
    expect(result.requirements.map(({ id }) => id)).toContain('BBB-02');
    expect(result.notTested).toEqual([]);
  });

  it('of a narrowed run the selection, and what fails or warns beside it', () => {
    const selection = { ids: ['BBB-03'] };
    expect(ids({ selection })).toEqual(['BBB-03']);
    const beside = [
      observed('violated'),
      observed('violated', { requirement: 'AAA-02' }),
      observed('held', { requirement: 'AAA-03' }),
    ];
    expect(ids({ selection, observed: beside })).toEqual(['AAA-01', 'AAA-02', 'BBB-03']);
    expect(aggregate(input({ selection })).notTested).toEqual([]);
  });

  it('chapters with their counts and the worst of their verdicts', () => {
    const list = [observed('held'), observed('violated', { requirement: 'AAA-02' })];
    const { chapters, counts } = aggregate(input({ observed: list }));
    expect(chapters.map(({ id, verdict: worst }) => [id, worst])).toEqual([
      ['AAA', 'warn'],
      ['BBB', 'inconclusive'],
    ]);
    expect(chapters[0]?.counts).toMatchObject({ pass: 1, warn: 1, inconclusive: 2 });
    expect(counts).toMatchObject({ pass: 1, warn: 1, inconclusive: 3, 'not-applicable': 1, fail: 0 });
    expect(aggregate(input({ role: 'server' })).chapters.map(({ id }) => id)).toEqual(['AAA']);
  });
});

describe('ids that the ledger lacks', () => {
  it('are faults of the suite, and never just lost', () => {
    const scenarios = [scenario({ requirements: ['AAA-88'] })];
    const { errors } = aggregate(input({ observed: [observed('violated', { requirement: 'AAA-99' })], scenarios }));
    expect(errors).toEqual([
      'an oracle or a scenario speaks of AAA-88, which the ledger does not have',
      'an oracle or a scenario speaks of AAA-99, which the ledger does not have',
    ]);
    expect(aggregate(input({ observed: [observed('held')], scenarios: [scenario()] })).errors).toEqual([]);
  });
});

describe('a HAR file', () => {
  it('judges only what HTTP alone shows', () => {
    const list = [observed('held', { requirement: 'AAA-04' }), observed('held')];
    expect(resultOf('AAA-04', { observed: list, source: 'har' })).toMatchObject({
      verdict: 'inconclusive',
      findings: [],
    });
    expect(resultOf('AAA-04', { observed: list, source: 'har' }).reason).toMatch(/HTTP exchanges alone/);
    expect(resultOf('AAA-01', { observed: list, source: 'har' }).verdict).toBe('pass');
    expect(resultOf('AAA-04', { observed: list, source: 'trace' }).verdict).toBe('pass');
  });
});
