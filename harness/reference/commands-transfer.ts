import { combinedValue, fieldValue } from '../protocol/headers.js';
import { accepts, MEDIA } from '../protocol/media-types.js';
import { isNamedStatus, STATUS } from '../protocol/status.js';
import type { PeerResponse, PeerSend } from '../stimuli/peer.js';
import { assertReadable, type CommandContext, DONE, locate, type Runner, serverUriOf } from './command-context.js';
import { incorporate, incorporateAnywhere, placeFor } from './incorporate.js';
import { readDelivered, uploadOf } from './mo-content.js';
import { Refused } from './refused.js';

/**
 * The status that a failed transfer becomes: the repository's own code where DM names it, 406 for a type that the client lacks (TS 5.5),
 * else 404, since what the ServerURI named could not be had.
 */
function failureOf(response: PeerResponse): number {
  const { status } = response;
  if (status === 415 || status === STATUS.NOT_ACCEPTABLE) {
    const wanted = combinedValue(response.headers, 'OMADM-Accept');
    return wanted === undefined || !accepts(wanted, MEDIA.mo) ? STATUS.NOT_ACCEPTABLE : STATUS.NOT_FOUND;
  }
  return status >= 400 && isNamedStatus(status) ? status : STATUS.NOT_FOUND;
}

/** @throws Refused when no whole 2xx answer came; nothing is sent twice (D-16). */
async function transfer(request: PeerSend, context: CommandContext): Promise<PeerResponse> {
  const response = await context.transfer(request).catch((error: unknown) => {
    throw new Refused(STATUS.NOT_FOUND, `no answer from ${request.url}: ${String(error)}`);
  });
  if (response.status >= 200 && response.status < 300) return response;
  throw new Refused(failureOf(response), `${request.url} answered ${response.status}`);
}

/** HGET (CR 6.2-4c, TS 5.3). The place is looked at before the transfer, so that a command without rights causes none, and again after it. */
export const hget: Runner = async (command, context) => {
  const url = serverUriOf(command);
  const [clientUri] = command.clientUris;
  if (clientUri !== undefined) placeFor(clientUri, context);
  const accept: readonly [string, string] = ['Accept', `${MEDIA.mo}, */*;q=0.5`];
  const response = await transfer({ method: 'GET', url, headers: [accept] }, context);
  const delivered = readDelivered(fieldValue(response.headers, 'Content-Type'), response.body);
  if (clientUri === undefined) return { sc: STATUS.OK, URI: incorporateAnywhere(delivered, context) };
  const created = incorporate(delivered, placeFor(clientUri, context), context);
  // The client picked the MIID of a new instance, so it has to say which.
  return created === undefined ? DONE : { sc: STATUS.OK, URI: [created] };
};

/** HPUT and HPOST (CR 6.2-4b, TS 5.3): all addressed nodes in one request. */
function upload(method: 'PUT' | 'POST'): Runner {
  return async (command, context) => {
    const url = serverUriOf(command);
    const places = command.clientUris.map((text) => locate(text, 'read', context));
    assertReadable(places.flat());
    const { type, bytes } = uploadOf(command.clientUris, places);
    await transfer({ method, url, headers: [['Content-Type', type]], body: bytes }, context);
    return DONE;
  };
}

export const hput = upload('PUT');
export const hpost = upload('POST');
