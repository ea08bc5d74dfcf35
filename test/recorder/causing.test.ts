import { describe, expect, it } from 'vitest';
import { EventBus } from '../../harness/recorder/bus.js';
import type { Draft, TraceEvent } from '../../harness/trace/event.js';

const act = (name: string): Draft => ({ kind: 'action', action: { name: 'obstacle', reason: name } });
const nameOf = (event: TraceEvent): string =>
  event.kind === 'action' && event.action.name === 'obstacle' ? event.action.reason : '';

function recorded() {
  let now = 0;
  const bus = new EventBus({
    clock: () => {
      now += 1;
      return now;
    },
  });
  const seen: TraceEvent[] = [];
  bus.subscribe((event) => seen.push(event));
  return { bus, names: () => seen.map(nameOf), seen };
}

describe('a cause on the bus', () => {
  it('stands before what it causes, with numbers and times in order', async () => {
    const { bus, names, seen } = recorded();
    await bus.causing(async () => {
      bus.emit(act('effect'));
      await Promise.resolve();
      bus.emit(act('effect of the effect'));
      return act('cause');
    });
    bus.emit(act('later'));
    expect(names()).toEqual(['cause', 'effect', 'effect of the effect', 'later']);
    expect(seen.map(({ seq }) => seq)).toEqual([1, 2, 3, 4]);
    expect(seen.map(({ t }) => t)).toEqual(seen.map(({ t }) => t).toSorted((a, b) => a - b));
  });

  it('may lie within another one', async () => {
    const { bus, names } = recorded();
    await bus.causing(async () => {
      await bus.causing(() => Promise.resolve(act('inner')));
      return act('outer');
    });
    expect(names().toSorted()).toEqual(['inner', 'outer']);
  });

  it('that breaks loses nothing of what happened', async () => {
    const { bus, names } = recorded();
    await expect(
      bus.causing(() => {
        bus.emit(act('effect'));
        return Promise.reject(new Error('broken'));
      }),
    ).rejects.toThrow('broken');
    bus.emit(act('later'));
    expect(names()).toEqual(['effect', 'later']);
  });
});
