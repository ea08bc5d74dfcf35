import { describe, expect, it } from 'vitest';
import { combineHooks, fitTogether } from '../../harness/prove/combine.js';
import { VirtualClock } from '../../harness/reference/clock.js';
import type { ClientHooks, HookContext } from '../../harness/reference/hooks.js';
import { Scratch } from '../../harness/reference/scratch.js';

const context = {
  session: 1,
  package: 0,
  device: 'x',
  clock: new VirtualClock(),
  scratch: new Scratch(),
  own: new Scratch(),
} satisfies HookContext;

describe('hooks of several variants as one', () => {
  it('hand a value on from one to the next', () => {
    const add = (word: 'digest' | 'stale'): ClientHooks => ({
      notification: (received) => ({ ...received, unheeded: word }),
    });
    const seen: unknown[] = [];
    const last: ClientHooks = {
      notification: (received) => {
        seen.push(received.unheeded);
        return received;
      },
    };
    const combined = combineHooks([add('digest'), add('stale'), last]);
    combined.notification?.({} as Parameters<NonNullable<ClientHooks['notification']>>[0], context);
    expect(seen).toEqual(['stale']);
  });

  it('put one around the other', async () => {
    const order: string[] = [];
    const around = (word: string): ClientHooks => ({
      startSession: async (_cause, open) => {
        order.push(`${word} in`);
        await open();
        order.push(`${word} out`);
      },
    });
    const combined = combineHooks([around('a'), around('b')]);
    await combined.startSession?.(
      { kind: 'own' },
      async () => {
        order.push('session');
        return 'ended';
      },
      context,
    );
    expect(order).toEqual(['a in', 'b in', 'session', 'b out', 'a out']);
  });

  it('do not fit where both would decide alone', () => {
    const one: ClientHooks = { onMalformed: () => 'leave' };
    expect(fitTogether([{ hooks: one }, { hooks: one }])).toBe(false);
    expect(fitTogether([{ hooks: one }, { hooks: { packageOne: (content) => content } }])).toBe(true);
    expect(() => combineHooks([one, one])).toThrow(/onMalformed/);
  });
});
