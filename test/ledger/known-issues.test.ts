import { describe, expect, it } from 'vitest';
import { withKnownIssues } from '../../harness/ledger/known-issues.js';
import { ConformError } from '../../harness/model/errors.js';
import type { Finding } from '../../harness/model/finding.js';
import { readKnownIssues } from '../../harness/model/known-issue.js';
import type { ScenarioResult } from '../../harness/model/result.js';
import type { Verdict } from '../../harness/model/verdict.js';

const ID = 'PKG-09';
const ISSUE = { requirement: ID, scenario: 'A session', says: 'It carries no', reason: 'ACME-12, gone with 5.0' };
const SCENARIOS: readonly ScenarioResult[] = ['A session', 'Another'].map((name, index) => ({
  token: `c${index + 1}`,
  name,
  feature: '',
  rule: '',
  requirements: [ID],
  reached: true,
  durationMs: 1,
}));

function finding(verdict: Verdict, message: string, scenario = 'c1'): Finding {
  return { requirement: ID, verdict, message, events: [1], scenario };
}

function verdictsOf(findings: readonly Finding[], complete = true): readonly string[] {
  return withKnownIssues({
    requirement: ID,
    findings,
    scenarios: SCENARIOS,
    issues: [ISSUE],
    complete,
    on: '2026-06-15',
  }).map(({ verdict, message }) => `${verdict}: ${message}`);
}

describe('known issues', () => {
  it('a failure as declared is known, and its reason stands beside it', () => {
    expect(verdictsOf([finding('fail', 'It carries no header.')])).toEqual([
      'known-issue: It carries no header. Known: ACME-12, gone with 5.0',
    ]);
  });

  it.each([
    ['another failure of the scenario', finding('fail', 'It crashed.'), /fails otherwise/],
    ['no failure', finding('pass', 'It carries one.'), /but it passes/],
  ])('%s is a failure of the list', (_, found, why) => {
    const all = verdictsOf([found]);
    expect(all).toHaveLength(2);
    expect(all[1]).toMatch(/^fail: The expectations file knows/);
    expect(all[1]).toMatch(why);
  });

  it('the same failure elsewhere is not known', () => {
    const all = verdictsOf([finding('fail', 'It carries no header.'), finding('fail', 'It carries no header.', 'c2')]);
    expect(all.map((each) => each.split(':')[0])).toEqual(['known-issue', 'fail']);
  });

  it('what was not shown leaves the entry as it is', () => {
    expect(verdictsOf([finding('inconclusive', 'not reached')])).toEqual(['inconclusive: not reached']);
    expect(verdictsOf([])).toEqual([]);
  });

  it('a run that was cut short misses nothing', () => {
    expect(verdictsOf([finding('pass', 'so far')], false)).toEqual(['pass: so far']);
  });

  it('no entry, no change', () => {
    const findings = [finding('fail', 'x')];
    expect(
      withKnownIssues({
        requirement: ID,
        findings,
        scenarios: SCENARIOS,
        issues: [],
        complete: true,
        on: '2026-06-15',
      }),
    ).toBe(findings);
  });
});

describe('waivers', () => {
  const granted = (until: string): readonly Finding[] => {
    const waiver = {
      requirement: ID,
      says: 'It carries no',
      reason: 'field trial 7',
      waiver: { by: 'the lab', until },
    };
    const findings = [finding('fail', 'It carries no header.')];
    const input = { requirement: ID, findings, scenarios: SCENARIOS, issues: [waiver], complete: true };
    return withKnownIssues({ ...input, on: '2026-06-15' });
  };

  it('excuse a failure to their last day, and are named apart from known issues', () => {
    for (const until of ['2026-06-15', '2026-07-01'])
      expect(granted(until)).toEqual([
        expect.objectContaining({
          verdict: 'known-issue',
          message: `It carries no header. Waived by the lab until ${until}: field trial 7`,
          waiver: { by: 'the lab', until, reason: 'field trial 7' },
        }),
      ]);
  });

  it('excuse nothing after it, and the finding says so', () => {
    expect(granted('2026-06-14')).toEqual([
      expect.objectContaining({
        verdict: 'fail',
        message:
          'It carries no header. No longer waived: the waiver by the lab until 2026-06-14: field trial 7 had ended.',
      }),
    ]);
    expect(granted('2026-06-14')[0]).not.toHaveProperty('waiver');
  });
});

describe('an expectations file', () => {
  const read = (text: string) => readKnownIssues({ path: 'e.yaml', text }, new Set([ID]));

  it('is read', () => {
    const entry = `{ requirement: ${ID}, scenario: A session, says: It carries no, reason: "ACME-12, gone with 5.0" }`;
    expect(read(`schemaVersion: 1\nknownIssues:\n  - ${entry}\n`)).toEqual([ISSUE]);
  });

  it('holds waivers, which name who granted them and until when', () => {
    const entry = `{ requirement: ${ID}, says: It carries no, reason: field trial 7, by: the lab, until: "2026-07-01" }`;
    expect(read(`schemaVersion: 1\nwaivers:\n  - ${entry}\n`)).toEqual([
      {
        requirement: ID,
        says: 'It carries no',
        reason: 'field trial 7',
        waiver: { by: 'the lab', until: '2026-07-01' },
      },
    ]);
  });

  it.each([
    [
      'a waiver for ever',
      `schemaVersion: 1\nwaivers:\n  - { requirement: ${ID}, says: x, reason: y, by: z, until: never }\n`,
      'e.yaml:3 waivers.0.until',
    ],
    ['no reason', `schemaVersion: 1\nknownIssues:\n  - { requirement: ${ID}, says: x }\n`, 'e.yaml:3 knownIssues.0'],
    [
      'a stranger',
      'schemaVersion: 1\nknownIssues:\n  - requirement: XXX-01\n    says: x\n    reason: y\n',
      'e.yaml:3 knownIssues.0.requirement',
    ],
  ])('%s is told with file, line and key', (_, text, subject) => {
    expect(() => read(text)).toThrow(ConformError);
    try {
      read(text);
    } catch (error) {
      expect((error as ConformError).subject).toBe(subject);
    }
  });
});
