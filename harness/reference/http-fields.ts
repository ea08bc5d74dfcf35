import { headerValue, type PeerRequest } from '../stimuli/peer.js';

/** A request that can answer for one header field without laying out the whole list first. */
export interface IndexedRequest extends PeerRequest {
  field(name: string): string | undefined;
}

function isIndexed(request: PeerRequest): request is IndexedRequest {
  return 'field' in request;
}

/** Value of a header field of a request; `name` in lower case. Undefined when it is not there. */
export function fieldOf(request: PeerRequest, name: string): string | undefined {
  return isIndexed(request) ? request.field(name) : headerValue(request.headers, name);
}

/** The path of a request target, without its query. */
export function pathOf(target: string): string {
  const query = target.indexOf('?');
  return query === -1 ? target : target.slice(0, query);
}
