import { describe, expect, it } from 'vitest';
import { readCoverage } from '../../cli/coverage.js';
import { gapsOf } from '../../harness/model/coverage.js';
import { renderCoverageHtml } from '../../reports/coverage-html.js';

const coverage = readCoverage();

describe('the coverage of the sources', () => {
  it('ties clauses to requirements, and these to scenarios and deviants', () => {
    const row = coverage.requirements.find(({ id }) => id === 'ORD-04');
    expect(row?.scenarios.length).toBeGreaterThan(0);
    expect(row?.deviants.length).toBeGreaterThan(0);
    const clause = coverage.clauses.find(({ id }) => id === 'TS 7.4');
    expect(clause?.requirements).toContain('ORD-04');
    expect(coverage.clauses.filter(({ id }) => id.startsWith('CR')).length).toBeGreaterThan(20);
  });

  it('names every gap', () => {
    const gaps = gapsOf({
      ...coverage,
      clauses: [...coverage.clauses, { id: 'CR 9', requirements: [], decisions: [] }],
      requirements: coverage.requirements.map((row) =>
        row.id === 'ORD-04' ? { ...row, scenarios: [], deviants: [] } : row,
      ),
    });
    expect(gaps).toEqual([
      'clauses that nothing answers: CR 9',
      'requirements without a scenario: ORD-04',
      expect.stringMatching(/^requirements that no deviant breaks: .*ORD-04/),
    ]);
  });

  it('leaves no clause without an answer, and no MUST or SHOULD unproved', () => {
    const gaps = gapsOf({ ...coverage, requirements: coverage.requirements.filter(({ level }) => level !== 'Y') });
    expect(gaps).toEqual([]);
  });

  it('is a page with every clause, requirement and decision, whose links lead somewhere', () => {
    const page = renderCoverageHtml(coverage);
    const ids = new Set([...page.matchAll(/ id="([^"]+)"/g)].map(([, id]) => id));
    for (const { id } of [...coverage.requirements, ...coverage.decisions]) expect(ids.has(id)).toBe(true);
    for (const { id } of coverage.clauses) expect(page).toContain(`<td>${id}</td>`);
    for (const [, target] of page.matchAll(/href="#([^"]+)"/g)) expect(ids.has(target)).toBe(true);
  });
});
