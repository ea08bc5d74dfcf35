import type { Ledger } from '../model/requirement.js';
import type { RequirementResult, Result } from '../model/result.js';

const MOST_IDS = 12;

/**
 * Why a result cannot be certified, a sentence each; empty when nothing stands against it. A certificate speaks for the whole ledger, of one run:
 * it is refused for a run that is partial, narrowed, merged or broken, that has a failed row or a MUST that nothing shows, or that another ledger judged.
 */
export function objectionsTo(result: Result, shipped: Pick<Ledger, 'version' | 'digest'>): readonly string[] {
  const { ledger, partial, selection, errors, sessionsCompleted } = result;
  return [
    ...(partial === undefined ? [] : [`the run is partial: ${partial}`]),
    ...(selection === undefined ? [] : [`the run was narrowed to ${selection.join(' ')}`]),
    ...(result.merged === undefined ? [] : ['the result is merged of several runs: play the whole suite once more']),
    ...(errors.length === 0 ? [] : [`the suite or its surroundings broke: ${errors[0]}`]),
    ...(sessionsCompleted > 0 ? [] : ['no DM Session was ever completed']),
    ...rowsThat(result, 'failed', ({ verdict }) => verdict === 'fail'),
    ...rowsThat(result, 'broke', ({ verdict }) => verdict === 'error'),
    ...rowsThat(result, 'inconclusive on a MUST', ({ verdict, level }) => verdict === 'inconclusive' && level === 'M'),
    ...rowsThat(result, 'a known issue on a MUST', (row) => row.level === 'M' && isKnown(row)),
    ...(ledger.digest === shipped.digest
      ? []
      : [
          `the ledger is not the one that this release ships: the run used ${ledger.version} (${ledger.digest.slice(0, 12)}), shipped is ${shipped.version} (${shipped.digest.slice(0, 12)})`,
        ]),
  ];
}

/** A failure that only the vendor's own list excuses; one that a waiver covers is named in the certificate instead. */
function isKnown({ verdict, findings }: RequirementResult): boolean {
  return verdict === 'known-issue' && findings.some((one) => one.verdict === 'known-issue' && one.waiver === undefined);
}

function rowsThat(result: Result, what: string, is: (row: RequirementResult) => boolean): readonly string[] {
  const ids = result.requirements.filter(is).map(({ id }) => id);
  if (ids.length === 0) return [];
  const more = ids.length > MOST_IDS ? ` and ${ids.length - MOST_IDS} more` : '';
  return [`${what}: ${ids.slice(0, MOST_IDS).join(' ')}${more}`];
}
