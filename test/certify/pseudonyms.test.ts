import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { pseudonymiseRun } from '../../harness/certify/pseudonymise.js';
import { Pseudonyms } from '../../harness/certify/pseudonyms.js';
import { sha256Of } from '../../harness/trace/body.js';
import { parseTrace } from '../../harness/trace/ndjson.js';
import { madeUpResult } from '../reports/made-up.js';

const KEY = Buffer.from('a key');
const folder = mkdtempSync(join(tmpdir(), 'dmconform-pseudonyms-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

describe('pseudonyms', () => {
  const names = (key: Uint8Array): Pseudonyms => {
    const all = new Pseudonyms(key);
    for (const id of ['IMEI:493005100592800', 'IMEI:4930051005928001', 'client']) all.see(id);
    return all;
  };

  it('keep what is equal equal, and what differs different', () => {
    const text = names(KEY).text('IMEI:493005100592800 493005100592800 IMEI:4930051005928001');
    const [one, bare, other] = text.split(' ');
    expect(one).toMatch(/^IMEI:device-[0-9a-f]{12}$/);
    expect(`IMEI:${bare}`).toBe(one);
    expect(other).toMatch(/^IMEI:device-/);
    expect(other).not.toBe(one);
  });

  it('are the same under the same key, and others under another', () => {
    const of = (key: string): string => names(Buffer.from(key)).text('IMEI:493005100592800');
    expect(of('a key')).toBe(of('a key'));
    expect(of('a key')).not.toBe(of('another'));
  });

  it('leave ordinary words alone, whatever a device calls itself', () => {
    expect(names(KEY).value({ client: ['client', 1] })).toEqual({ client: ['client', 1] });
  });
});

describe('a pseudonymised run', () => {
  const id = '493005100592800';
  const big = Buffer.concat([Buffer.from(`<${id}>`), Buffer.alloc(70_000, 7)]);
  const spilled = `bodies/${sha256Of(big)}`;
  const base = { seq: 0, t: 1, scenario: 's', exchange: 'x', connection: 'c', from: 'client', to: 'server', began: 1 };
  const post = {
    ...base,
    kind: 'http-request',
    method: 'POST',
    target: `/dm?d=${id}`,
    httpVersion: 'HTTP/1.1',
    framing: { by: 'length' },
  };
  const events = [
    // The body names the device before any header does.
    { ...post, seq: 1, headers: [['X', 'y']], body: { size: 24, text: `{"DevID":"IMEI:${id}"}` } },
    {
      ...post,
      seq: 2,
      headers: [['OMADM-DevID', `IMEI:${id}`]],
      body: { size: 16, base64: Buffer.from(`\u00ff${id}`, 'latin1').toString('base64') },
    },
    {
      ...post,
      seq: 3,
      headers: [['omadm-devid', `IMEI:${id}`]],
      body: { size: big.length, sha256: sha256Of(big), file: spilled },
    },
  ];
  const header = readFileSync(
    new URL('../../fixtures/traces/flow/client-is-slow.ndjson', import.meta.url),
    'utf8',
  ).split('\n')[0];
  const lines = [
    header,
    ...events.map((event) => JSON.stringify(event)),
    JSON.stringify({ record: 'dmconform-trace-end', events: 3 }),
    '',
  ];

  it('holds the identity nowhere: not in result, trace or bodies', () => {
    const run = join(folder, 'run');
    const out = join(folder, 'out');
    mkdirSync(join(run, 'bodies'), { recursive: true });
    writeFileSync(join(run, 'trace.ndjson'), lines.join('\n'));
    writeFileSync(join(run, spilled), big);
    const result = madeUpResult({ errors: [`device ${id} is gone`] });
    const copy = pseudonymiseRun({ folder: run, result, out, key: KEY });
    expect(copy.identities).toBe(1);
    const text = readFileSync(join(out, 'trace.ndjson'), 'utf8');
    const trace = parseTrace(text);
    expect(trace.partial).toBeUndefined();
    const bodies = trace.events.flatMap((event) => ('body' in event ? [event.body] : []));
    const read = bodies.map((body) => {
      if ('text' in body) return body.text;
      if ('base64' in body) return Buffer.from(body.base64, 'base64').toString('latin1');
      return 'file' in body ? readFileSync(join(out, body.file), 'latin1') : '';
    });
    for (const part of [text, JSON.stringify(copy.result), ...read]) expect(part).not.toContain(id);
    const pseudonym = /device-[0-9a-f]{12}/.exec(copy.result.errors[0] ?? '')?.[0] ?? 'none';
    for (const part of [text, ...read]) expect(part).toContain(pseudonym);
    expect(bodies.map(({ size }) => size)).toEqual([24, 16, big.length]);
  });
});
