import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { coverOf, placesFor, turnPlaces } from '../../harness/prove/cover.js';
import type { RecordedScenario } from '../../harness/prove/recording.js';

const rows = fc.subarray(['SES-01', 'SES-02', 'PKG-01', 'ORD-01', 'END-01', 'HTP-01']);
const scenarios = fc
  .array(fc.record({ requirements: rows, shows: rows, slow: fc.boolean(), cost: fc.integer({ min: 0, max: 150 }) }), {
    maxLength: 20,
  })
  .map((all) => all.map((one, index): RecordedScenario => ({ ...one, place: `a.feature:${index}` })));

describe('the cover', () => {
  it('shows every row that the scenarios show', () => {
    fc.assert(
      fc.property(scenarios, (all) => {
        const shown = (some: readonly RecordedScenario[]) => new Set(some.flatMap(({ shows }) => shows));
        expect(shown(coverOf(all))).toEqual(shown(all));
      }),
    );
  });

  it('takes the cheap scenario of two that show the same', () => {
    const one = { requirements: [], slow: false, shows: ['SES-01'] };
    const cheap = { ...one, place: 'cheap', cost: 3 };
    expect(coverOf([{ ...one, place: 'dear', cost: 50 }, cheap])).toEqual([cheap]);
  });
});

describe('the scenarios of a deviant', () => {
  it('hold all that are about what it breaks, slow or not', () => {
    fc.assert(
      fc.property(scenarios, rows, fc.constantFrom('cover', 'whole'), (all, breaks, scope) => {
        const places = placesFor({ name: 'errs', breaks }, all, scope);
        for (const { requirements, place } of all)
          if (requirements.some((id) => breaks.includes(id))) expect(places).toContain(place);
      }),
    );
  });

  it('hold no slow ones of other rows', () => {
    const base = { requirements: ['SES-01'], shows: ['SES-01'], slow: false, cost: 5 };
    const all = [
      { ...base, place: 'usual' },
      { ...base, place: 'slow', slow: true },
    ];
    expect(placesFor({ name: 'errs', breaks: ['PKG-01'] }, all, 'whole')).toEqual(['usual']);
  });

  it('hold, of the cover, what the others leave out: twelve neighbours in the alphabet share all of it', () => {
    fc.assert(
      fc.property(scenarios, (all) => {
        const quick = coverOf(all.filter(({ slow, cost }) => !slow && cost <= 200)).map(({ place }) => place);
        const shares = [...'abcdefghijkl'].map((name) => placesFor({ name, breaks: [] }, all, 'cover'));
        expect(shares.flat().sort()).toEqual([...quick].sort());
        expect(turnPlaces('c', all)).toEqual(shares[2]);
      }),
    );
  });
});

describe('the cover from day to day', () => {
  it('has no slow and no very long scenarios', () => {
    const base = { requirements: [], shows: ['SES-01'], slow: false, cost: 5 };
    const all = [
      { ...base, place: 'usual' },
      { ...base, place: 'slow', slow: true, shows: ['FLW-02'] },
      { ...base, place: 'long', cost: 5000, shows: ['FLW-01'] },
    ];
    expect([...'abcdefghijkl'].flatMap((name) => turnPlaces(name, all))).toEqual(['usual']);
  });
});
