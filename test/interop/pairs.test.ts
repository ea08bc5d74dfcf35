import { describe, expect, it } from 'vitest';
import { DEVIANTS } from '../../harness/deviants/index.js';
import { selectSessions } from '../../harness/interop/catalogue.js';
import type { Peer } from '../../harness/interop/peers.js';
import { type MatrixOptions, runMatrix } from '../../harness/interop/run-matrix.js';
import type { InteropCell } from '../../harness/model/interop.js';
import { clientOf, serverOf } from '../../harness/prove/peers.js';
import { realLedger } from '../ledger/real-ledger.js';

const reference = (role: 'client' | 'server'): Peer => ({
  role,
  label: `reference-${role}`,
  choice: { kind: 'reference' },
});

/** The reference peer with one mistake. */
function deviant(role: 'client' | 'server', name: string): Peer {
  const found = DEVIANTS.filter((one) => one.role === role && one.name === name);
  expect(found).toHaveLength(1);
  const hooks = role === 'client' ? clientOf(found) : serverOf(found);
  return { role, label: name, choice: { kind: 'reference', ...hooks } };
}

async function cell(
  client: Peer,
  server: Peer,
  only: readonly string[],
  given: Partial<MatrixOptions> = {},
): Promise<InteropCell> {
  const { cells } = await runMatrix({
    clients: [client],
    servers: [server],
    sessions: selectSessions(only),
    faults: [],
    ledger: realLedger,
    out: undefined,
    jobs: 1,
    patienceMs: 2000,
    seed: 'test',
    suiteVersion: '0',
    signal: new AbortController().signal,
    ...given,
  });
  const [played1] = cells;
  if (played1 === undefined) throw new Error('no cell');
  return played1;
}

const outcomes = ({ sessions }: InteropCell) => Object.fromEntries(sessions.map((one) => [one.session, one.outcome]));

describe('a pair', () => {
  it('works with what the record shows of it, and no less', async () => {
    const played = await cell(reference('client'), reference('server'), [
      'client-initiated',
      'notified',
      'cont',
      'end-at-once',
    ]);
    expect(outcomes(played)).toEqual({
      'client-initiated': 'worked',
      notified: 'worked',
      cont: 'worked',
      'end-at-once': 'worked',
    });
    expect(played).toMatchObject({ outcome: 'worked', errors: [], elsewhere: [] });
    for (const { shown } of played.sessions) {
      expect(shown.length).toBeGreaterThanOrEqual(2);
      for (const { met, events } of shown) expect({ met, some: events.length > 0 }).toEqual({ met: true, some: true });
    }
    expect(played.rows.client.pass).toBeGreaterThan(10);
    expect(played.rows.server.pass).toBeGreaterThan(10);
  });

  it.each([
    ['client', 'report-without-device', 'hput', 'PKG-09'],
    ['server', 'plan-backwards', 'cont', 'ORD-11'],
  ] as const)('blames the %s that is wrong (%s), by its requirement', async (side, name, session, requirement) => {
    const client = side === 'client' ? deviant('client', name) : reference('client');
    const server = side === 'server' ? deviant('server', name) : reference('server');
    const played = await cell(client, server, [session]);
    expect(played.outcome).toBe('failed');
    const violations = [...played.sessions.flatMap((one) => one.violations), ...played.elsewhere];
    expect(violations.map((one) => one.side)).toEqual(violations.map(() => side));
    expect(violations.map((one) => one.requirement)).toContain(requirement);
    const failed = played.sessions.find((one) => one.outcome === 'failed');
    expect(failed?.reason).toContain(`${side}, by `);
  });

  it('is not said to have worked by silence alone', async () => {
    const deaf: Peer = {
      ...reference('client'),
      choice: { kind: 'reference', clientHooks: { startSession: () => Promise.resolve() } },
    };
    const played = await cell(deaf, reference('server'), ['client-initiated', 'hput'], { patienceMs: 200 });
    expect(outcomes(played)).toEqual({ 'client-initiated': 'inconclusive', hput: 'inconclusive' });
    expect(played.outcome).toBe('inconclusive');
    expect(played.sessions[0]?.reason).toContain('no #1 came');
  });
});

describe('faults on the way', () => {
  it('show in resilience and nowhere else', async () => {
    const faults = ['cut-before', '5xx', 'truncate'] as const;
    const played = await cell(reference('client'), reference('server'), ['client-initiated', 'hput'], { faults });
    expect(outcomes(played)).toEqual({ 'client-initiated': 'worked', hput: 'worked' });
    expect(played.outcome).toBe('worked');
    expect(played.faults?.map(({ fault, outcome }) => [fault, outcome])).toEqual([
      ['cut-before', 'recovered'],
      ['5xx', 'recovered'],
      ['truncate', 'recovered'],
    ]);
    for (const { detail } of played.faults ?? []) expect(detail).toMatch(/^exchange [123] of 3: /);
  });

  it('tell of a client that does not get over them, apart from its conformance', async () => {
    let broken = false;
    const client: Peer = {
      ...reference('client'),
      choice: {
        kind: 'reference',
        clientHooks: {
          afterSession: (end) => {
            broken ||= end !== 'ended';
          },
          startSession: async (_cause, open) => {
            if (!broken) await open();
          },
        },
      },
    };
    const played = await cell(client, reference('server'), ['client-initiated'], {
      faults: ['reset'],
      patienceMs: 500,
    });
    expect(played.outcome).toBe('worked');
    expect(played.faults).toMatchObject([{ fault: 'reset', outcome: 'not-recovered' }]);
    expect(played.faults?.[0]?.reason).toContain('the same session did not work then');
  });
});
