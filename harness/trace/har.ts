import { ConformError } from '../model/errors.js';
import { DEFAULT_NODES } from '../model/statement.js';
import type { Role } from '../model/verdict.js';
import { bodyBytes, type ReadSpill } from './body.js';
import type { BodyRecord, HttpRequestEvent, HttpResponseEvent, TraceEvent, TraceHeader } from './event.js';
import { foreignEvents } from './har-foreign.js';
import { bodyOf, responseParts } from './har-parts.js';
import type { Har, HarBody, HarEntry, HarField, HarMark } from './har-types.js';
import type { Trace } from './ndjson.js';

/** A recording that is read while it is used, so that it need not fit into memory. */
export interface Recorded {
  readonly header: TraceHeader;
  readonly events: Iterable<TraceEvent>;
}

/**
 * The HTTP exchanges of a trace as HTTP Archive 1.2, readable by any HAR viewer, piece by piece in the order in which they were over. What HAR has no place for
 * (numbers, parties, framing) stands in members that begin with an underscore; what HTTP does not show (stimuli, processes, connections) is left out.
 */
export function* exportHar({ header, events }: Recorded, readSpill: ReadSpill): Generator<string> {
  const log: Omit<Har['log'], 'entries'> = {
    version: '1.2',
    creator: { name: 'dmconform', version: header.suite },
    _dmconform: header,
  };
  yield `{"log":${JSON.stringify(log).slice(0, -1)},"entries":[`;
  let before = '\n';
  for (const { request, response } of exchangesOf(events)) {
    yield `${before}${JSON.stringify(entryOf(header, request, response, readSpill))}`;
    before = ',\n';
  }
  yield '\n]}}\n';
}

/** Each request with its final response, once both are there (either may be the first); at the end those that were not answered. */
function* exchangesOf(
  events: Iterable<TraceEvent>,
): Generator<{ readonly request: HttpRequestEvent; readonly response?: HttpResponseEvent }> {
  const requests = new Map<string, HttpRequestEvent>();
  const early = new Map<string, HttpResponseEvent>();
  for (const event of events) {
    if (event.kind === 'http-request') {
      const response = early.get(event.exchange);
      if (response === undefined) requests.set(event.exchange, event);
      else if (early.delete(event.exchange)) yield { request: event, response };
    } else if (event.kind === 'http-response' && event.status >= 200) {
      const request = requests.get(event.exchange);
      if (request === undefined) early.set(event.exchange, event);
      else if (requests.delete(event.exchange)) yield { request, response: event };
    }
  }
  for (const request of requests.values()) yield { request };
}

function entryOf(
  header: TraceHeader,
  request: HttpRequestEvent,
  response: HttpResponseEvent | undefined,
  readSpill: ReadSpill,
): HarEntry {
  const { size: _, ...sent } = harBody(request.body, readSpill);
  const host = fieldOf(request.headers, 'host') ?? 'host.invalid';
  const time = Math.max(0, (response?.t ?? request.t) - request.began);
  return {
    startedDateTime: new Date(Date.parse(header.started) + request.began).toISOString(),
    time,
    connection: request.connection,
    request: {
      method: request.method,
      url: `http://${host}${request.target}`,
      httpVersion: request.httpVersion,
      cookies: [],
      headers: request.headers.map(asField),
      queryString: [],
      ...(request.body.size === 0
        ? {}
        : { postData: { mimeType: fieldOf(request.headers, 'content-type') ?? '', text: '', ...sent } }),
      headersSize: -1,
      bodySize: request.body.size,
    },
    response: {
      status: response?.status ?? 0,
      statusText: response?.reason ?? '',
      httpVersion: response?.httpVersion ?? '',
      cookies: [],
      headers: response?.headers.map(asField) ?? [],
      content: {
        mimeType: fieldOf(response?.headers ?? [], 'content-type') ?? '',
        ...harBody(response?.body ?? { size: 0 }, readSpill),
      },
      redirectURL: '',
      headersSize: -1,
      bodySize: response?.body.size ?? -1,
    },
    cache: {},
    timings: {
      send: Math.max(0, request.t - request.began),
      wait: Math.max(0, (response?.began ?? request.t) - request.t),
      receive: Math.max(0, (response?.t ?? 0) - (response?.began ?? 0)),
    },
    _exchange: request.exchange,
    _from: request.from,
    _to: request.to,
    ...(request.scenario === undefined ? {} : { _scenario: request.scenario }),
    ...(request.label === undefined ? {} : { _label: request.label }),
    _request: markOf(request),
    ...(response === undefined ? {} : { _response: markOf(response) }),
  };
}

function markOf(event: HttpRequestEvent | HttpResponseEvent): HarMark {
  const { seq, t, began, framing, defect } = event;
  return { seq, t, began, framing, ...(defect === undefined ? {} : { defect }) };
}

