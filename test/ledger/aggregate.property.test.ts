import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { aggregate } from '../../harness/ledger/aggregate.js';
import { OTHERS_KEPT, PASSES_KEPT } from '../../harness/ledger/fold-findings.js';
import type { Observed } from '../../harness/model/finding.js';
import { PRECEDENCE } from '../../harness/model/precedence.js';
import type { RequirementResult, ScenarioResult } from '../../harness/model/result.js';
import type { Verdict } from '../../harness/model/verdict.js';
import { input, resultOf, scenario } from './fixture.js';

const tokens = fc.constantFrom('s1', 's2', 's3', undefined);
const anyObserved: fc.Arbitrary<Observed> = fc
  .record({
    requirement: fc.constantFrom('AAA-01', 'AAA-02', 'AAA-03', 'BBB-01'),
    outcome: fc.constantFrom('held', 'violated', 'unclear', 'absent'),
    message: fc.constantFrom('a', 'b', 'c', 'd', 'e', 'f'),
    events: fc.array(fc.nat(9), { maxLength: 2 }),
    scenario: tokens,
    decision: fc.constantFrom('D-01', 'D-02', undefined),
  })
  .map(({ scenario: token, decision, ...rest }) => ({
    ...rest,
    ...(token === undefined ? {} : { scenario: token }),
    ...(decision === undefined ? {} : { decision }),
  }));
const list = fc.array(anyObserved, { maxLength: 40 });
const anyScenario: fc.Arbitrary<ScenarioResult> = fc
  .record({ token: fc.constantFrom('s1', 's2', 's3'), reached: fc.boolean(), broken: fc.integer({ min: 0, max: 9 }) })
  .map(({ token, reached, broken }) => scenario({ token, reached, ...(broken === 0 ? { error: 'x' } : {}) }));
const scenarios = fc.uniqueArray(anyScenario, { selector: ({ token }) => token, maxLength: 3 });

/** 0 is the worst. */
function rank(verdict: Verdict): number {
  return PRECEDENCE.indexOf(verdict);
}

function verdicts(observed: readonly Observed[], run: readonly ScenarioResult[]): [string, Verdict][] {
  return aggregate(input({ observed, scenarios: run })).requirements.map(({ id, verdict }) => [id, verdict]);
}

function sum(result: RequirementResult, verdict: Verdict): number {
  return result.findings
    .filter((finding) => finding.verdict === verdict)
    .reduce((total, { count }) => total + (count ?? 1), 0);
}

describe('aggregation', () => {
  it('does not depend on the order of observations or scenarios', () => {
    const shuffled = list.chain((all) =>
      fc.tuple(fc.constant(all), fc.shuffledSubarray(all, { minLength: all.length })),
    );
    fc.assert(
      fc.property(shuffled, scenarios, ([one, other], run) => {
        expect(verdicts(other, run.toReversed())).toEqual(verdicts(one, run));
      }),
    );
  });

  it('never loses a fail', () => {
    fc.assert(
      fc.property(list, scenarios, tokens, (observed, run, token) => {
        const base = { requirement: 'AAA-01', outcome: 'violated', message: 'z', events: [] } as const;
        const violated: Observed = token === undefined ? base : { ...base, scenario: token };
        expect(resultOf('AAA-01', { observed: [...observed, violated], scenarios: run }).verdict).toBe('fail');
      }),
    );
  });

  it('never betters a fail, warn or error by a pass', () => {
    fc.assert(
      fc.property(list, scenarios, anyObserved, (observed, run, any) => {
        const held: Observed = { ...any, requirement: 'AAA-01', outcome: 'held' };
        const before = resultOf('AAA-01', { observed, scenarios: run }).verdict;
        const after = resultOf('AAA-01', { observed: [...observed, held], scenarios: run }).verdict;
        if (['fail', 'warn', 'error'].includes(before)) expect(after).toBe(before);
        else expect(['inconclusive', 'pass']).toContain(after);
      }),
    );
  });

  it('never betters a verdict by one more violation', () => {
    fc.assert(
      fc.property(list, scenarios, anyObserved, (observed, run, any) => {
        const violated: Observed = { ...any, outcome: 'violated' };
        const before = resultOf(any.requirement, { observed, scenarios: run }).verdict;
        const after = resultOf(any.requirement, { observed: [...observed, violated], scenarios: run }).verdict;
        expect(rank(after)).toBeLessThanOrEqual(Math.max(rank(before), rank('warn')));
        if (before === 'fail') expect(after).toBe('fail');
      }),
    );
  });

  it('passes only where something was held, and never on what is unclear', () => {
    fc.assert(
      fc.property(list, scenarios, (observed, run) => {
        for (const { id, verdict } of aggregate(input({ observed, scenarios: run })).requirements) {
          if (verdict !== 'pass') continue;
          expect(observed.some(({ requirement, outcome }) => requirement === id && outcome === 'held')).toBe(true);
        }
        const unclear = observed.map((each): Observed => ({ ...each, outcome: 'unclear' }));
        for (const [, verdict] of verdicts(unclear, run))
          expect(['inconclusive', 'not-applicable', 'error']).toContain(verdict);
      }),
    );
  });

  it('folds without losing count, counts that oracles give among them, and keeps within its bounds', () => {
    const many = fc.array(
      anyObserved.chain((each) =>
        fc
          .record({ message: fc.nat(200).map(String), count: fc.integer({ min: 1, max: 3 }) })
          .map((more): Observed => ({ ...each, ...more, requirement: 'AAA-01' })),
      ),
      { maxLength: 200, size: 'max' },
    );
    fc.assert(
      fc.property(many, (observed) => {
        const result = resultOf('AAA-01', { observed });
        const count = (test: (each: Observed) => boolean): number =>
          observed.filter(test).reduce((total, each) => total + (each.count ?? 1), 0);
        expect(sum(result, 'pass')).toBe(count(({ outcome }) => outcome === 'held'));
        expect(sum(result, 'warn')).toBe(
          count(({ outcome, decision }) => outcome === 'violated' && decision === 'D-01'),
        );
        expect(sum(result, 'fail')).toBe(
          count(({ outcome, decision }) => outcome === 'violated' && decision !== 'D-01'),
        );
        expect(sum(result, 'not-applicable')).toBe(count(({ outcome }) => outcome === 'absent'));
        const passes = result.findings.filter(({ verdict }) => verdict === 'pass');
        for (const token of ['s1', 's2', 's3', undefined]) {
          expect(passes.filter((finding) => finding.scenario === token).length).toBeLessThanOrEqual(PASSES_KEPT);
        }
        expect(result.findings.length - passes.length).toBeLessThanOrEqual(OTHERS_KEPT);
      }),
      { numRuns: 40 },
    );
  });

  it('counts every listed row once', () => {
    fc.assert(
      fc.property(list, scenarios, (observed, run) => {
        const { counts, chapters, requirements } = aggregate(input({ observed, scenarios: run }));
        const total = (of: typeof counts): number => PRECEDENCE.reduce((all, verdict) => all + of[verdict], 0);
        expect(total(counts)).toBe(requirements.length);
        expect(chapters.reduce((all, chapter) => all + total(chapter.counts), 0)).toBe(requirements.length);
      }),
    );
  });
});
