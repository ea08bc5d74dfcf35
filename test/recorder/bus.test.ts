import { describe, expect, it } from 'vitest';
import { EventBus } from '../../harness/recorder/bus.js';
import type { TraceEvent } from '../../harness/trace/event.js';

function emit(bus: EventBus, count: number): void {
  for (let number = 0; number < count; number += 1)
    bus.emit({ kind: 'action', action: { name: 'obstacle', reason: `${number}` } });
}

describe('a sink in no hurry', () => {
  it('gets its events in order, once, when asked for', () => {
    const bus = new EventBus();
    const seen: number[] = [];
    const handOver = bus.subscribeLater((event) => seen.push(event.seq));
    emit(bus, 3);
    expect(seen).toEqual([]);
    handOver();
    handOver();
    emit(bus, 1);
    expect(seen).toEqual([1, 2, 3]);
    handOver();
    expect(seen).toEqual([1, 2, 3, 4]);
  });

  it('gets them unasked when they are many', () => {
    const bus = new EventBus();
    const seen: TraceEvent[] = [];
    bus.subscribeLater((event) => seen.push(event));
    emit(bus, 1000);
    expect(seen.length).toBeGreaterThan(700);
  });

  it('that throws is a fault of the event, and gets the others', () => {
    const bus = new EventBus();
    const seen: number[] = [];
    const handOver = bus.subscribeLater((event) => {
      if (event.seq === 2) throw new Error('broken');
      seen.push(event.seq);
    });
    emit(bus, 3);
    expect(handOver).not.toThrow();
    expect(seen).toEqual([1, 3]);
    expect(bus.faults).toEqual(['a sink broke at event 2: broken']);
  });
});
