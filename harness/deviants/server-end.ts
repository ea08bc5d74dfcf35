import type { ServerHooks } from '../reference/hooks.js';
import type { Named } from './deviant.js';
import { ends, isOne, saying, WORK } from './rewrite.js';

/** Servers that do not keep to END and CONT. */
export const SERVER_END: Named<ServerHooks> = {
  'ends-by-silence': { reply: (reply) => (ends(reply) ? { status: 204, headers: [], body: Buffer.alloc(0) } : reply) },
  'ends-twice': {
    commands: (commands) => (commands.some(([name]) => name === 'END') ? [...commands, ['END']] : commands),
  },
  'commands-after-end': { afterEnd: (_request, { session, two }) => (session > 0 ? two(WORK) : undefined) },
  'end-after-end': { afterEnd: (_request, { session, two }) => (session > 0 ? two([['END']]) : undefined) },
  'empty-package-for-end': {
    reply: (reply, request) => (ends(reply) && !isOne(request) ? saying(reply, '{"CMD":[]}') : reply),
  },
  'not-at-cont': {
    accept: (request, next, { refuse }) => (request.target.includes('cont=') ? refuse(404) : next(request)),
  },
};
