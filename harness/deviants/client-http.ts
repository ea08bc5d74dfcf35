import { FIELD } from '../protocol/headers.js';
import type { ClientHooks, Exchange } from '../reference/hooks.js';
import { headerValue, type PeerResponse, type PeerSend } from '../stimuli/peer.js';
import type { Named } from './deviant.js';
import { withField } from './rewrite.js';

type Sender = (request: PeerSend, next: Exchange) => Promise<PeerResponse>;

/** Sends a package once more when its answer is like this. */
function retrying(test: (status: number) => boolean): Sender {
  return async (request, next) => {
    const reply = await next(request);
    return test(reply.status) ? await next(request) : reply;
  };
}

const isClientError = (status: number): boolean => status >= 400 && status < 500;
const isServerError = (status: number): boolean => status >= 500;

/** Sends a package again and again when its connection was cut. */
const insist: Sender = async (request, next) => {
  for (let left = 4; left > 0; left -= 1) {
    const reply = await next(request).catch(() => undefined);
    if (reply !== undefined) return reply;
  }
  return await next(request);
};

const follow: Sender = async (request, next) => {
  const reply = await next(request);
  const url = headerValue(reply.headers, 'Location');
  return reply.status >= 300 && reply.status < 400 && url !== undefined ? await next({ ...request, url }) : reply;
};

/** Clients that do not heed what HTTP tells them. */
export const CLIENT_HTTP: Named<ClientHooks> = {
  'follows-to-plain-http': {
    transfer: async (request, next) => {
      const reply = await next(request);
      const location = headerValue(reply.headers, 'location') ?? '';
      const downgrade = request.url.startsWith('https:') && location.startsWith('http:') && reply.status >= 300;
      return downgrade ? await next({ ...request, url: location }) : reply;
    },
  },
  'retries-refused-ones': { requestOne: retrying(isClientError) },
  'retries-failed-ones': { requestOne: retrying(isServerError) },
  'retries-refused-reports': { requestThree: retrying(isClientError) },
  'retries-failed-reports': { requestThree: retrying(isServerError) },
  'waits-for-ever': {
    // Without its signal a request cannot be given up.
    transport: (inner) => ({ send: (request) => inner.send(request), close: () => inner.close() }),
  },
  'insists-on-answers': { requestOne: insist, requestThree: insist },
  'follows-any-redirect': { requestOne: follow },
  'passes-refused-types-on': {
    execute: async (command, next) => {
      const status = await next(command);
      return status?.sc === 406 ? { sc: 415 } : status;
    },
  },
  'calls-refused-types-done': {
    execute: async (command, next) => {
      const status = await next(command);
      return status?.sc === 406 ? { sc: 200 } : status;
    },
  },
  'uploads-what-nobody-wants': {
    transfer: async (request, next, { scratch }) => {
      const known = scratch.notes.has(`wish ${request.url}`);
      const reply = await next(known ? withField(request, FIELD.contentType, 'application/xml') : request);
      if (headerValue(reply.headers, 'OMADM-Accept') !== undefined) scratch.notes.set(`wish ${request.url}`, true);
      return reply;
    },
  },
};
