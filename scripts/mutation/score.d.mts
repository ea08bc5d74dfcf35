/** How many mutants of a file came to which end. */
export interface MutantCounts {
  readonly killed: number;
  readonly timeout: number;
  readonly survived: number;
  readonly noCoverage: number;
  readonly ignored: number;
}

/** fixtures/mutation/score.json */
export interface MutationScore {
  readonly measuredOn: string;
  /** Files that are mutated in all; those of `files` were measured. */
  readonly sources: number;
  readonly files: Readonly<Record<string, MutantCounts>>;
}

interface StrykerReport {
  readonly files: Readonly<Record<string, { readonly mutants: readonly { readonly status: string }[] }>>;
}

export function countsOf(reports: readonly StrykerReport[]): Readonly<Record<string, MutantCounts>>;
export function scoreOf(counts: MutantCounts): number;
export function folderOf(files: MutationScore['files'], folder: string): MutantCounts;
export function regressions(counts: MutationScore['files'], kept: Pick<MutationScore, 'files'>): readonly string[];
export function readmeLine(score: MutationScore): string;
