import type { Observed } from '../model/finding.js';
import { BoundedMap, BoundedSet, pushBounded } from '../session/bounded.js';
import type { Observation, Session } from '../session/observation.js';
import type { HttpRequestEvent, TraceEvent } from '../trace/event.js';
import { failed } from './common.js';
import { describeReply, isGoodReport, isPutOff, isTwo, mayRefuse, Openings, type Reply } from './common-server.js';
import { isEndOfConnection } from './ended-connections.js';
import { NOTHING, type Oracle, oracle } from './oracle.js';
import { held, unclear, violated } from './say.js';

/** HTP-06: kept and closed connections are both served; pipelined requests and HTTP/1.0 are served or refused as HTTP allows (RFC 9112 9). */
export const anyConnection = oracle({
  name: 'http/any-connection',
  on: 'server',
  requirements: ['HTP-06'],
  sees: ['one', 'reply', 'event'],
  create: () => {
    const openings = new Openings();
    /** Numbers of the #2s whose #3 was served on a kept connection: only there is a refusal about the connection. */
    const kept = new BoundedSet<number>(64);
    /** Connections that the packages of a session came over. */
    const used = new WeakMap<Session, Set<string>>();
    /** Requests without an answer by connection; the ones behind the first are pipelined. */
    const waiting: Waiting = new BoundedMap(256);
    const pipelined = new WeakSet<HttpRequestEvent>();
    return (seen) => {
      openings.see(seen);
      if (seen.kind === 'event') return closed(waiting, pipelined, seen.event);
      if (seen.kind === 'one') {
        queue(waiting, pipelined, seen.request);
        return NOTHING;
      }
      settle(waiting, seen.request);
      const found = [...inPipeline(pipelined, seen), ...olderHttp(seen)];
      return found.length > 0 ? found : wholeSession({ used, openings, kept }, seen);
    };
  },
});

type Waiting = Map<string, HttpRequestEvent[]>;

function queue(waiting: Waiting, pipelined: WeakSet<HttpRequestEvent>, request: HttpRequestEvent) {
  const queued = waiting.get(request.connection) ?? [];
  if (queued.length > 0) pipelined.add(request);
  pushBounded(queued, request, 9);
  waiting.set(request.connection, queued);
}

function settle(waiting: Waiting, request: HttpRequestEvent): void {
  const left = waiting.get(request.connection)?.filter((one) => one !== request);
  if (left !== undefined) waiting.set(request.connection, left);
}

/** A server that takes no pipelined requests answers the first and closes (RFC 9112 9.3.2, 9.6). */
function closed(waiting: Waiting, pipelined: WeakSet<HttpRequestEvent>, event: TraceEvent): readonly Observed[] {
  if (!isEndOfConnection(event)) return NOTHING;
  const left = waiting.get(event.connection);
  waiting.delete(event.connection);
  if (left === undefined || event.from !== 'server') return NOTHING;
  const [first] = left;
  if (first === undefined || !left.every((one) => pipelined.has(one))) return NOTHING;
  return [
    held('HTP-06', 'The server closed the connection instead of serving a pipelined request.', first.scenario, [
      event,
      first,
    ]),
  ];
}

function inPipeline(pipelined: WeakSet<HttpRequestEvent>, { request, response }: Reply): readonly Observed[] {
  if (!pipelined.has(request) || response.defect !== undefined) return NOTHING;
  return [
    held('HTP-06', `A pipelined #1 was answered ${response.status} in its turn.`, request.scenario, [
      response,
      request,
    ]),
  ];
}

/** Chunks mean nothing to HTTP/1.0 (RFC 9112 6.1). */
function olderHttp(seen: Reply): readonly Observed[] {
  const { request, response } = seen;
  if (request.httpVersion !== 'HTTP/1.0') return NOTHING;
  const events = [response, request];
  if (response.framing.by === 'chunked') {
    return [
      violated('HTP-06', 'A request by HTTP/1.0 was answered in chunks.', request.scenario, events, {
        expected: 'Content-Length, or a body up to the end of the connection',
        actual: 'Transfer-Encoding: chunked',
      }),
    ];
  }
  const fine = response.defect === undefined && (isTwo(seen) || response.status >= 400);
  if (!fine)
    return [
      unclear('HTP-06', `A #1 by HTTP/1.0 was answered oddly (${describeReply(seen)}).`, request.scenario, events),
    ];
  return [held('HTP-06', `A #1 by HTTP/1.0 was answered ${response.status}.`, request.scenario, events)];
}

