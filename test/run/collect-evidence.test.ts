import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { collectEvidence } from '../../harness/run/collect-evidence.js';
import { linesOf } from '../../harness/run/file-lines.js';

const folder = mkdtempSync(join(tmpdir(), 'dmconform-evidence-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** A trace of two scenarios, turn by turn; the odd events are of `a`, the even ones of `b`. */
function traceOf(count: number, end = ''): string {
  const path = join(folder, 'trace.ndjson');
  const events = Array.from({ length: count }, (_, index) => {
    const seq = index + 1;
    const scenario = seq % 2 === 1 ? 'a' : 'b';
    const detail = `says "scenario":"z" and \\u00e9`;
    return JSON.stringify({ seq, kind: 'process', t: seq, scenario, phase: 'output', process: 'p', detail });
  });
  writeFileSync(path, `{"record":"dmconform-trace"}\n${events.join('\n')}\n${end}`);
  return path;
}

const none = () => undefined;

describe('picking evidence out of a trace', () => {
  it('takes what is named and what stands around it in the same scenario', () => {
    const found = collectEvidence(traceOf(200), new Set([101]), none);
    expect([...found.keys()]).toEqual([
      ...Array.from({ length: 17 }, (_, index) => 69 + 2 * index),
      103,
      105,
      107,
      109,
    ]);
    expect([...found.values()].every(({ scenario }) => scenario === 'a')).toBe(true);
  });

  it('takes nothing twice where named events stand close together', () => {
    const found = [...collectEvidence(traceOf(60), new Set([31, 35, 36]), none).keys()].sort((a, b) => a - b);
    expect(new Set(found).size).toBe(found.length);
    expect(found).toContain(31);
    expect(found).toContain(36);
  });

  it('does without a last line that was cut', () => {
    const found = collectEvidence(traceOf(4, '{"seq":5,"kind":"pro'), new Set([4, 5]), none);
    expect([...found.keys()]).toEqual([2, 4]);
  });

  it('says of a body that is gone that it is', () => {
    const path = join(folder, 'gone.ndjson');
    const sha256 = 'ab'.repeat(32);
    const body = { size: 70_000, sha256, file: `bodies/${sha256}` };
    const parts = {
      exchange: 'x',
      connection: 'c',
      from: 'client',
      to: 'server',
      began: 1,
      headers: [],
      framing: { by: 'length' },
    };
    const event = {
      seq: 1,
      kind: 'http-request',
      t: 1,
      method: 'POST',
      target: '/',
      httpVersion: 'HTTP/1.1',
      ...parts,
      body,
    };
    writeFileSync(path, `${JSON.stringify(event)}\n`);
    const [found] = collectEvidence(path, new Set([1]), none).values();
    expect(found).toMatchObject({ bodySize: 70_000, defect: expect.stringContaining('not there') });
  });
});

describe('the lines of a file', () => {
  it('come whole, whatever their length, with the place where each stands', () => {
    const path = join(folder, 'lines');
    const lines = ['', 'x'.repeat(5_000_000), 'é', '', 'y'.repeat(4 * 1024 * 1024), 'last'];
    writeFileSync(path, lines.join('\n'));
    const read = [...linesOf(path)].map(({ bytes, offset, last }) => ({ text: bytes.toString('utf8'), offset, last }));
    expect(read.map(({ text }) => text)).toEqual(lines);
    expect(read.map(({ last }) => last)).toEqual([false, false, false, false, false, true]);
    const whole = Buffer.from(lines.join('\n'));
    for (const { text, offset } of read)
      expect(whole.toString('utf8', offset, offset + Buffer.byteLength(text))).toBe(text);
  });
});