function asField([name, value]: readonly [string, string]): HarField {
  return { name, value };
}

function harBody(body: BodyRecord, readSpill: ReadSpill): HarBody {
  if (body.size === 0) return { size: 0 };
  if ('text' in body) return { size: body.size, text: body.text };
  if ('base64' in body) return { size: body.size, text: body.base64, encoding: 'base64' };
  return { size: body.size, text: bodyBytes(body, readSpill).toString('base64'), encoding: 'base64' };
}

export interface HarImport {
  /** Named in errors. */
  readonly file: string;
  /** Who is judged, where the HAR does not say so itself. */
  readonly role: Role;
}

/**
 * Reads a HAR as a trace. One of ours gives its exchanges back with their numbers; of a foreign one those that belong to DM 2.0 are taken.
 * @throws ConformError TRACE_UNREADABLE, naming the file, the entry and what does not fit.
 */
export function importHar(text: string, { file, role }: HarImport): Trace {
  const har = parseHar(text, file);
  const own = har.log._dmconform;
  if (own?.record === 'dmconform-trace') {
    const events = har.log.entries.flatMap((entry, index) => ownEvents(entry, `${file}, entry ${index + 1}`));
    return { header: { ...own, source: 'har' }, events: events.sort((a, b) => a.seq - b.seq) };
  }
  const events = foreignEvents(har.log.entries, file);
  return { header: foreignHeader(har, role), events };
}

function ownEvents(entry: HarEntry, where: string): TraceEvent[] {
  const { _request: asked, _response: answered, _from: from, _to: to } = entry;
  if (asked === undefined || from === undefined || to === undefined)
    throw unreadable(where, 'an entry without its dmconform members');
  const shared = {
    exchange: entry._exchange ?? where,
    connection: entry.connection ?? '',
    ...(entry._scenario === undefined ? {} : { scenario: entry._scenario }),
  };
  const url = new URL(entry.request.url);
  const request: HttpRequestEvent = {
    kind: 'http-request',
    ...shared,
    ...asked,
    from,
    to,
    method: entry.request.method,
    target: `${url.pathname}${url.search}`,
    httpVersion: entry.request.httpVersion,
    headers: entry.request.headers.map(({ name, value }) => [name, value] as const),
    body: bodyOf(entry.request.postData),
    ...(entry._label === undefined ? {} : { label: entry._label }),
  };
  if (answered === undefined) return [request];
  return [request, { kind: 'http-response', ...shared, ...answered, from: to, to: from, ...responseParts(entry) }];
}

function fieldOf(headers: readonly (readonly [string, string])[], name: string): string | undefined {
  return headers.find(([field]) => field.toLowerCase() === name)?.[1];
}

function foreignHeader({ log }: Har, role: Role): TraceHeader {
  const name = `${log.creator.name} ${log.creator.version}`.trim();
  return {
    record: 'dmconform-trace',
    version: 1,
    started: log.entries[0]?.startedDateTime ?? new Date(0).toISOString(),
    suite: name,
    ledger: '',
    role,
    statement: { name: `recorded by ${name}`, role, start: { kind: 'url' }, operations: [], nodes: DEFAULT_NODES },
    decisions: {},
    profile: 'default',
    patienceMs: 0,
    source: 'har',
  };
}

function parseHar(text: string, file: string): Har {
  let value: unknown;
  try {
    value = JSON.parse(text.replace(/^\uFEFF/, ''));
  } catch (error) {
    throw unreadable(file, error instanceof Error ? error.message : String(error));
  }
  const log = member(value, 'log');
  const entries = member(log, 'entries');
  if (!Array.isArray(entries)) throw unreadable(file, 'no list log.entries');
  entries.forEach((entry: unknown, index) => {
    const [request, response] = [member(entry, 'request'), member(entry, 'response')];
    const whole =
      typeof member(request, 'method') === 'string' &&
      typeof member(request, 'url') === 'string' &&
      URL.canParse(String(member(request, 'url'))) &&
      Array.isArray(member(request, 'headers')) &&
      Array.isArray(member(response, 'headers')) &&
      typeof member(response, 'status') === 'number';
    if (!whole) throw unreadable(`${file}, entry ${index + 1}`, 'an entry without method, url, headers or status');
  });
  const creator = member(log, 'creator');
  const named = {
    name: String(member(creator, 'name') ?? 'an unnamed program'),
    version: String(member(creator, 'version') ?? ''),
  };
  return { log: { ...(log as Har['log']), creator: named } };
}

function member(value: unknown, name: string): unknown {
  return typeof value === 'object' && value !== null ? (value as Readonly<Record<string, unknown>>)[name] : undefined;
}

function unreadable(subject: string, found: string): ConformError {
  return new ConformError('TRACE_UNREADABLE', 'cannot read the HAR', { subject, found, expected: 'HTTP Archive 1.2' });
}
