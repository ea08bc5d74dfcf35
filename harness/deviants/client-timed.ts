import type { ClientHooks } from '../reference/hooks.js';
import type { Named } from './deviant.js';
import { statusesOf } from './rewrite.js';

/** Statuses of a #3 that this client is no longer up to. */
const TOO_MANY = 10;

/** Clients that are wrong now and then: only when there is much to do, only in a later session, only after something else went wrong. */
export const CLIENT_TIMED: Named<ClientHooks> = {
  'gives-long-packages-up': {
    requestThree: async (request, next) => (statusesOf(request).length > TOO_MANY ? undefined : await next(request)),
  },
};
