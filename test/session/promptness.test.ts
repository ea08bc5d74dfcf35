import { describe, expect, it } from 'vitest';
import { Promptness } from '../../harness/session/promptness.js';
import type { TraceEvent, TraceHeader } from '../../harness/trace/event.js';

function header(timeout?: number, role: 'client' | 'server' = 'client'): TraceHeader {
  const statement = {
    name: 'x',
    role,
    start: { kind: 'process', per: 'run' },
    operations: [],
    nodes: { devInfo: 'd', account: 'a' },
    ...(timeout === undefined ? {} : { timeouts: { package: timeout } }),
  };
  return { role, statement, patienceMs: 10_000 } as unknown as TraceHeader;
}

let seq = 0;
function base(t: number) {
  seq += 1;
  return { seq, t, scenario: 's' };
}

function message(exchange: string, t: number, to: 'server' | 'repository' | 'pages' = 'server') {
  return { ...base(t), exchange, connection: exchange, from: 'client', to, began: t, headers: [], body: { size: 0 } };
}

const request = (exchange: string, t: number, to?: 'server' | 'repository' | 'pages'): TraceEvent =>
  ({ ...message(exchange, t, to), kind: 'http-request', method: 'POST', target: '/' }) as unknown as TraceEvent;
const response = (exchange: string, t: number, status = 200): TraceEvent =>
  ({ ...message(exchange, t), kind: 'http-response', status }) as unknown as TraceEvent;
const stall = (t: number, ms: number): TraceEvent => ({ ...base(t), kind: 'action', action: { name: 'stall', ms } });

function record(events: readonly TraceEvent[], of = header(500)): Promptness {
  const promptness = new Promptness(of);
  for (const event of events) promptness.push(event);
  return promptness;
}

describe('how promptly the suite answered', () => {
  it('is measured against what the client says, or what the suite pledges', () => {
    const exchange = [request('a', 0), response('a', 700)];
    expect(record(exchange).answer('a')?.reason).toBe('the suite took 700 ms to answer, and the client waits 500 ms');
    expect(record(exchange).latestAnswer).toBeDefined();
    expect(record(exchange, header(3000)).answer('a')).toBeUndefined();
    expect(record(exchange, header()).answer('a')).toBeUndefined();
    expect(record([request('a', 0), response('a', 1000)], header()).answer('a')?.reason).toContain('does not say');
    expect(record([request('a', 0), response('a', 399)]).answer('a')).toBeUndefined();
  });

  it('counts from the beginning of a stall what was read at its end, and nothing that came later', () => {
    const read = (t: number) => record([stall(2000, 1900), request('a', t), response('a', t + 1)]).answer('a');
    expect(read(2001)?.reason).toContain('1902 ms');
    expect(read(2049)).toBeDefined();
    expect(read(2060)).toBeUndefined();
  });

  it('knows a late answer by its number', () => {
    const [late, prompt] = [response('a', 700), response('b', 701)];
    const seen = record([request('a', 0), late, request('b', 700), prompt]);
    expect(seen.among([prompt.seq, late.seq])?.reason).toContain('700 ms');
    expect(seen.among([prompt.seq])).toBeUndefined();
    expect(record([request('b', 700), prompt]).among([late.seq])).toBeUndefined();
    const slowServer = record([request('a', 0), response('a', 9000)], header(undefined, 'server'));
    expect(slowServer.among([seq])).toBeUndefined();
  });

  it('looks at requests that have no answer yet', () => {
    const pending = record([request('a', 0), request('b', 600)]);
    expect(pending.answer('a')).toBeDefined();
    expect(pending.answer('b')).toBeUndefined();
    const other = request('b', 600);
    expect(other.kind === 'http-request' && pending.unanswered(other)).toBeTruthy();
    expect(record([request('a', 0), response('a', 1), request('b', 600)]).unanswered(other as never)).toBeUndefined();
  });

  it('takes a connection that the client closed in vain for an answer that was too late', () => {
    const gone = { ...base(600), kind: 'connection', connection: 'a', phase: 'closed', from: 'client', to: 'server' };
    expect(record([request('a', 0), gone as TraceEvent]).answer('a')).toBeDefined();
  });

  it('does not wait for interim responses, nor for pages', () => {
    expect(record([request('a', 0), response('a', 1, 100), response('a', 700)]).answer('a')).toBeDefined();
    expect(record([request('a', 0, 'pages'), response('a', 9000)]).answer('a')).toBeUndefined();
    expect(record([request('a', 0, 'repository'), response('a', 9000)]).answer('a')).toBeDefined();
    expect(record([request('a', 0, 'repository'), response('a', 9000)]).latestAnswer).toBeUndefined();
  });

  it('adds up the stalls between two instants', () => {
    const stalls = record([stall(300, 250), stall(1000, 300)]);
    expect(stalls.stalled(0, 2000)?.reason).toContain('550 ms');
    expect(stalls.stalled(0, 900)?.reason).toContain('450 ms');
    expect(stalls.stalled(200, 900)).toBeUndefined();
    expect(stalls.stalled(1000, 2000)).toBeUndefined();
  });

  it('remembers a bounded number of things', () => {
    const promptness = record([request('first', 0)]);
    for (let n = 0; n < 1000; n += 1) promptness.push(request(`x${n}`, n));
    expect(promptness.answer('first')).toBeUndefined();
    for (let n = 0; n < 1000; n += 1) promptness.push(stall(10_000 + n * 1000, 500));
    expect(promptness.stalled(0, 20_000)).toBeUndefined();
  });
});
