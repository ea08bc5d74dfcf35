import { describe, expect, it } from 'vitest';
import { CATALOGUE, selectSessions } from '../../harness/interop/catalogue.js';
import { outcomeOf } from '../../harness/interop/judge-pair.js';
import { hasEnd, type Places, wordsOf } from '../../harness/interop/planned.js';
import type { Played } from '../../harness/interop/play-session.js';
import type { Violation } from '../../harness/model/interop.js';
import { COMMAND_NAMES } from '../../harness/protocol/commands.js';

const PLACES: Places = {
  nodes: { devInfo: 'urn:d//', account: 'urn:a//', executable: 'urn:t//Run', executableWithAlert: 'urn:t//Alert' },
  sample: 'urn:s/1/',
  absent: 'urn:d//none',
  repository: (name) => `http://r/${name}`,
  holds: (name) => `http://r/${name}`,
  page: (name) => `http://p/${name}`,
  server: (name) => `http://s/dm?${name}`,
};

const plans = CATALOGUE.flatMap(({ name, plan }) => {
  const packages = plan?.(PLACES) ?? [];
  return 'cannot' in packages ? [] : [{ name, packages }];
});

describe('the catalogue', () => {
  it('has every command of DM 2.0, and names of its own', () => {
    const names = new Set(plans.flatMap(({ packages }) => wordsOf(packages).flat()).map(([name]) => name));
    for (const command of COMMAND_NAMES) expect(names, command).toContain(command);
    expect(new Set(CATALOGUE.map(({ name }) => name)).size).toBe(CATALOGUE.length);
  });

  it('ends each plan by END, in its last package alone', () => {
    const planned = plans.filter(({ packages }) => packages.length > 0);
    expect(planned.length).toBeGreaterThan(15);
    for (const { name, packages } of planned) {
      const ends = packages.map(hasEnd);
      expect(ends.lastIndexOf(true), name).toBe(packages.length - 1);
      expect(
        ends.filter((end) => end),
        name,
      ).toHaveLength(1);
    }
  });

  it('says why a plan cannot be made, and by which key', () => {
    const { executable: _none, ...nodes } = PLACES.nodes;
    const exec = CATALOGUE.find(({ name }) => name === 'exec')?.plan?.({ ...PLACES, nodes });
    expect(exec).toEqual({ cannot: "the client's statement names no such node (`nodes.executable`)" });
    const gone = CATALOGUE.find(({ name }) => name === 'delete')?.plan?.({ ...PLACES, sample: undefined });
    expect(gone).toHaveProperty('cannot');
  });

  it('is played with what a session rests on', () => {
    expect(selectSessions(['delete']).map(({ name }) => name)).toEqual(['hget', 'delete']);
    expect(selectSessions(undefined)).toBe(CATALOGUE);
  });
});

describe('what a session came to', () => {
  const [session] = CATALOGUE;
  if (session === undefined) throw new Error('the catalogue is empty');
  const seen = { ones: [], runs: [], threes: [], replies: [], sides: [], events: [] };
  const played: Played = { token: 'i1', session, seen, looks: [], gaveUp: false, durationMs: 1 };
  const met = { claim: 'A #1 came.', met: true, events: [1] };
  const unmet = { claim: 'It ended.', met: false, instead: 'no END', events: [] };
  const violation: Violation = {
    side: 'server',
    requirement: 'END-01',
    level: 'M',
    source: ['CR 6.1'],
    message: 'no END',
    events: [3],
  };
  const missing = { side: 'server', key: 'control.operations', probe: 'both were answered 404' } as const;

  it.each([
    ['worked', { looks: [met] }, []],
    ['failed', { looks: [met] }, [violation]],
    ['failed', { notDone: { reason: 'x', missing } }, [violation]],
    ['inconclusive', { looks: [met, unmet] }, []],
    ['inconclusive', { looks: [met], gaveUp: true }, []],
    ['inconclusive', { notDone: { reason: 'refused' } }, []],
    ['unsupported', { notDone: { reason: 'x', missing } }, []],
  ] as const)('is %s', (outcome, given, violations) => {
    expect(outcomeOf({ ...played, ...given }, violations, undefined).outcome).toBe(outcome);
  });

  it('names side and row, or key and probe, or what was not seen', () => {
    expect(outcomeOf({ ...played, looks: [met] }, [violation], undefined).reason).toBe('server, by END-01: no END');
    expect(outcomeOf({ ...played, notDone: { reason: 'x', missing } }, [], undefined).reason).toBe(
      'server, by `control.operations`: both were answered 404',
    );
    expect(outcomeOf({ ...played, looks: [met, unmet] }, [], undefined).reason).toBe('not seen: It ended. (no END)');
  });
});
