import { recordBody, type SpillBody } from '../trace/body.js';
import type { Draft, Framing, HttpRequestEvent, HttpResponseEvent, Party } from '../trace/event.js';
import type { SeenMessage } from './lane.js';

/** What joins a message to its place in the run. */
export interface MessagePlace {
  readonly exchange: string;
  readonly connection: string;
  readonly from: Party;
  readonly to: Party;
  /** When its last byte was seen, in milliseconds of the bus. */
  readonly at: number;
  readonly scenario: string | undefined;
  readonly label?: string | undefined;
}

/** The event of a request; method and target are empty where the start line is garbage. */
export function requestDraft(seen: SeenMessage, place: MessagePlace, spill: SpillBody): Draft<HttpRequestEvent> {
  const { message } = seen;
  return {
    kind: 'http-request',
    ...(place.scenario === undefined ? {} : { scenario: place.scenario }),
    ...(place.label === undefined ? {} : { label: place.label }),
    method: message.method ?? '',
    target: message.target ?? '',
    httpVersion: message.httpVersion,
    ...common(seen, place, spill),
  };
}

/** The event of a response; status 0 where the start line is garbage. */
export function responseDraft(seen: SeenMessage, place: MessagePlace, spill: SpillBody): Draft<HttpResponseEvent> {
  const { message } = seen;
  return {
    kind: 'http-response',
    ...(place.scenario === undefined ? {} : { scenario: place.scenario }),
    status: message.status ?? 0,
    reason: message.reason ?? '',
    httpVersion: message.httpVersion,
    ...common(seen, place, spill),
  };
}

function common({ message, began, pieces }: SeenMessage, place: MessagePlace, spill: SpillBody) {
  return {
    t: place.at,
    exchange: place.exchange,
    connection: place.connection,
    from: place.from,
    to: place.to,
    began,
    headers: message.headers,
    ...(message.rawHead === undefined ? {} : { rawHead: message.rawHead }),
    body: recordBody(message.body, spill),
    framing: framing(message.framing, pieces),
    ...(message.defect === undefined ? {} : { defect: message.defect }),
  };
}

function framing(read: Framing, pieces: readonly number[]): Framing {
  return pieces.length > 1 ? { ...read, segments: pieces } : read;
}
