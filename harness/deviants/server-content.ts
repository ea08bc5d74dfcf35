import { gzipSync } from 'node:zlib';
import { FIELD } from '../protocol/headers.js';
import type { ServerHooks } from '../reference/hooks.js';
import { headerValue, type PeerReply } from '../stimuli/peer.js';
import type { Named } from './deviant.js';

const EMPTY = Buffer.alloc(0);

function refused(status: number): PeerReply {
  return { status, headers: [], body: EMPTY };
}

/** Servers whose repository or pages are wrong. */
export const SERVER_CONTENT: Named<ServerHooks> = {
  'packs-everything': {
    repository: async (request, next) => {
      const reply = await next(request);
      if (reply.body.length === 0) return reply;
      return { ...reply, headers: [...reply.headers, ['Content-Encoding', 'gzip']], body: gzipSync(reply.body) };
    },
  },
  'takes-no-posts': { repository: (request, next) => (request.method === 'POST' ? refused(405) : next(request)) },
  'breaks-on-octets': {
    repository: (request, next) =>
      headerValue(request.headers, FIELD.contentType)?.includes('octet') === true ? refused(500) : next(request),
  },
  'has-lost-its-pages': { pages: () => refused(404) },
};

/** Servers that are unusual about these and break nothing. */
export const SERVER_CONTENT_LEGAL: Named<ServerHooks> = {
  'takes-management-objects-only': {
    repository: (request, next) => {
      const type = headerValue(request.headers, FIELD.contentType);
      return type === undefined || type.includes('json') ? next(request) : refused(415);
    },
  },
  'heeds-no-answers': {
    pages: async (request, next) =>
      request.method === 'POST' ? { ...(await next({ ...request, method: 'GET' })), status: 200 } : await next(request),
  },
  'has-one-page-for-all': { pages: (request, next) => next({ ...request, target: '/pages/choice' }) },
};
