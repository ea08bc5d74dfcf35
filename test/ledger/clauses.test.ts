import { describe, expect, it } from 'vitest';
import { readClauses } from '../../harness/ledger/clauses.js';
import { ledgerFiles, realLedger } from './real-ledger.js';

function parse(text: string): ReturnType<typeof readClauses> {
  return readClauses({ path: 'clauses.yaml', text }, realLedger);
}

const real = parse(ledgerFiles().find(({ path }) => path.endsWith('clauses.yaml'))?.text ?? '');

/** `CR 6.2-4b` and `CR 6.1a R01` are of the sections 6.2 and 6.1a. */
function sectionOf(clause: string): string {
  return /^CR [0-9.]+[ab]?/.exec(clause)?.[0] ?? clause;
}

describe('the sentences of the change request', () => {
  it.each(['CR 6', 'CR 6.1a', 'CR 6.1b', 'CR 6.1.1', 'CR 6.1.2', 'CR 6.1.3', 'CR 6.1.4', 'CR 6.2'])(
    '%s is there',
    (section) => {
      expect(real.some(({ id }) => sectionOf(id) === section)).toBe(true);
    },
  );

  it('are answered by requirements that the suite judges, or say why not', () => {
    const untested = new Set(realLedger.requirements.filter((row) => row.notTested !== undefined).map(({ id }) => id));
    const unanswered = real.filter(
      ({ requirements, reason }) => requirements.every((id) => untested.has(id)) && reason === undefined,
    );
    expect(unanswered).toEqual([]);
  });

  it('name every requirement that cites them', () => {
    for (const { id, source } of realLedger.requirements) {
      for (const cited of source.filter((clause) => clause.startsWith('CR '))) {
        const there = real.filter((clause) => sectionOf(clause.id) === sectionOf(cited));
        expect(
          there.some(({ requirements }) => requirements.includes(id)),
          `${id} cites ${cited}`,
        ).toBe(true);
      }
    }
  });

  it('settle each open point of the editor by a decision', () => {
    const open = real.filter(({ says }) => says.includes('left open'));
    expect(open.map(({ decisions }) => decisions.length > 0)).toEqual([true, true, true]);
  });
});

describe('a file of clauses', () => {
  const clause = (rest: string): string =>
    `schemaVersion: 1\nsource: CR\nclauses:\n  - { id: CR 6-1, says: x${rest} }\n`;

  it.each([
    ['', 'neither requirement nor reason'],
    [', requirements: [SES-99]', 'SES-99'],
    [', decisions: [D-99], reason: none', 'D-99'],
    [', requirements: SES-01', 'a value of type array'],
  ])('with %j is refused', (rest, why) => {
    expect(() => parse(clause(rest))).toThrowError(expect.objectContaining({ code: 'LEDGER_INVALID' }) as Error);
    try {
      parse(clause(rest));
    } catch (error) {
      expect((error as { toLine(): string }).toLine()).toContain(why);
    }
  });
});
