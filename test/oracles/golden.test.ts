import { createHash } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { readLedger } from '../../cli/paths.js';
import type { Observed } from '../../harness/model/finding.js';
import { ORACLES } from '../../harness/oracles/index.js';
import { FOLDER, judge, load, oracleOf, traces } from './goldens.js';
import { ours } from './ours.js';

const WORST_LAST = ['unclear', 'absent', 'held', 'violated'];

/** The outcome for each requirement that was spoken of: the worst, where a trace shows several. */
function outcomes(observed: readonly Observed[]): Record<string, string> {
  const sorted = [...observed].sort((a, b) => WORST_LAST.indexOf(a.outcome) - WORST_LAST.indexOf(b.outcome));
  return Object.fromEntries(sorted.map(({ requirement, outcome }) => [requirement, outcome]));
}

/** The decision and the limit of the findings of each requirement that have any. */
function softened(observed: readonly Observed[]): Record<string, string> {
  const open: Record<string, string> = {};
  for (const { requirement, decision, atMost } of observed) {
    const words = [decision, atMost].filter((word) => word !== undefined);
    if (words.length > 0) open[requirement] = words.join(', ');
  }
  return open;
}

describe('the golden traces', () => {
  it('are as they were reviewed', () => {
    const sums = readFileSync(join(FOLDER, 'SHA256SUMS'), 'utf8').trimEnd().split('\n');
    const found = readdirSync(FOLDER, { recursive: true, encoding: 'utf8' })
      .filter((file) => file.endsWith('.ndjson'))
      .map(
        (file) =>
          `${createHash('sha256')
            .update(readFileSync(join(FOLDER, file)))
            .digest('hex')}  ${file.replaceAll('\\', '/')}`,
      );
    expect(found.sort()).toEqual(sums.sort());
    expect(new Set(traces.map(({ file }) => file)).size).toBe(found.length);
  });

  it('hold one that passes and one that fails for each requirement of each oracle', () => {
    const permissions = new Set(
      readLedger()
        .requirements.filter(({ level }) => level === 'Y')
        .map(({ id }) => id),
    );
    const has = (oracle: string, id: string, outcome: string): boolean =>
      traces.some((golden) => golden.oracle === oracle && golden.outcomes[id] === outcome);
    const sameRow = (id: string, outcome: string): boolean =>
      ORACLES.some(({ name, requirements }) => requirements.includes(id) && has(name, id, outcome));
    for (const { name, requirements } of ORACLES) {
      for (const id of requirements) {
        expect(sameRow(id, 'held'), `${name}: ${id} held`).toBe(true);
        if (!permissions.has(id)) expect(has(name, id, 'violated'), `${name}: ${id} violated`).toBe(true);
      }
    }
  });
});

describe.each(traces.map((golden) => [`${golden.oracle} on ${golden.file}`, golden] as const))(
  '%s',
  (_title, golden) => {
    it(golden.shows, () => {
      const trace = load(golden.file);
      const oracle = oracleOf(golden);
      const observed = judge(trace, [oracle]);
      expect(outcomes(observed)).toEqual(golden.outcomes);
      expect(softened(observed)).toEqual(golden.open ?? {});
      expect(oracle.requirements).toEqual(expect.arrayContaining(Object.keys(golden.outcomes)));
      // Each finding names events of the record that show it.
      const known = new Set(trace.events.map(({ seq }) => seq));
      for (const { events, message } of observed) {
        expect(events.length, message).toBeGreaterThan(0);
        expect(events.every((seq) => known.has(seq))).toBe(true);
      }
    });

    if (golden.whole !== undefined)
      it('means this and no more to all oracles', () => {
        expect(outcomes(judge(load(golden.file), ORACLES))).toEqual(golden.whole);
      });

    it('breaks nothing else', () => {
      const expected = [
        ...Object.keys(golden.outcomes).filter((id) => golden.outcomes[id] === 'violated'),
        ...(golden.others ?? []),
      ];
      const broken = judge(load(golden.file), ORACLES).filter(({ outcome }) => outcome === 'violated');
      expect([...new Set(broken.map(({ requirement }) => requirement))].sort()).toEqual(expected.sort());
    });

    it('shows nothing without the target', () => {
      const trace = load(golden.file);
      expect(
        judge(trace, ORACLES, ours(trace.events, trace.header.role)).filter(({ outcome }) => outcome === 'held'),
      ).toEqual([]);
    });
  },
);