interface Connections {
  readonly used: WeakMap<Session, Set<string>>;
  readonly openings: Openings;
  readonly kept: Set<number>;
}

function wholeSession({ used, openings, kept }: Connections, seen: Reply): readonly Observed[] {
  const { session, request, response, run } = seen;
  if (session === undefined) return NOTHING;
  const connections = used.get(session) ?? new Set<string>();
  const elsewhere = !connections.has(request.connection);
  used.set(session, connections.add(request.connection));
  const events = [response, request];
  if (elsewhere && isGoodReport(seen, openings) && response.defect === undefined && response.status >= 400) {
    const details = { expected: '200 with a #2', actual: describeReply(seen) };
    return mayRefuse(response.status) || !kept.has(seen.run.number)
      ? [unclear('HTP-06', 'A #3 on a new connection was refused.', session, events, details)]
      : [violated('HTP-06', 'A #3 on a new connection was refused.', session, events, details)];
  }
  if (!isTwo(seen) || seen.to !== 'three') return NOTHING;
  const one = connections.size === 1;
  if (one && run?.commands.some(failed) === false) kept.add(run.number);
  const message = `A #3 was answered over ${one ? 'one kept connection' : `${connections.size} connections`}.`;
  return [held('HTP-06', message, session, events)];
}

/** The last for each scenario. */
type Probes = Map<string | undefined, Probe>;

interface Probe {
  readonly request: HttpRequestEvent;
  readonly session: Session;
}

/** HTP-07: HEAD and OPTIONS on the DM endpoint do no harm to a session under way (RFC 9110 9). */
export const probesDoNoHarm = oracle({
  name: 'http/probes-do-no-harm',
  on: 'server',
  requirements: ['HTP-07'],
  sees: ['one', 'other', 'reply', 'event'],
  create: () => {
    const openings = new Openings();
    const probes: Probes = new BoundedMap(256);
    return (seen) => {
      openings.see(seen);
      if (seen.kind === 'event') return stray(probes, seen.event);
      if (seen.kind === 'other') {
        probe(probes, seen);
        return NOTHING;
      }
      if (seen.kind !== 'reply') return NOTHING;
      const key = seen.request.scenario;
      const one = probes.get(key);
      if (one === undefined || one.session !== seen.session || !isGoodReport(seen, openings)) return NOTHING;
      probes.delete(key);
      return afterProbe(one, seen);
    };
  },
});

function probe(probes: Probes, { request, session }: Extract<Observation, { kind: 'other' }>): void {
  const asks = request.method === 'HEAD' || request.method === 'OPTIONS';
  if (!asks || request.defect !== undefined || session?.state !== 'open') return;
  probes.set(request.scenario, { request, session });
}

/** Bytes that belong to no answer, such as a body behind the answer to HEAD. */
function stray(probes: Probes, event: TraceEvent): readonly Observed[] {
  if (event.kind !== 'connection' || event.phase !== 'stray') return NOTHING;
  const one = [...probes.values()].find(
    ({ request }) => request.method === 'HEAD' && request.connection === event.connection,
  );
  if (one === undefined) return NOTHING;
  return [
    violated('HTP-07', 'The answer to HEAD had a body.', one.session, [event, one.request], {
      expected: 'a head alone',
      actual: event.detail ?? 'more bytes',
    }),
  ];
}

function afterProbe({ request, session }: Probe, seen: Reply): readonly Observed[] {
  const { response } = seen;
  const events = [response, seen.request, request];
  if (isTwo(seen)) return [held('HTP-07', `After ${request.method} the session went on.`, session, events)];
  if (response.defect !== undefined || response.status < 400) return NOTHING;
  const details = { expected: '200 with a #2', actual: describeReply(seen) };
  if (isPutOff(response.status))
    return [unclear('HTP-07', `After ${request.method} the #3 was refused.`, session, events, details)];
  return [violated('HTP-07', `After ${request.method} the session did not go on.`, session, events, details)];
}

export const HTTP_SERVER: readonly Oracle[] = [anyConnection, probesDoNoHarm];
