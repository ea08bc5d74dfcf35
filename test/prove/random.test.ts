import { beforeAll, describe, expect, it } from 'vitest';
import { ORACLES } from '../../harness/oracles/index.js';
import { Judge } from '../../harness/oracles/judge.js';
import { FAULTS, type Fault } from '../../harness/prove/faults.js';
import { type RandomSessions, randomSessions } from '../../harness/prove/random-sessions.js';
import { randomFrom } from '../../harness/run/seed.js';
import type { TraceEvent } from '../../harness/trace/event.js';

/** Other sessions and other places with another word; a failure names the seed of its pair. */
const SEED = process.env.DMCONFORM_SEED ?? 'dmconform';
const PAIRS = 50;
const SESSIONS = 10;
/** Places at which each fault is put into the record of each of so many pairs. */
const FAULTY_PAIRS = 10;
const PLACES = 4;

const played: { readonly seed: string; readonly sessions: RandomSessions }[] = [];

beforeAll(async () => {
  for (let pair = 1; pair <= PAIRS; pair += 1) {
    const seed = `${SEED} ${pair}`;
    played.push({ seed, sessions: await randomSessions(seed, SESSIONS) });
  }
}, 300_000);

describe('random legal sessions between random legal variants', () => {
  it('never fail and never warn, whoever is judged', () => {
    const flagged = played.filter(({ sessions }) => sessions.against.length > 0);
    expect(
      flagged.map(({ seed, sessions: { client, server, against } }) => ({ seed, client, server, against })),
    ).toEqual([]);
    expect(played.reduce((sum, { sessions }) => sum + sessions.sessions, 0)).toBeGreaterThanOrEqual(500);
  });

  it('break nothing in the suite', () => {
    expect(played.flatMap(({ sessions }) => sessions.faults)).toEqual([]);
  });

  it('show rules kept, by many variants', () => {
    expect(played.reduce((sum, { sessions }) => sum + sessions.held, 0)).toBeGreaterThan(10_000);
    const variants = new Set(played.flatMap(({ sessions: { client, server } }) => [...client, ...server]));
    expect(variants.size).toBeGreaterThan(40);
  });
});

function violated(sessions: RandomSessions, { role }: Fault, events: readonly TraceEvent[]): ReadonlySet<string> {
  const judge = new Judge({ ...sessions.trace.header, role }, ORACLES, () => undefined);
  for (const event of events) judge.push(event);
  const broken = judge.observed.filter(({ outcome }) => outcome === 'violated');
  return new Set(broken.map(({ requirement }) => requirement));
}

describe.each(FAULTS.map((fault) => [`${fault.role}: ${fault.name}`, fault] as const))('%s', (_title, fault) => {
  it('is found wherever it is put into the record', () => {
    let count = 0;
    // Of two sessions of one device at once the server may refuse one, and nobody can tell their transfers apart (D-11): a fault is none there.
    const clear = played.filter(({ sessions }) => !sessions.client.includes('opens-two-sessions'));
    for (const { seed, sessions } of clear.slice(0, FAULTY_PAIRS)) {
      for (let place = 1; place <= PLACES; place += 1) {
        const faulty = fault.inject(sessions.trace.events, randomFrom(`${seed} ${fault.name} ${place}`));
        if (faulty === undefined) continue;
        count += 1;
        const found = violated(sessions, fault, faulty);
        const seen = fault.breaks.some((id) => found.has(id));
        expect(seen, `seed "${seed}", place ${place}: found ${[...found].join(' ')}`).toBe(true);
      }
    }
    expect(count).toBeGreaterThan(PLACES);
  });
});
