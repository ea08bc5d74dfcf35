import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { ROOT } from '../../cli/paths.js';
import { parseTrace, writeTrace } from '../../harness/trace/ndjson.js';
import { Redactor } from '../../harness/trace/redact.js';

const text = readFileSync(join(ROOT, 'fixtures/traces/packages/client-splits-report.ndjson'), 'utf8');
const lines = text.trimEnd().split('\n');

describe('traces as NDJSON', () => {
  it('are written as they are read', () => {
    expect(parseTrace(writeTrace(parseTrace(text)))).toEqual(parseTrace(text));
  });

  it('without a footer are partial', () => {
    expect(parseTrace(text).partial).toBeUndefined();
    expect(parseTrace(`${lines.slice(0, -1).join('\n')}\n`).partial).toEqual(expect.any(String));
  });

  it('that break off within a line keep all lines before it', () => {
    const cut = parseTrace(`${lines.slice(0, 5).join('\n')}\n${lines[5]?.slice(0, 40)}`);
    expect([cut.events.length, cut.partial]).toEqual([4, expect.any(String)]);
  });

  it.each([
    ['an empty file', ''],
    ['a first line that is no header', '{"seq":1}\n'],
    ['a line that is no JSON', [lines[0], 'what', lines[1]].join('\n')],
    ['an event of an unknown kind', [lines[0], '{"seq":1,"kind":"dance","t":1}', ''].join('\n')],
    ['an event without its parties', [lines[0], '{"seq":1,"kind":"http-request","t":1}', ''].join('\n')],
  ])('with %s are refused, and the line is named', (_what, content) => {
    expect(() => parseTrace(content, 'my.ndjson')).toThrow(
      expect.objectContaining({ code: 'TRACE_UNREADABLE', subject: expect.stringContaining('my.ndjson') }),
    );
  });
});

describe('redaction', () => {
  it('leaves no planted secret, and equal secrets equal', () => {
    const trace = parseTrace(text);
    const redactor = new Redactor({ key: Buffer.alloc(16, 7), secrets: ['hunter2'] });
    const [first] = trace.events.filter(({ kind }) => kind === 'http-request');
    if (first?.kind !== 'http-request') throw new Error('no request in the trace');
    const planted = {
      ...first,
      headers: [
        ...first.headers,
        ['Authorization', 'Basic aHVudGVyMg=='],
        ['X-Note', 'hunter2'],
        ['Cookie', 'sid=abc'],
      ] as const,
      body: { size: 20, text: '{"password":"hunter2"}' },
    };
    const cleaned = redactor.event(
      planted,
      () => undefined,
      () => undefined,
    );
    const written = JSON.stringify(cleaned);
    for (const secret of ['hunter2', 'aHVudGVyMg==', 'abc"']) expect(written).not.toContain(secret);
    const tokens = [...written.matchAll(/redacted:[0-9a-f]{12}/g)].map(([token]) => token);
    expect(tokens.length).toBeGreaterThanOrEqual(4);
    expect(new Set(tokens).size).toBeLessThan(tokens.length);
  });
});
