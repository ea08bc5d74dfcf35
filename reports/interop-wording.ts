import { countOutcomes, type Interop, type InteropCell, OUTCOMES, type Outcome } from '../harness/model/interop.js';
import type { Verdict } from '../harness/model/verdict.js';
import { countsText } from './wording.js';

/** The verdict word whose colour an outcome has. */
export const COLOUR: Readonly<Record<Outcome, Verdict>> = {
  failed: 'fail',
  inconclusive: 'inconclusive',
  unsupported: 'not-applicable',
  worked: 'pass',
};

/** `19 of 21 worked, 2 unsupported`. */
export function cellText({ sessions, elsewhere }: Pick<InteropCell, 'sessions' | 'elsewhere'>): string {
  const counts = countOutcomes(sessions);
  const others = OUTCOMES.filter((outcome) => outcome !== 'worked' && counts[outcome] > 0);
  const parts = [
    `${counts.worked} of ${sessions.length} worked`,
    ...others.map((outcome) => `${counts[outcome]} ${outcome}`),
    ...(elsewhere.length === 0 ? [] : [`${elsewhere.length} violations outside the sessions`]),
  ];
  return parts.join(', ');
}

export function cellOf(interop: Interop, client: string, server: string): InteropCell | undefined {
  return interop.cells.find((cell) => cell.client === client && cell.server === server);
}

/** `client 96 pass, server 1 fail, 40 pass`: what the ledger says of each side on this record; rows that it does not show are left out. */
export function rowsLine({ rows }: InteropCell): string {
  const shown = (side: 'client' | 'server'): string =>
    countsText({ ...rows[side], inconclusive: 0, 'not-applicable': 0 });
  return `client ${shown('client')}; server ${shown('server')}`;
}

/** One sentence about the whole matrix. */
export function matrixSentence({ cells, partial, catalogue }: Interop): string {
  const counts = countOutcomes(cells);
  const named = OUTCOMES.filter((outcome) => counts[outcome] > 0).map((outcome) => `${counts[outcome]} ${outcome}`);
  const cut = partial === undefined ? '' : `; the run was cut short: ${partial}`;
  return `${cells.length} pair${cells.length === 1 ? '' : 's'}, ${catalogue.length} sessions each: ${named.join(', ') || 'none played'}${cut}`;
}

/** What a matrix comes to. */
export function matrixOutcome({ cells }: Interop): Outcome {
  return OUTCOMES.find((outcome) => cells.some((cell) => cell.outcome === outcome)) ?? 'inconclusive';
}
