import type { Counts, Result } from './result.js';
import { VERDICTS, type Verdict } from './verdict.js';

/**
 * What outranks what when several findings meet in one requirement, or several requirements in one chapter.
 * `error` stands apart: it is nobody's verdict on the target, so it yields to a fail that was seen all the same, and hides everything that is less certain.
 */
export const PRECEDENCE: readonly Verdict[] = [
  'fail',
  'error',
  'warn',
  'inconclusive',
  'known-issue',
  'pass',
  'not-applicable',
];

/** The verdict that outranks all others in the list, in whichever order they stand; undefined for an empty list. */
export function worst(verdicts: Iterable<Verdict>): Verdict | undefined {
  const present = new Set(verdicts);
  return PRECEDENCE.find((verdict) => present.has(verdict));
}

/** How many of each verdict there are. */
export function countVerdicts(verdicts: Iterable<Verdict>): Counts {
  const counts = { pass: 0, fail: 0, warn: 0, inconclusive: 0, 'not-applicable': 0, 'known-issue': 0, error: 0 };
  for (const verdict of verdicts) counts[verdict] += 1;
  return counts;
}

/** Sum over all verdicts. */
export function totalOf(counts: Counts): number {
  return VERDICTS.reduce((sum, verdict) => sum + counts[verdict], 0);
}

/** What a run comes to, for the head of a report. */
export interface Headline {
  /** `partial`: the run did not reach its end. */
  readonly outcome: 'pass' | 'fail' | 'warn' | 'inconclusive' | 'error' | 'partial';
  readonly sentence: string;
}

/** The one sentence at the head of every report; computed here, so that no two reports differ. */
export function headlineOf(result: Result): Headline {
  const { counts } = result;
  const rows = totalOf(counts);
  const all = `${rows} requirement${rows === 1 ? '' : 's'}`;
  const failed = `${counts.fail > 0 ? counts.fail : 'none'} of ${all} failed`;
  const cut = result.partial === undefined ? '' : `; the run was cut short: ${result.partial}`;
  if (result.errors.length > 0 || counts.error > 0) {
    const [first] = result.errors;
    const unreachable = first?.startsWith('TARGET_UNREACHABLE') === true;
    const why = unreachable
      ? 'the target could not be reached'
      : "the suite or its surroundings broke, which is not the target's fault";
    return { outcome: 'error', sentence: `${why}; ${failed}${cut}` };
  }
  if (result.sessionsCompleted === 0 && counts.fail === 0) {
    return { outcome: 'error', sentence: `no DM Session was ever completed; ${failed}${cut}` };
  }
  if (result.partial !== undefined) return { outcome: 'partial', sentence: `${result.partial}; ${failed} so far` };
  if (counts.fail > 0) return { outcome: 'fail', sentence: failed };
  if (counts.pass === 0) return { outcome: 'inconclusive', sentence: `nothing could be shown; ${failed}` };
  const open = counts.inconclusive > 0 ? `, ${counts.inconclusive} inconclusive` : '';
  if (counts.warn > 0) return { outcome: 'warn', sentence: `${failed}, ${counts.warn} with a warning${open}` };
  return { outcome: 'pass', sentence: `${failed}${open}` };
}
