import { describe, expect, it } from 'vitest';
import { EventBus } from '../../harness/recorder/bus.js';
import { STALL_MS, StallWatch } from '../../harness/recorder/stall-watch.js';
import type { TraceEvent } from '../../harness/trace/event.js';

/** A bus and a watch on a clock that stands until it is told to go on. */
function watched() {
  let now = 1000;
  const clock = (): number => now;
  const bus = new EventBus({ clock });
  const events: TraceEvent[] = [];
  bus.subscribe((event) => events.push(event));
  const watch = new StallWatch(bus, { clock });
  return {
    bus,
    watch,
    pass: (ms: number) => {
      now += ms;
    },
    /** What was recorded: the length of a stall, else the name of the action. */
    seen: () =>
      events.map((event) => {
        if (event.kind !== 'action') return event.kind;
        return event.action.name === 'stall' ? event.action.ms : event.action.name;
      }),
    events,
  };
}

const ANY = { kind: 'action', action: { name: 'quiet-closed', mode: 'real' } } as const;

describe('the watch over the suite itself', () => {
  it('says nothing while the event loop comes round', () => {
    const { bus, watch, pass, seen } = watched();
    for (let turn = 0; turn < 100; turn += 1) {
      pass(50 + STALL_MS - 1);
      watch.beat();
    }
    bus.emit(ANY);
    watch.close();
    expect(seen()).toEqual(['quiet-closed']);
  });

  it('records a stall once, with its length and its end', () => {
    const { bus, watch, pass, seen, events } = watched();
    pass(2000);
    watch.beat();
    pass(50);
    watch.beat();
    bus.emit(ANY);
    watch.close();
    expect(seen()).toEqual([2000, 'quiet-closed']);
    expect(events[0]?.t).toBe(2000);
    expect(events[0]?.scenario).toBeUndefined();
  });

  it('records it before what is seen first after it, whether or not a look was due', () => {
    const { bus, watch, pass, seen } = watched();
    pass(700);
    bus.emit(ANY);
    bus.emit(ANY);
    watch.beat();
    watch.close();
    expect(seen()).toEqual([700, 'quiet-closed', 'quiet-closed']);
  });

  it('keeps its place among events that wait for their cause', async () => {
    const { bus, watch, pass, seen } = watched();
    await bus.causing(() => {
      bus.emit({ kind: 'action', action: { name: 'scenario-end' } });
      pass(700);
      bus.emit(ANY);
      return Promise.resolve({ kind: 'action', action: { name: 'start-session', accepted: true } });
    });
    watch.close();
    expect(seen()).toEqual(['start-session', 'scenario-end', 700, 'quiet-closed']);
  });

  it('is silent when it was closed', () => {
    const { bus, watch, pass, seen } = watched();
    watch.close();
    pass(5000);
    bus.emit(ANY);
    expect(seen()).toEqual(['quiet-closed']);
  });

  it('notices that this very process is busy, by itself', async () => {
    const bus = new EventBus();
    const stalls: number[] = [];
    bus.subscribe(({ kind, ...rest }) => {
      if (kind === 'action' && 'action' in rest && rest.action.name === 'stall') stalls.push(rest.action.ms);
    });
    const watch = new StallWatch(bus);
    await new Promise((resolve) => setTimeout(resolve, 60));
    const until = performance.now() + 500;
    while (performance.now() < until);
    await new Promise((resolve) => setTimeout(resolve, 60));
    watch.close();
    expect(Math.max(...stalls)).toBeGreaterThanOrEqual(500);
  });
});
