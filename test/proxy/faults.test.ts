import { describe, expect, it } from 'vitest';
import { planFault } from '../../harness/interop/plan-fault.js';
import { FAULTS, type FaultName, type PlannedFault } from '../../harness/proxy/fault.js';
import { cutAt } from '../../harness/proxy/faulty-relay.js';
import { collected, stand } from './helpers.js';

const REQUEST = 'POST /dm HTTP/1.1\r\nHost: dm\r\nContent-Length: 4\r\n\r\nask?';
const RESPONSE = `HTTP/1.1 200 OK\r\nContent-Length: 40\r\n\r\n${'0123456789'.repeat(4)}`;

interface Struck {
  /** What the client got, and how it ended. */
  readonly got: string;
  readonly how: string;
  /** How many requests the server saw whole. */
  readonly asked: number;
  readonly ms: number;
  readonly told: readonly string[];
}

/** One exchange through the proxy with this fault; the server closes what it has answered. */
async function struck(planned: PlannedFault): Promise<Struck> {
  const told: string[] = [];
  const at = await stand({ next: () => planned, struck: (_planned, detail) => told.push(detail) });
  const { client, server } = await at.open();
  let asked = 0;
  let heard = '';
  server.on('data', (bytes: Buffer) => {
    heard += bytes.toString();
    if (heard !== REQUEST) return;
    asked += 1;
    server.write(RESPONSE, () => server.end());
  });
  server.once('end', () => server.end());
  const aside = planned.fault === 'duplicate' ? at.accepted() : undefined;
  const began = performance.now();
  const end = collected(client);
  client.write(REQUEST);
  const { bytes, how } = await end;
  const ms = performance.now() - began;
  if (aside !== undefined) {
    const second = await aside;
    const whole = await new Promise<string>((resolve) =>
      second.once('data', (data: Buffer) => resolve(data.toString())),
    );
    if (whole === REQUEST) asked += 1;
    second.destroy();
  }
  await at.close();
  return { got: bytes.toString(), how, asked, ms, told };
}

const planned = (fault: FaultName, given: Partial<PlannedFault> = {}): PlannedFault => ({
  ...planFault(fault, 'test', 1),
  ...given,
});

describe('a fault', () => {
  it('follows from the seed alone', () => {
    for (const fault of FAULTS) expect(planFault(fault, 'a', 5)).toEqual(planFault(fault, 'a', 5));
    const plans = ['a', 'b', 'c', 'd'].map((seed) => JSON.stringify(planFault('truncate', seed, 5)));
    expect(new Set(plans).size).toBe(4);
    for (const seed of plans) expect(planFault('reset', seed, 3).exchange).toBeLessThanOrEqual(3);
  });

  it.each(FAULTS)('%s does the same each time', async (fault) => {
    const plan = planned(fault);
    const [first, second] = [await struck(plan), await struck(plan)];
    expect({ ...first, ms: 0 }).toEqual({ ...second, ms: 0 });
    expect(first.told).toHaveLength(1);
  });

  it('delay keeps the response back', async () => {
    const { got, ms, asked } = await struck(planned('delay', { delayMs: 150 }));
    expect({ got, asked }).toEqual({ got: RESPONSE, asked: 1 });
    expect(ms).toBeGreaterThan(140);
  });

  it('cut-before takes the whole response away', async () => {
    expect(await struck(planned('cut-before'))).toMatchObject({ got: '', how: 'end', asked: 1 });
  });

  it('cut-after leaves the whole response', async () => {
    expect(await struck(planned('cut-after'))).toMatchObject({ got: RESPONSE, how: 'end', asked: 1 });
  });

  it('duplicate asks the server twice and the client hears once', async () => {
    expect(await struck(planned('duplicate'))).toMatchObject({ got: RESPONSE, asked: 2 });
  });

  it('truncate leaves a part, and never the whole', async () => {
    expect(await struck(planned('truncate', { at: 0.5 }))).toMatchObject({
      got: RESPONSE.slice(0, cutAt(planned('truncate', { at: 0.5 }), RESPONSE.length)),
      how: 'end',
    });
    for (const at of [0, 1]) {
      const { got } = await struck(planned('truncate', { at }));
      expect(got.length).toBeGreaterThan(0);
      expect(got.length).toBeLessThan(RESPONSE.length);
    }
  });

  it('reset tears the connection down within the response', async () => {
    expect(await struck(planned('reset', { at: 0 }))).toMatchObject({ got: '', how: 'reset', asked: 1 });
    const { got } = await struck(planned('reset', { at: 0.5 }));
    expect(got).toBe(RESPONSE.slice(0, cutAt(planned('reset', { at: 0.5 }), RESPONSE.length)));
  });

  it('5xx answers in place of the server', async () => {
    const { got, asked } = await struck(planned('5xx', { status: 502 }));
    expect(got).toBe('HTTP/1.1 502 On the way\r\nContent-Length: 0\r\nConnection: close\r\n\r\n');
    expect(asked).toBe(0);
  });

  it('slow gives every byte in time', async () => {
    const { got, ms } = await struck(planned('slow', { pieces: 10, pauseMs: 10 }));
    expect(got).toBe(RESPONSE);
    expect(ms).toBeGreaterThan(70);
  });
});
