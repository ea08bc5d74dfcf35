import { FIELD } from '../protocol/headers.js';
import type { ServerHooks } from '../reference/hooks.js';
import type { Named } from './deviant.js';
import { isOne, reportsError, saying } from './rewrite.js';

/** Servers that leave the flow. */
export const SERVER_FLOW: Named<ServerHooks> = {
  'needs-mos': {
    accept: (request, next, { refuse }) =>
      isOne(request) && !request.body.includes('"MOS"') ? refuse(400) : next(request),
  },
  'empty-first-package': {
    reply: (reply, request) => (isOne(request) && reply.status === 200 ? saying(reply, '{"CMD":[]}') : reply),
  },
  'refuses-report': {
    accept: (request, next, context) =>
      !isOne(request) && context.package === 2 && !reportsError(request) ? context.refuse(400) : next(request),
  },
  'answers-report-with-text': {
    reply: (reply, request, context) =>
      !isOne(request) && reply.status === 200 && context.package === 2
        ? { status: 200, headers: [[FIELD.contentType, 'text/plain']], body: Buffer.from('thank you') }
        : reply,
  },
  'no-errors-please': {
    accept: (request, next, { refuse }) => (request.body.includes('"sc":404') ? refuse(400) : next(request)),
  },
  'breaks-on-server-errors': {
    accept: (request, next, { refuse }) => (request.body.includes('"sc":5') ? refuse(500) : next(request)),
  },
};
