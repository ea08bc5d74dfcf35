import { describe, expect, it } from 'vitest';
import { SessionFold } from '../../harness/session/fold.js';
import type { Observation } from '../../harness/session/observation.js';
import type { HttpRequestEvent, HttpResponseEvent, TraceEvent, TraceHeader } from '../../harness/trace/event.js';

const TYPES = {
  one: 'application/vnd.oma.dm.initiation+json',
  two: 'application/vnd.oma.dm.request+json',
  three: 'application/vnd.oma.dm.response+json',
};

/** Writes events of a session in short, and gives what the fold makes of them. */
class Script {
  readonly #fold: SessionFold;
  readonly seen: Observation[] = [];
  #seq = 0;
  #last = '';

  constructor(header: Partial<TraceHeader> = {}) {
    const statement = {
      name: 'x',
      role: 'client',
      start: { kind: 'embedded' },
      operations: [],
      nodes: { devInfo: '', account: '' },
    } as const;
    this.#fold = new SessionFold(
      {
        record: 'dmconform-trace',
        version: 1,
        started: '',
        suite: '',
        ledger: '',
        role: 'client',
        statement,
        decisions: {},
        profile: '',
        patienceMs: 1,
        source: 'live',
        ...header,
      },
      () => undefined,
    );
  }

  push(event: Record<string, unknown>): void {
    this.#seq += 1;
    this.seen.push(...this.#fold.push({ seq: this.#seq, t: this.#seq, ...event } as unknown as TraceEvent));
  }

  request(type: keyof typeof TYPES, body: unknown, more: Partial<HttpRequestEvent> & { device?: string } = {}): void {
    const { device = 'D1', ...rest } = more;
    this.#last = `x${this.#seq}`;
    const text = JSON.stringify(body);
    const headers = [
      ['Content-Type', TYPES[type]],
      ['OMADM-DevID', device],
    ];
    this.push({
      kind: 'http-request',
      exchange: this.#last,
      connection: 'c',
      from: 'client',
      to: 'server',
      began: this.#seq,
      method: 'POST',
      target: '/dm',
      httpVersion: 'HTTP/1.1',
      headers,
      body: { size: text.length, text },
      framing: { by: 'length' },
      ...rest,
    });
  }

  reply(commands: readonly (readonly string[])[], more: Partial<HttpResponseEvent> = {}): void {
    const text = JSON.stringify({ CMD: commands });
    const headers = [
      ['Content-Type', TYPES.two],
      ['Content-Length', String(text.length)],
    ];
    this.push({
      kind: 'http-response',
      exchange: this.#last,
      connection: 'c',
      from: 'server',
      to: 'client',
      began: this.#seq,
      status: 200,
      reason: '',
      httpVersion: 'HTTP/1.1',
      headers,
      body: { size: text.length, text },
      framing: { by: 'length' },
      ...more,
    });
  }

  one(more?: Parameters<Script['request']>[2]): void {
    this.request('one', {}, more);
  }

  three(more?: Parameters<Script['request']>[2]): void {
    this.request('three', { Status: [{ sc: 200 }] }, more);
  }

  kinds(): readonly string[] {
    return this.seen
      .filter(({ kind }) => kind !== 'event' && kind !== 'reply')
      .map((one) => (one.kind === 'three' ? `three ${one.standing}` : one.kind));
  }
}

const GET = [['GET', 'urn:x:1//a']];
const END = [['END']];

