import { accepts, MEDIA, mediaTypeOf } from '../protocol/media-types.js';
import type { PeerReply, PeerRequest } from '../stimuli/peer.js';
import type { Tolerance } from './client-options.js';
import { fieldOf } from './http-fields.js';
import { refusal } from './server-replies.js';

/** What a package may be typed as besides its own media type; a refusal says so (TS 5.5). */
const ALSO_TAKEN = 'application/json';

/** What a request is taken for: #1, #3, or nothing, with the reply that says so. */
export type Taken = 'one' | 'three' | PeerReply;

/**
 * What HTTP alone says about a request at the DM endpoint: 405 for another method, 415 for a type that is no package of a client, 406 when the
 * answer's type is not acceptable, 400 without OMADM-DevID (TS 5.2, 5.5; protocol: HTTP rules). A lenient server only sorts.
 */
export function takeRequest(request: PeerRequest, tolerance: Tolerance): Taken {
  const type = fieldOf(request, 'content-type');
  if (tolerance === 'lenient') return takeLeniently(request, type);
  if (request.method !== 'POST') return refusal(405, [['Allow', 'POST']]);
  const kind = kindOf(type) ?? (mediaTypeOf(type) === ALSO_TAKEN ? shapeOf(request.body) : undefined);
  if (kind === undefined) return refusal(415, [['OMADM-Accept', ALSO_TAKEN]]);
  const accept = fieldOf(request, 'accept');
  // The usual value needs no parsing.
  if (accept !== MEDIA.request && !accepts(accept, MEDIA.request)) return refusal(406);
  return fieldOf(request, 'omadm-devid') === undefined ? refusal(400) : kind;
}

function takeLeniently(request: PeerRequest, type: string | undefined): Taken {
  const { body } = request;
  const { method } = request;
  if (method !== 'POST' && method !== 'PUT' && body.length === 0) return refusal(405, [['Allow', 'POST']]);
  return kindOf(type) ?? shapeOf(body);
}

function kindOf(type: string | undefined): 'one' | 'three' | undefined {
  const essence = type === MEDIA.initiation || type === MEDIA.response ? type : mediaTypeOf(type);
  if (essence === MEDIA.initiation) return 'one';
  return essence === MEDIA.response ? 'three' : undefined;
}

/** Only #3 has a member `Status`. */
function shapeOf(body: Buffer): 'one' | 'three' {
  return body.includes('"Status"') ? 'three' : 'one';
}
