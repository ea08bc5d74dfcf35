import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { footerLine, writeTrace } from '../trace/ndjson.js';
import type { Peer } from './peers.js';
import type { Recording } from './recording.js';

/** Writes the record of a peer's run to `folder/<role>/<name>/trace.ndjson`, with its large bodies beside it: `dmconform judge` reads it. */
export function keepTrace(folder: string, { role, name }: Peer, { header, events, readSpill }: Recording): void {
  const own = join(folder, role, name);
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
