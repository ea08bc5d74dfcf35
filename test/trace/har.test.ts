import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { ROOT } from '../../cli/paths.js';
import { exportHar, importHar } from '../../harness/trace/har.js';
import { parseTrace, type Trace } from '../../harness/trace/ndjson.js';

const text = readFileSync(join(ROOT, 'fixtures/traces/end/client-continues.ndjson'), 'utf8');
const trace = parseTrace(text);

function harOf(trace: Trace): string {
  return [...exportHar(trace, () => undefined)].join('');
}

describe('HTTP archives', () => {
  it('give back the messages of a trace, numbers and all', () => {
    const har = harOf(trace);
    const back = importHar(har, { file: 'x.har', role: 'server' });
    const messages = trace.events.filter(({ kind }) => kind === 'http-request' || kind === 'http-response');
    expect(back.events).toEqual(messages);
    expect(back.header).toEqual({ ...trace.header, source: 'har' });
  });

  it('hold requests that were answered before they had ended, and those that were never answered', () => {
    const { events } = trace;
    const requests = events.filter((event) => event.kind === 'http-request');
    const responses = events.filter((event) => event.kind === 'http-response');
    const early = { ...trace, events: [...responses.slice(0, -1), ...requests] };
    const back = importHar(harOf(early), { file: 'x.har', role: 'server' });
    const messages = new Set([...requests, ...responses.slice(0, -1)].map(({ seq }) => seq));
    expect(new Set(back.events.map(({ seq }) => seq))).toEqual(messages);
    expect(responses.length).toBeGreaterThan(1);
  });

  it('of other programs are understood as far as they belong to DM 2.0', () => {
    const har = JSON.parse(harOf(trace)) as {
      log: { _dmconform?: unknown; entries: Record<string, unknown>[] };
    };
    har.log._dmconform = undefined;
    for (const entry of har.log.entries)
      for (const key of Object.keys(entry)) if (key.startsWith('_')) delete entry[key];
    har.log.entries.push({
      ...har.log.entries[0],
      request: { method: 'GET', url: 'http://elsewhere.example/', httpVersion: 'HTTP/1.1', headers: [] },
      response: { status: 200, statusText: '', httpVersion: '', headers: [] },
    });
    const back = importHar(JSON.stringify(har), { file: 'x.har', role: 'client' });
    const shape = (events: readonly { kind: string }[]): unknown[] =>
      events.map((event) =>
        'method' in event ? `${event.method} ${String((event as { target?: string }).target)}` : event.kind,
      );
    const messages = trace.events.filter(({ kind }) => kind === 'http-request' || kind === 'http-response');
    expect(shape(back.events)).toEqual(shape(messages));
    expect(back.header).toMatchObject({ role: 'client', source: 'har' });
  });

  it.each([
    ['no JSON', 'log'],
    ['no entries', '{"log":{}}'],
    [
      'an entry without a URL',
      '{"log":{"entries":[{"request":{"method":"GET","headers":[]},"response":{"status":1,"headers":[]}}]}}',
    ],
  ])('with %s are refused, and the file is named', (_what, content) => {
    expect(() => importHar(content, { file: 'x.har', role: 'client' })).toThrow(
      expect.objectContaining({ code: 'TRACE_UNREADABLE', subject: expect.stringContaining('x.har') }),
    );
  });
});
