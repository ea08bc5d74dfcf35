import { fork } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { Ajv2020 } from 'ajv/dist/2020.js';
import { ORACLES } from '../harness/oracles/index.js';
import { Judge } from '../harness/oracles/judge.js';
import { PACKAGE_ONE_SCHEMA, PACKAGE_THREE_SCHEMA, PACKAGE_TWO_SCHEMA } from '../harness/protocol/schemas.js';
import { field } from '../harness/session/classify.js';
import { SessionFold } from '../harness/session/fold.js';
import { bodyBytes } from '../harness/trace/body.js';
import { parseTrace, type Trace } from '../harness/trace/ndjson.js';
import { alternate } from './statistics.js';

const SPAN_MS = 400;

/** Packages per second of three kinds of work over one trace; the ratio is that of oracles and bare, in turn. */
interface Speeds {
  readonly oracles: number;
  /** Grouping into sessions and reading each package once, without any oracle. */
  readonly fold: number;
  readonly bare: number;
  readonly ratio: number;
}

/**
 * All oracles of the role over a trace, against JSON.parse and a compiled ajv schema over the same bodies; in a process of its own, as
 * `dmconform judge` is. Both sides get the same bodies as decoded text, the malformed ones too. The comparison is hard on the oracles: the time
 * for the events that are no packages (stimuli, transfers, connections: more than half of a trace) is theirs, too, and the bare side looks at
 * no event at all. But a judge cannot do without them, so they are not taken out; `fold` says what of the time goes before any oracle.
 */
export async function judging(folder: string): Promise<Speeds> {
  const child = fork(fileURLToPath(import.meta.url), [folder]);
  const [speeds] = (await once(child, 'message')) as [Speeds];
  return speeds;
}

async function measure(folder: string): Promise<Speeds> {
  const trace = parseTrace(readFileSync(join(folder, 'trace.ndjson'), 'utf8'));
  const readSpill = (file: string): Buffer => readFileSync(join(folder, file));
  const bodies = packagesOf(trace, readSpill);
  const judgeAll = (): void => {
    const judge = new Judge(trace.header, ORACLES, readSpill);
    for (const event of trace.events) judge.push(event);
  };
  const foldAll = (): void => {
    const fold = new SessionFold(trace.header, readSpill);
    for (const event of trace.events) fold.push(event);
  };
  const ajv = new Ajv2020();
  const schemas = [ajv.compile(PACKAGE_ONE_SCHEMA), ajv.compile(PACKAGE_TWO_SCHEMA), ajv.compile(PACKAGE_THREE_SCHEMA)];
  const parseAll = (): void => {
    for (const { text, schema } of bodies) {
      try {
        schemas[schema]?.(JSON.parse(text));
      } catch {
        // Some of them are malformed on purpose.
      }
    }
  };
  const measured = await alternate(
    5,
    () => perSecond(judgeAll, bodies.length),
    () => perSecond(parseAll, bodies.length),
  );
  return { oracles: measured.a, fold: perSecond(foldAll, bodies.length), bare: measured.b, ratio: measured.ratio };
}

function packagesOf(
  trace: Trace,
  readSpill: (file: string) => Buffer,
): readonly { readonly text: string; readonly schema: number }[] {
  return trace.events.flatMap((event) => {
    if (event.kind !== 'http-request' && event.kind !== 'http-response') return [];
    if ((event.to !== 'server' && event.from !== 'server') || event.body.size === 0) return [];
    const type = field(event.headers, 'content-type') ?? '';
    const schema = event.kind === 'http-response' ? 1 : type.includes('initiation') ? 0 : 2;
    return [{ text: bodyBytes(event.body, readSpill).toString('utf8'), schema }];
  });
}

/** Repeats the work for some time and returns items per second. */
function perSecond(work: () => void, items: number): number {
  work();
  let rounds = 0;
  const started = performance.now();
  while (performance.now() - started < SPAN_MS) {
    work();
    rounds += 1;
  }
  return (rounds * items * 1000) / (performance.now() - started);
}

const [, , folder] = process.argv;
if (process.send !== undefined && folder !== undefined) process.send(await measure(folder));
