import { mkdtempSync, readdirSync, readFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { keepTrace } from '../../harness/prove/keep-trace.js';
import type { Peer } from '../../harness/prove/peers.js';
import type { Recording } from '../../harness/prove/recording.js';
import { parseTrace } from '../../harness/trace/ndjson.js';

const text = readFileSync(new URL('../../fixtures/traces/end/client-continues.ndjson', import.meta.url), 'utf8');
const { header, events } = parseTrace(text);
const recording: Recording = { header, events, readSpill: () => undefined };

function peer(name: string): Peer {
  return { role: 'client', name, kind: 'deviant', breaks: [] } as unknown as Peer;
}

it.each([
  ['a short name', ['starts-over']],
  ['names that no folder can have, each in a folder of its own', ['a'.repeat(300), `${'a'.repeat(299)}b`]],
])('a record is kept under %s', (_what, names) => {
  const folder = mkdtempSync(join(tmpdir(), 'dmconform-test-'));
  for (const name of names) keepTrace(folder, peer(name), recording);
  const kept = readdirSync(join(folder, 'client'));
  expect(kept).toHaveLength(names.length);
  for (const own of kept)
    expect(parseTrace(readFileSync(join(folder, 'client', own, 'trace.ndjson'), 'utf8'))).toMatchObject({ events });
  expect(names.filter((name) => kept.includes(name))).toEqual(names.filter((name) => name.length < 200));
});
