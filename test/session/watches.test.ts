import { describe, expect, it } from 'vitest';
import { readPackageThree, readPackageTwo } from '../../harness/protocol/read-packages.js';
import type { Observation } from '../../harness/session/observation.js';
import { Watches } from '../../harness/session/watches.js';

const URL = 'http://repo.test/x/1/';
let seq = 0;
const next = (): number => {
  seq += 1;
  return seq;
};

/** A package and, when there are statuses, its answer. */
function play(watches: Watches, commands: readonly (readonly string[])[], statuses?: readonly number[]): void {
  const two = readPackageTwo(JSON.stringify({ CMD: commands })).view;
  const three = readPackageThree(JSON.stringify({ Status: (statuses ?? []).map((sc) => ({ sc })) })).view;
  const run = {
    session: { scenario: 'c1', id: 's1' },
    commands: (two?.commands ?? []).map((command, index) => ({
      index,
      command,
      exchanges: [],
      status: three?.statuses[index],
    })),
  };
  const observations = [
    { kind: 'two', run },
    { kind: 'three', standing: 'answers', run, request: { seq: next() } },
  ];
  for (const each of statuses === undefined ? observations.slice(0, 1) : observations)
    watches.see(each as unknown as Observation);
}

function reset(watches: Watches): void {
  const action = { name: 'reset', accepted: true };
  watches.see({ kind: 'event', event: { kind: 'action', action, seq: next() } } as unknown as Observation);
}

describe('live SUBs and DEFAULTs', () => {
  it('may cause requests from the moment they are sent, and are live when they are answered', () => {
    const watches = new Watches();
    play(watches, [
      ['SUB', 'urn:x:1/a/', `${URL}sub`],
      ['DEFAULT', `${URL}def`, 'urn:x:2'],
    ]);
    expect([watches.mayCause('PUT', '/x/1/sub'), watches.mayCause('GET', '/x/1/def')]).toEqual([true, true]);
    expect(watches.latest('SUB', 'urn:x:1/a/')?.standing).toBe('asked');
    play(watches, [['SUB', 'urn:x:1/b/', `${URL}b`]], [200]);
    expect(watches.latest('SUB', 'urn:x:1/b/')?.standing).toBe('live');
    expect([watches.mayCause('GET', '/x/1/sub'), watches.mayCause('PUT', '/x/1/other')]).toEqual([false, false]);
  });

  it('are none when they are refused', () => {
    const watches = new Watches();
    play(
      watches,
      [
        ['SUB', 'urn:x:1/a/', `${URL}sub`],
        ['DEFAULT', `${URL}def`, 'urn:x:2'],
      ],
      [501, 405],
    );
    expect(watches.all).toEqual([]);
  });

  it('are over when they are revoked, replaced or reset', () => {
    const watches = new Watches();
    play(
      watches,
      [
        ['SUB', 'urn:x:1/a/', `${URL}sub`],
        ['SUB', 'urn:x:1/b/', `${URL}b`],
      ],
      [200, 200],
    );
    play(
      watches,
      [
        ['DEFAULT', `${URL}one`, 'urn:x:2'],
        ['DEFAULT', `${URL}two`, 'urn:x:2'],
      ],
      [200, 200],
    );
    play(
      watches,
      [
        ['UNSUB', 'urn:x:1/a/'],
        ['UNSUB', 'urn:x:1/c/'],
      ],
      [200, 404],
    );
    expect(watches.all.map(({ ended }) => ended)).toEqual(['revoked', undefined, 'replaced', undefined]);
    expect(watches.of('GET', '/x/1/one').map(({ standing }) => standing)).toEqual(['over']);
    reset(watches);
    expect(watches.all.map(({ standing }) => standing)).toEqual(['over', 'over', 'over', 'over']);
    expect(watches.mayCause('PUT', '/x/1/b')).toBe(false);
  });
});
