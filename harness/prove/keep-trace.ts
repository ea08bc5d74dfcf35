import { createHash } from 'node:crypto';
import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { footerLine, writeTrace } from '../trace/ndjson.js';
import type { Peer } from './peers.js';
import type { Recording } from './recording.js';

/** Bytes that the name of a folder may have: combinations of many variants have longer names. */
const LONGEST = 200;

/** Writes the record of a peer's run to `folder/<role>/<name>/trace.ndjson`, with its large bodies beside it: `dmconform judge` reads it. */
export function keepTrace(folder: string, { role, name }: Peer, { header, events, readSpill }: Recording): void {
  const own = join(folder, role, folderName(name));
  mkdirSync(own, { recursive: true });
  for (const event of events) {
    if (!('body' in event) || !('file' in event.body)) continue;
    const { file } = event.body;
    const bytes = readSpill(file);
    if (bytes === undefined) continue;
    mkdirSync(dirname(join(own, file)), { recursive: true });
    writeFileSync(join(own, file), bytes);
  }
  const end = footerLine({ record: 'dmconform-trace-end', events: events.length });
  writeFileSync(join(own, 'trace.ndjson'), writeTrace({ header, events }) + end);
}

function folderName(name: string): string {
  if (name.length <= LONGEST) return name;
  return `${name.slice(0, LONGEST)}-${createHash('sha256').update(name).digest('hex').slice(0, 8)}`;
}
