/** Verdicts in the words of ISO/IEC 9646 and EARL; their meaning stands in the README. */
export const VERDICTS = ['pass', 'fail', 'warn', 'inconclusive', 'not-applicable', 'known-issue', 'error'] as const;
export type Verdict = (typeof VERDICTS)[number];

/** The role of the implementation under test. */
export type Role = 'client' | 'server';

/** M = MUST, S = SHOULD, Y = MAY (a capability: judged only when declared or observed). */
export type Level = 'M' | 'S' | 'Y';

export const LEVEL_WORD: Readonly<Record<Level, string>> = { M: 'MUST', S: 'SHOULD', Y: 'MAY' };
