import type { Observed } from '../model/finding.js';
import { readJsonBody } from '../protocol/json-body.js';
import { acceptWeight, isJsonType, MEDIA, mediaTypeOf, parseAccept } from '../protocol/media-types.js';
import { field, listField } from '../session/classify.js';
import type { HttpResponseEvent } from '../trace/event.js';
import { describeReply, isTwo, mayRefuse, type Reply } from './common-server.js';
import { NOTHING, type Oracle, type OracleContext, oracle } from './oracle.js';
import { absent, held, unclear, violated } from './say.js';

const UNSUPPORTED = 415;
const NOT_ACCEPTABLE = 406;
/** A weight as RFC 9110 12.4.2 writes it. */
const WEIGHT = /^(?:0(?:\.\d{0,3})?|1(?:\.0{0,3})?)$/;

/** NEG-01: a request of a media type that the server cannot read is answered 415; NEG-03: OMADM-Accept is well-formed (TS 5.5). */
export const refusesTypes = oracle({
  name: 'negotiation/refuses-types',
  on: 'server',
  requirements: ['NEG-01', 'NEG-03'],
  sees: ['reply'],
  create: (context) => (seen) => {
    if (seen.response.defect !== undefined) return NOTHING;
    const unreadable = isUnreadable(seen, context);
    const list = field(seen.response.headers, 'omadm-accept');
    const found = list === undefined ? [] : wellFormed(list, seen);
    if (!unreadable) return found;
    if (list === undefined && seen.response.status === UNSUPPORTED) {
      const message = 'The server names no further media types.';
      found.push(absent('NEG-03', message, seen.request.scenario, [seen.response]));
    }
    return [...found, ...refusal(seen)];
  },
});

/** A whole POST of a type that is no package and no JSON, with a body that is no JSON, either: nobody can have read it. */
function isUnreadable({ request }: Reply, { text }: OracleContext): boolean {
  const type = field(request.headers, 'content-type');
  const essence = mediaTypeOf(type);
  if (request.method !== 'POST' || request.defect !== undefined || request.body.size === 0) return false;
  if (essence === undefined || isJsonType(type) || essence.startsWith('application/vnd.oma.dm.')) return false;
  return readJsonBody(text(request.body)).value === undefined;
}

function refusal(seen: Reply): readonly Observed[] {
  const { request, response } = seen;
  const events = [response, request];
  if (response.status === UNSUPPORTED) {
    const message = `A request typed ${field(request.headers, 'content-type')} was answered 415.`;
    return [held('NEG-01', message, request.scenario, events)];
  }
  const details = { expected: '415', actual: describeReply(seen) };
  if (mayRefuse(response.status))
    return [
      unclear('NEG-01', `The server refused the request (${response.status}).`, request.scenario, events, details),
    ];
  const message = `A request typed ${field(request.headers, 'content-type')} was not answered 415.`;
  return [violated('NEG-01', message, request.scenario, events, details)];
}

function wellFormed(
  list: string,
  { request, response }: { request: Reply['request']; response: HttpResponseEvent },
): Observed[] {
  const { ranges, malformed } = parseAccept(list);
  const weight = ranges.map(({ parameters }) => parameters.get('q')).find((q) => q !== undefined && !WEIGHT.test(q));
  const empty = ranges.length === 0 ? list : undefined;
  const wrong = malformed[0] ?? weight ?? empty;
  if (wrong === undefined)
    return [held('NEG-03', 'OMADM-Accept is a list of media ranges.', request.scenario, [response])];
  return [
    violated('NEG-03', 'OMADM-Accept is no list of media ranges.', request.scenario, [response], {
      expected: 'media ranges, with weights from 0 to 1',
      actual: wrong,
    }),
  ];
}

/** NEG-02: a #1 that accepts nothing at hand is answered 406 (TS 5.5); NEG-05: weights and wildcards of Accept are honoured (RFC 9110 12.5.1). */
export const heedsAccept = oracle({
  name: 'negotiation/heeds-accept-of-requests',
  on: 'server',
  requirements: ['NEG-02', 'NEG-05'],
  sees: ['reply'],
  create: () => {
    /** A #1 with the usual Accept was served, so the refusal of another one may be about its Accept. */
    let served = false;
    return (seen) => {
      if (seen.to !== 'one' || seen.request.method !== 'POST') return NOTHING;
      if (seen.response.defect !== undefined) return NOTHING;
      const accept = listField(seen.request.headers, 'accept');
      if (accept === undefined || accept.trim() === '' || accept === MEDIA.request) {
        served ||= isTwo(seen);
        return NOTHING;
      }
      if (mediaTypeOf(field(seen.request.headers, 'content-type')) !== MEDIA.initiation) return NOTHING;
      if (acceptWeight(accept, MEDIA.request) > 0) return wanted(accept, seen);
      return unwanted(excludes(accept) ? 'NEG-05' : 'NEG-02', accept, seen, served);
    };
  },
});

/** The list speaks of the request type, by name or wildcard, and rules it out by its weight. */
function excludes(accept: string): boolean {
  const fitting = ['*/*', 'application/*', MEDIA.request];
  return parseAccept(accept).ranges.some(({ essence }) => fitting.includes(essence));
}

function wanted(accept: string, seen: Reply): readonly Observed[] {
  const { request, response } = seen;
  const events = [response, request];
  if (isTwo(seen)) return [held('NEG-05', `A #1 that accepts ${accept} was served.`, request.scenario, events)];
  if (response.status !== NOT_ACCEPTABLE) return NOTHING;
  return [
    violated('NEG-05', `A #1 that accepts ${accept} was answered 406.`, request.scenario, events, {
      expected: '200 with a #2, whose type the list allows',
      actual: '406',
    }),
  ];
}

function unwanted(id: string, accept: string, seen: Reply, served: boolean): readonly Observed[] {
  const { request, response } = seen;
  const events = [response, request];
  const { status } = response;
  if (status === NOT_ACCEPTABLE)
    return [held(id, `A #1 that accepts ${accept} was answered 406.`, request.scenario, events)];
  const details = { expected: '406', actual: describeReply(seen) };
  if (mayRefuse(status) || (status >= 400 && !served))
    return [unclear(id, `The server refused the #1 (${status}).`, request.scenario, events, details)];
  const type = mediaTypeOf(field(response.headers, 'content-type'));
  const fits = status < 300 && type !== undefined && acceptWeight(accept, type) > 0;
  if (fits || (status >= 300 && status < 400)) return NOTHING;
  return [violated(id, `A #1 that accepts ${accept} was not answered 406.`, request.scenario, events, details)];
}

export const NEGOTIATION_SERVER: readonly Oracle[] = [refusesTypes, heedsAccept];
