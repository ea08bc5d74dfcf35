import { FIELD } from '../protocol/headers.js';
import type { ServerHooks } from '../reference/hooks.js';
import { headerValue } from '../stimuli/peer.js';
import type { Named } from './deviant.js';
import { hasWork, isOne, saying, typed, WORK } from './rewrite.js';

/** Servers that write or read packages wrongly. */
export const SERVER_PACKAGES: Named<ServerHooks> = {
  'created-not-ok': { reply: (reply) => (hasWork(reply) ? { ...reply, status: 201 } : reply) },
  'two-as-plain-json': {
    reply: (reply, request) => (isOne(request) || reply.status !== 200 ? reply : typed(reply, 'application/json')),
  },
  'numbers-in-commands': {
    reply: (reply) => (hasWork(reply) ? saying(reply, '{"CMD":[["GET",5]]}') : reply),
  },
  'reads-no-chunks': {
    accept: (request, next, { refuse }) =>
      headerValue(request.headers, FIELD.transferEncoding) === undefined ? next(request) : refuse(500),
  },
  'commands-for-malformed': { onMalformed: (_request, _problems, { two }) => two(WORK) },
  'dies-of-malformed': {
    onMalformed: (_request, _problems, { scratch }) => {
      scratch.notes.set('dead', true);
      return undefined;
    },
    accept: (request, next, { scratch, refuse }) => (scratch.notes.delete('dead') ? refuse(500) : next(request)),
  },
  'end-for-malformed': { onMalformed: (_request, _problems, { two }) => two([['END']]) },
  'commands-for-get': { accept: (request, next, { two }) => (request.method === 'GET' ? two(WORK) : next(request)) },
  'takes-put': {
    accept: (request, next) => next(request.method === 'PUT' ? { ...request, method: 'POST' } : request),
  },
  'two-values': {
    reply: (reply) => (hasWork(reply) ? saying(reply, `${reply.body.toString('utf8')}{"CMD":[]}`) : reply),
  },
  'goes-on-when-repeated': { repeated: () => 'next' },
};
