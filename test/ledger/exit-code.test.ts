import { describe, expect, it } from 'vitest';
import { exitCodeOf, type RunOutcome } from '../../harness/ledger/exit-code.js';
import { countVerdicts } from '../../harness/model/precedence.js';
import type { Verdict } from '../../harness/model/verdict.js';

function code(verdicts: readonly Verdict[], more: Partial<RunOutcome> = {}): number {
  return exitCodeOf({ counts: countVerdicts(verdicts), errors: [], sessionsCompleted: 1, ...more });
}

describe('exitCodeOf', () => {
  it.each<[number, readonly Verdict[], Partial<RunOutcome>]>([
    [0, ['pass', 'warn', 'inconclusive', 'not-applicable', 'known-issue'], {}],
    [1, ['pass', 'fail'], {}],
    [1, ['pass', 'warn'], { strict: true }],
    [1, ['pass', 'inconclusive'], { strict: true }],
    [0, ['pass', 'not-applicable', 'known-issue'], { strict: true }],
    [3, ['pass', 'error'], {}],
    [3, ['pass'], { errors: ['the disk is full'] }],
    [3, ['inconclusive'], { sessionsCompleted: 0 }],
    [4, ['pass'], { partial: 'time is up' }],
    [4, ['fail'], { partial: 'time is up' }],
    [3, ['fail', 'error'], { partial: 'time is up' }],
    [4, ['fail'], { sessionsCompleted: 0, partial: 'time is up' }],
    [1, ['fail', 'inconclusive'], { sessionsCompleted: 0 }],
    [130, ['fail', 'error'], { interrupted: true, partial: 'Ctrl-C' }],
  ])('is %i for %j with %j', (wanted, verdicts, more) => {
    expect(code(verdicts, more)).toBe(wanted);
  });
});
