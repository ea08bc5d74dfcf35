import { type GenericAlert, MARKS } from '../protocol/alerts.js';
import { FIELD } from '../protocol/headers.js';
import { MEDIA, mediaTypeOf } from '../protocol/media-types.js';
import { headerValue, type PeerReply, type PeerRequest } from '../stimuli/peer.js';

/** AlertType of the events that the suite raises on a device. */
export const EVENT_TYPE = 'urn:example:at:event:1.0';

/** From one event to the next: seven events have all gravities, and neither the gravest nor the least grave of a few comes first. */
const GRAVITY_STEP = 3;

/** The Generic Alert of an event, with every member that TS 5.4 knows but TargetURI; the planted value tells it from all others. */
export function eventAlert(count: number, source: string, mark: string): GenericAlert {
  const gravity = MARKS[(count * GRAVITY_STEP) % MARKS.length] ?? 'informational';
  return {
    AlertType: EVENT_TYPE,
    SourceURI: source,
    Mark: gravity,
    DataType: 'application/json',
    Data: { event: mark, count },
  };
}

/** A request that carries a #3. */
export function isReport(request: PeerRequest): boolean {
  return mediaTypeOf(headerValue(request.headers, FIELD.contentType)) === MEDIA.response;
}

/** 401 with a challenge to a request without credentials; undefined for one that has some. */
export function challengeTo(request: PeerRequest): PeerReply | undefined {
  if (headerValue(request.headers, 'authorization') !== undefined) return undefined;
  return { status: 401, headers: [['WWW-Authenticate', 'Basic realm="dm"']], body: Buffer.alloc(0) };
}
