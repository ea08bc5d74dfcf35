import type { EvidenceWishes } from '../harness/model/evidence.js';
import type { Finding } from '../harness/model/finding.js';
import { PRECEDENCE } from '../harness/model/precedence.js';
import type { RequirementResult, Result } from '../harness/model/result.js';

/** How many findings of one requirement are shown with their messages, and how many in all. */
const IN_FULL_EACH = 3;
const IN_FULL = 300;
/** How many more are listed in a line each. */
const LISTED_EACH = 50;
const LISTED = 4000;
/** How many of the events that one finding names are shown. */
export const EVENTS_NAMED = 12;

/** What a report shows of one requirement's findings; the rest stands in the result record. */
export interface ShownFindings {
  /** With their messages. */
  readonly inFull: readonly Finding[];
  /** In a line each. */
  readonly listed: readonly Finding[];
  readonly leftOut: number;
}

/** Which findings a report shows, so that one of 10,000 findings can still be opened: what went wrong goes first, and every requirement gets its turn. */
export class EvidencePlan {
  readonly #shown = new Map<RequirementResult, ShownFindings>();

  constructor(result: Result) {
    const rows = [...result.requirements].sort((a, b) => rank(a) - rank(b));
    const inFull = new Map<RequirementResult, number>();
    let left = IN_FULL;
    for (let turn = 0; turn < IN_FULL_EACH; turn += 1)
      for (const row of rows)
        if (left > 0 && turn < wanted(row)) {
          inFull.set(row, turn + 1);
          left -= 1;
        }
    let lines = LISTED;
    for (const row of rows) {
      const findings = inOrder(row);
      const full = inFull.get(row) ?? 0;
      const more = row.verdict === 'pass' ? 0 : Math.min(findings.length - full, LISTED_EACH, lines);
      lines -= more;
      this.#shown.set(row, {
        inFull: findings.slice(0, full),
        listed: findings.slice(full, full + more),
        leftOut: findings.length - full - more,
      });
    }
  }

  of(row: RequirementResult): ShownFindings {
    return this.#shown.get(row) ?? { inFull: [], listed: [], leftOut: row.findings.length };
  }

  /** Findings that are neither shown nor listed, passes left aside. */
  get leftOut(): number {
    return [...this.#shown].reduce((sum, [row, { leftOut }]) => sum + (row.verdict === 'pass' ? 0 : leftOut), 0);
  }

  /** The trace events that the findings shown in full name. */
  wishes(ownTrace: string): EvidenceWishes {
    const wishes = new Map<string, Set<number>>();
    for (const [row, { inFull }] of this.#shown) {
      const trace = row.trace ?? ownTrace;
      const named = wishes.get(trace) ?? new Set<number>();
      wishes.set(trace, named);
      for (const { events } of inFull) for (const seq of events.slice(0, EVENTS_NAMED)) named.add(seq);
    }
    return wishes;
  }
}

function rank({ verdict }: RequirementResult): number {
  return PRECEDENCE.indexOf(verdict);
}

/** Of a passed requirement one finding says enough. */
function wanted(row: RequirementResult): number {
  return row.verdict === 'pass' ? 1 : row.findings.filter(({ verdict }) => verdict !== 'pass').length;
}

/** The findings that the verdict rests on come first, passes last. */
function inOrder({ findings, verdict }: RequirementResult): readonly Finding[] {
  const place = (finding: Finding): number => (finding.verdict === verdict ? -1 : PRECEDENCE.indexOf(finding.verdict));
  return [...findings].sort((a, b) => place(a) - place(b));
}
