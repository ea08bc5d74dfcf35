import { describe, expect, it } from 'vitest';
import { VirtualClock } from '../../harness/reference/clock.js';

describe('VirtualClock', () => {
  it('fires what falls due, in order, and lets the work in between come to rest', async () => {
    const clock = new VirtualClock();
    const seen: string[] = [];
    clock.setTimeout(() => seen.push(`late ${clock.now()}`), 500);
    clock.setTimeout(() => {
      void Promise.resolve()
        .then(() => clock.sleep(100))
        .then(() => seen.push(`slept ${clock.now()}`));
    }, 200);
    clock.setTimeout(() => seen.push('never'), 2000);
    clock.setTimeout(() => seen.push('cancelled'), 100)();
    expect(await clock.advance(1000)).toEqual({ idle: true, inFlight: 0 });
    expect(seen).toEqual(['slept 300', 'late 500']);
    expect(clock.now()).toBe(1000);
    expect(clock.pendingTimers).toBe(1);
  });

  it('waits for exchanges before time goes on', async () => {
    const clock = new VirtualClock();
    const seen: string[] = [];
    const exchange = clock.track(new Promise((resolve) => setTimeout(resolve, 30)));
    void exchange.then(() => seen.push('answer'));
    clock.setTimeout(() => seen.push('timer'), 1);
    await clock.advance(10, 1000);
    expect(seen).toEqual(['answer', 'timer']);
  });

  it('does not take an exchange for withheld while the process has no time for it', async () => {
    const clock = new VirtualClock();
    const seen: string[] = [];
    const exchange = async (): Promise<void> => {
      for (let step = 0; step < 20; step += 1) {
        await new Promise((resolve) => setImmediate(resolve));
        const until = step === 8 ? performance.now() + 30 : 0;
        while (performance.now() < until);
      }
    };
    void clock.track(exchange()).then(() => seen.push('answer'));
    clock.setTimeout(() => seen.push('timer'), 1);
    await clock.advance(10, 5);
    expect(seen).toEqual(['answer', 'timer']);
  });

  it('goes on without an exchange that makes no progress, and says so', async () => {
    const clock = new VirtualClock();
    let finish: () => void = () => undefined;
    void clock.track(
      new Promise<void>((resolve) => {
        finish = resolve;
      }),
    );
    let fired = 0;
    for (let timer = 0; timer < 50; timer += 1) clock.setTimeout(() => (fired += 1), timer);
    const before = performance.now();
    expect(await clock.advance(100, 10)).toEqual({ idle: false, inFlight: 1 });
    expect(fired).toBe(50);
    expect(performance.now() - before).toBeLessThan(300);
    finish();
    expect(await clock.idle()).toEqual({ idle: true, inFlight: 0 });
  });

  it('advances one after another, and forgets its timers when it is cleared', async () => {
    const clock = new VirtualClock();
    const [, second] = await Promise.all([clock.advance(10), clock.advance(20)]);
    expect(second.idle).toBe(true);
    expect(clock.now()).toBe(30);
    clock.setTimeout(() => {
      throw new Error('cleared');
    }, 1);
    clock.clear();
    await clock.advance(10);
  });
});