describe('the session fold', () => {
  it('follows a session from #1 to END', () => {
    const script = new Script();
    script.one();
    script.reply(GET);
    script.three();
    script.reply(END);
    expect(script.kinds()).toEqual(['one', 'two', 'three answers', 'two']);
  });

  it('charges a late #3 to the session that has ended, also in the next scenario of a resident client', () => {
    const script = new Script();
    script.one({ scenario: 'a' });
    script.reply(END);
    script.three({ scenario: 'b' });
    expect(script.seen.at(-1)).toMatchObject({ kind: 'three', standing: 'after-end', session: { scenario: 'a' } });
  });

  it('takes a fresh #1 for the witness that a session was left, and the next END for its fence', () => {
    const script = new Script();
    script.one();
    script.reply(GET);
    script.one();
    script.reply(END);
    expect(script.kinds()).toEqual(['one', 'two', 'left', 'one', 'two', 'settled']);
  });

  it('takes the exit of a process for both, unless the harness killed it', () => {
    for (const killed of [false, true]) {
      const script = new Script({
        statement: {
          name: 'x',
          role: 'client',
          start: { kind: 'process', per: 'session' },
          operations: [],
          nodes: { devInfo: '', account: '' },
        },
      });
      script.one({ scenario: 'a' });
      script.reply(GET, { scenario: 'a' });
      script.push({
        kind: 'process',
        phase: 'exited',
        process: 'p',
        scenario: 'a',
        code: 0,
        ...(killed ? { killed } : {}),
      });
      expect(script.kinds()).toEqual(killed ? ['one', 'two'] : ['one', 'two', 'left', 'settled']);
    }
  });

  it('keeps sessions of two devices apart on one connection', () => {
    const script = new Script();
    script.one({ device: 'A' });
    script.reply(GET);
    script.one({ device: 'B' });
    script.reply(END);
    script.three({ device: 'A' });
    expect(script.kinds()).toEqual(['one', 'two', 'one', 'two', 'three answers']);
    expect(script.seen.at(-1)).toMatchObject({ session: { device: 'A' } });
  });

  it('does not take a #3 of a stranger for one of a session, where the harness plays the devices', () => {
    const script = new Script({ role: 'server' });
    script.one({ device: 'A', scenario: 'a' });
    script.reply(GET, { scenario: 'a' });
    script.three({ device: 'B', scenario: 'a' });
    expect(script.kinds().at(-1)).toBe('three no-session');
  });

  it('gives equal commands their transfers in turn', () => {
    const script = new Script();
    const post = ['HPOST', 'http://repo/x', 'urn:x:1//a'];
    script.one();
    script.reply([post, post]);
    for (const exchange of ['r1', 'r2']) {
      const shared = {
        exchange,
        connection: 'r',
        began: 0,
        httpVersion: 'HTTP/1.1',
        headers: [],
        body: { size: 0 },
        framing: { by: 'none' },
      };
      script.push({ kind: 'http-request', ...shared, from: 'client', to: 'repository', method: 'POST', target: '/x' });
      script.push({ kind: 'http-response', ...shared, from: 'repository', to: 'client', status: 200, reason: '' });
    }
    const places = script.seen.flatMap((one) => (one.kind === 'side' ? [one.command?.index] : []));
    expect(places).toEqual([0, 1]);
  });

  it('knows a #1 by its shape or its place when its type is wrong', () => {
    const by = (headers: HttpRequestEvent['headers'], body: unknown): unknown => {
      const script = new Script();
      script.request('one', body, { headers });
      const [one] = script.seen.filter(({ kind }) => kind === 'one');
      return one?.kind === 'one' ? one.by : undefined;
    };
    expect(by([['Content-Type', 'application/json']], { Alert: [] })).toBe('shape');
    expect(by([], 'what')).toBe('place');
  });

  it('passes over interim responses', () => {
    const script = new Script();
    script.one();
    script.reply(GET, { status: 100 });
    script.reply(END);
    expect(script.kinds()).toEqual(['one', 'two']);
  });

  it('does not grow with sessions that never end', () => {
    const script = new Script();
    const started = performance.now();
    for (let session = 0; session < 10_000; session += 1) {
      script.one({ device: `D${session % 7}` });
      script.reply(GET);
      script.seen.length = 0;
    }
    // A fold that kept them all would go through them again and again.
    expect(performance.now() - started).toBeLessThan(20_000);
  });
});
