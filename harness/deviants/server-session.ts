import type { ServerHooks } from '../reference/hooks.js';
import type { Named } from './deviant.js';
import { ends, isOne, WORK } from './rewrite.js';

/** Servers that keep sessions wrongly. */
export const SERVER_SESSION: Named<ServerHooks> = {
  'commands-for-strangers': { afterEnd: (_request, { session, two }) => (session === 0 ? two(WORK) : undefined) },
  'mixes-devices': { sessionKey: () => 'everybody' },
  'session-by-connection': { sessionKey: (_device, request) => request.connection },
  'serves-notified-only': { accept: (request, next, { refuse }) => (isOne(request) ? refuse(400) : next(request)) },
  'one-session-each': {
    accept: (request, next, { session, refuse }) => (isOne(request) && session > 0 ? refuse(500) : next(request)),
  },
  'waits-after-end': {
    accept: (request, next, { clock, scratch, device, refuse }) => {
      const until = scratch.notes.get(`end of ${device ?? ''}`);
      return isOne(request) && typeof until === 'number' && clock.now() < until ? refuse(409) : next(request);
    },
    reply: (reply, _request, { clock, scratch, device }) => {
      if (ends(reply)) scratch.notes.set(`end of ${device ?? ''}`, clock.now() + 2000);
      return reply;
    },
  },
  'continues-on-restart': { restart: () => 'continue' },
};
