import type { Observed } from '../model/finding.js';
import { isJsonType, mediaTypeOf } from '../protocol/media-types.js';
import { nodeReadings, readMoSerialization } from '../protocol/mo-data.js';
import { BoundedMap } from '../session/bounded.js';
import { field } from '../session/classify.js';
import type { CommandRun, ReportedRun, Session } from '../session/observation.js';
import { sameBody } from '../trace/body.js';
import type { BodyRecord, HttpResponseEvent } from '../trace/event.js';
import { answered, codeOf, failed, isUpload, label, plainUri, served, soleUri, succeeded } from './common.js';
import { carriedOut } from './content-common.js';
import { NOTHING, type Oracle, oracle } from './oracle.js';
import { held, violated } from './say.js';

/** Sizes of a value from which on a body is large, and very large. */
const LARGE = 64 * 1024;
const VERY_LARGE = 16 * 1024 * 1024;
/** Nodes remembered for each session. */
const MOST_NODES = 16;
const OCTETS = 'application/octet-stream';
const CHANGING: ReadonlySet<string | undefined> = new Set(['HGET', 'DELETE']);

type Text = (body: BodyRecord) => string;

/** What an HGET brought into a node: data of a type of its own, or the value of a leaf. */
interface Fetched {
  readonly command: CommandRun;
  readonly response: HttpResponseEvent;
  readonly round: number;
  readonly content:
    | { readonly kind: 'octets'; readonly type: string }
    | { readonly kind: 'value'; readonly value: string };
}

/**
 * CDL-06: data of any media type comes back byte for byte; CDL-10 and CDL-21: empty, tiny, large and very large bodies do (CR 6.1.3). Told by
 * sending on what was fetched before.
 */
export const roundTrips = oracle({
  name: 'content/round-trips',
  on: 'client',
  requirements: ['CDL-06', 'CDL-10', 'CDL-21'],
  sees: ['three'],
  create: ({ text }) => {
    const sessions = new WeakMap<Session, Map<string, Fetched>>();
    return (seen) => {
      const run = answered(seen);
      if (run === undefined) return NOTHING;
      const nodes = sessions.get(run.session) ?? new BoundedMap<string, Fetched>(MOST_NODES);
      sessions.set(run.session, nodes);
      return run.commands.flatMap((command) => {
        const uri = soleUri(command.command);
        if (uri === undefined) return [];
        const node = plainUri(uri);
        if (isUpload(command.command)) return cameBack(run, command, node, nodes.get(node), text);
        if (!CHANGING.has(command.command.name)) return [];
        forget(nodes, node);
        return take(run, command, node, nodes, text);
      });
    };
  },
});

/** A change of a node leaves what was known of it, above it and below it in doubt. */
function forget(nodes: Map<string, Fetched>, node: string): void {
  for (const other of [...nodes.keys()]) {
    if (other === node || other.startsWith(`${node}/`) || node.startsWith(`${other}/`)) nodes.delete(other);
  }
}

function take(
  run: ReportedRun,
  command: CommandRun,
  node: string,
  nodes: Map<string, Fetched>,
  text: Text,
): Observed[] {
  const response = served(command.exchanges[0]);
  if (response === undefined) return [];
  const content = contentOf(response, node, text);
  if (content === undefined) return [];
  if (succeeded(command)) {
    nodes.set(node, { command, response, round: run.number, content });
    return [];
  }
  // Data of other types may be refused; a value of any size is what the protocol is for, though a small device may have a limit.
  if (!failed(command) || content.kind === 'octets') return [];
  const id = sizeRow(content.value.length);
  if (id === undefined) return [];
  const details = { expected: '200', actual: `${codeOf(command) ?? 0}`, atMost: 'warn' as const };
  const events = [response, run.three.request];
  return [violated(id, `A value of ${content.value.length} characters was not taken.`, run.session, events, details)];
}

function contentOf(response: HttpResponseEvent, node: string, text: Text): Fetched['content'] | undefined {
  const type = mediaTypeOf(field(response.headers, 'content-type'));
  if (type === undefined) return undefined;
  if (!isJsonType(type)) return { kind: 'octets', type };
  const value = valueIn(response.body, node, text);
  return value === undefined ? undefined : { kind: 'value', value };
}

const SCALARS: ReadonlySet<string> = new Set(['string', 'number', 'boolean']);

/** The value that an MO serialization of one item holds for a leaf (D-22); undefined when it holds none. */
function valueIn(body: BodyRecord, node: string, text: Text): string | undefined {
  const { view, problems } = readMoSerialization(Buffer.from(text(body)));
  const [item] = view?.length === 1 && problems.length === 0 ? view : [];
  const name = node.slice(node.lastIndexOf('/') + 1);
  const [value] = item === undefined ? [] : nodeReadings(item.data, name);
  if (value === null) return '';
  return SCALARS.has(typeof value) ? String(value) : undefined;
}

function cameBack(
  run: ReportedRun,
  command: CommandRun,
  node: string,
  fetched: Fetched | undefined,
  text: Text,
): Observed[] {
  const [sent] = carriedOut(command);
  if (fetched === undefined || sent === undefined || !succeeded(command)) return [];
  if (fetched.round === run.number || sent.request.defect !== undefined) return [];
  const { request } = sent;
  const type = mediaTypeOf(field(request.headers, 'content-type'));
  const events = [request, fetched.response, run.response];
  const { content, response } = fetched;
  if (content.kind === 'octets') {
    const same = sameBody(request.body, response.body);
    const id = sizeRow(response.body.size);
    if (same && type === content.type) {
      const message = `${response.body.size} bytes of ${type} came back byte for byte.`;
      return [
        held('CDL-06', message, run.session, events),
        ...(id === undefined ? [] : [held(id, message, run.session, events)]),
      ];
    }
    // Under another type, or with characters, the same data may stand in other bytes.
    if (same || id === undefined || type !== OCTETS || content.type !== OCTETS) return [];
    return [
      violated(
        id,
        'Octets did not come back as they were.',
        run.session,
        events,
        sizes(response.body.size, request.body.size),
      ),
    ];
  }
  const id = sizeRow(content.value.length);
  if (id === undefined) return [];
  const isJson = isJsonType(type);
  const value = isJson ? valueIn(request.body, node, text) : text(request.body);
  if (value === content.value)
    return [held(id, `A value of ${value.length} characters came back as it was.`, run.session, events)];
  // Of another form than JSON nothing is known but when it holds the value itself.
  if (value === undefined || !isJson) return [];
  const message = `${label(command.command)} did not send the value that was fetched.`;
  return [violated(id, message, run.session, events, sizes(content.value.length, value.length))];
}

function sizes(expected: number, actual: number): { readonly expected: string; readonly actual: string } {
  return { expected: `the same, ${expected} long`, actual: `something else, ${actual} long` };
}

/** The row that speaks of data of this size. */
function sizeRow(size: number): 'CDL-10' | 'CDL-21' | undefined {
  if (size >= VERY_LARGE) return 'CDL-21';
  return size <= 1 || size >= LARGE ? 'CDL-10' : undefined;
}

export const CONTENT_BODIES: readonly Oracle[] = [roundTrips];
