import { MEDIA, mediaTypeOf } from '../protocol/media-types.js';
import { readPackageTwo } from '../protocol/read-packages.js';
import { bodyBytes } from './body.js';
import type { HttpRequestEvent, HttpResponseEvent, Party, TraceEvent } from './event.js';
import { bodyOf, framingOf, responseParts } from './har-parts.js';
import type { HarEntry, HarField } from './har-types.js';

const DM_TYPES: ReadonlySet<string | undefined> = new Set([MEDIA.initiation, MEDIA.request, MEDIA.response]);

/**
 * The exchanges of a HAR that somebody else recorded, as far as they belong to DM 2.0: those of the DM endpoint are known by their media types or
 * OMADM-DevID, those of repositories and pages by a #2 before them that holds their URL. The rest is left out.
 */
export function foreignEvents(entries: readonly HarEntry[], file: string): TraceEvent[] {
  const sorted = [...entries].sort((a, b) => Date.parse(a.startedDateTime) - Date.parse(b.startedDateTime));
  const zero = Date.parse(sorted[0]?.startedDateTime ?? '');
  const named = new Map<string, Party>();
  const drafts = sorted.flatMap((entry, index) => {
    const to = partyOf(entry, named);
    if (to === undefined) return [];
    if (to === 'server') learn(entry, named);
    return messages(entry, to, { exchange: `${file}#${index + 1}`, began: Date.parse(entry.startedDateTime) - zero });
  });
  // A request counts from its end, a response from its own: so they stand as a recorder would have written them.
  return drafts.sort((a, b) => a.t - b.t).map((event, index) => ({ ...event, seq: index + 1 }));
}

function partyOf(entry: HarEntry, named: ReadonlyMap<string, Party>): Party | undefined {
  const types = [typeOf(entry.request.headers), typeOf(entry.response.headers)];
  const device = entry.request.headers.some(({ name }) => name.toLowerCase() === 'omadm-devid');
  return types.some((type) => DM_TYPES.has(type)) || device ? 'server' : named.get(entry.request.url);
}

/** URLs that a #2 sends the client to. */
function learn(entry: HarEntry, named: Map<string, Party>): void {
  const { view } = readPackageTwo(bodyBytes(bodyOf(entry.response.content)));
  for (const { name, serverUri } of view?.commands ?? []) {
    if (serverUri === undefined || !URL.canParse(serverUri)) continue;
    if (name === 'CONT') named.set(new URL(serverUri).href, 'server');
    else if (name !== 'EXEC') named.set(new URL(serverUri).href, name === 'SHOW' ? 'pages' : 'repository');
  }
}

function messages(entry: HarEntry, to: Party, at: { readonly exchange: string; readonly began: number }): TraceEvent[] {
  const url = new URL(entry.request.url);
  const shared = { seq: 0, exchange: at.exchange, connection: entry.connection ?? at.exchange };
  const body = bodyOf(entry.request.postData);
  const request: HttpRequestEvent = {
    ...shared,
    kind: 'http-request',
    t: at.began + Math.max(0, entry.timings?.send ?? 0),
    began: at.began,
    from: 'client',
    to,
    method: entry.request.method,
    target: `${url.pathname}${url.search}`,
    httpVersion: entry.request.httpVersion,
    headers: entry.request.headers.map(({ name, value }) => [name, value] as const),
    body,
    framing: framingOf(entry.request.headers, body.size),
  };
  if (entry.response.status === 0) return [request];
  const parts = responseParts(entry);
  const end = at.began + Math.max(0, entry.time);
  const response: HttpResponseEvent = {
    ...shared,
    kind: 'http-response',
    t: end,
    began: Math.max(request.t, end - Math.max(0, entry.timings?.receive ?? 0)),
    from: to,
    to: 'client',
    ...parts,
    framing: framingOf(entry.response.headers, parts.body.size),
  };
  return [request, response];
}

function typeOf(headers: readonly HarField[]): string | undefined {
  return mediaTypeOf(headers.find(({ name }) => name.toLowerCase() === 'content-type')?.value);
}
