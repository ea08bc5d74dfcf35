import { FIELD } from '../protocol/headers.js';
import { accepts, MEDIA } from '../protocol/media-types.js';
import type { ServerHooks } from '../reference/hooks.js';
import { headerValue, type PeerRequest } from '../stimuli/peer.js';
import type { Named } from './deviant.js';
import { isOne, replacing } from './rewrite.js';

/** The request with another Accept. */
function accepting(request: PeerRequest, change: (accept: string) => string): PeerRequest {
  const accept = change(headerValue(request.headers, FIELD.accept) ?? '');
  const { method, target, body, connection, proven } = request;
  const known = proven === undefined ? {} : { proven };
  return { method, target, body, connection, headers: replacing(request.headers, FIELD.accept, accept), ...known };
}

/** Names the request type or a range with it, at whatever weight. */
const NAMES_IT = /application\/vnd\.oma\.dm\.request|application\/\*|\*\/\*/i;

/** Servers that do not heed what HTTP asks of them. */
export const SERVER_HTTP: Named<ServerHooks> = {
  'chunks-for-everybody': {
    reply: (reply) => {
      if (reply.status !== 200) return reply;
      const head = `HTTP/1.1 200 OK\r\nContent-Type: ${MEDIA.request}\r\nTransfer-Encoding: chunked\r\n\r\n`;
      const size = reply.body.length.toString(16);
      return {
        ...reply,
        delivery: { raw: Buffer.from(`${head}${size}\r\n${reply.body.toString('latin1')}\r\n0\r\n\r\n`) },
      };
    },
  },
  'knows-connections-only': {
    accept: (request, next, { own, session, refuse }) => {
      if (isOne(request) || session === 0) return next(request);
      const first = own.notes.get('connection') ?? request.connection;
      own.notes.set('connection', request.connection);
      return first === request.connection ? next(request) : refuse(400);
    },
  },
  'forgets-sessions-on-probes': {
    accept: (request, next, { own, refuse }) => {
      if (request.method === 'HEAD' || request.method === 'OPTIONS') own.notes.set('probed', true);
      return own.notes.get('probed') === true && request.method === 'POST' && !isOne(request)
        ? refuse(409)
        : next(request);
    },
  },
  'calls-types-malformed': { reply: (reply) => (reply.status === 415 ? { ...reply, status: 400 } : reply) },
  'ignores-accept': {
    accept: (request, next) => next(accepting(request, (accept) => (NAMES_IT.test(accept) ? accept : MEDIA.request))),
  },
  'ignores-weights': {
    accept: (request, next) => next(accepting(request, (accept) => accept.replaceAll(/;\s*q=[\d.]+/gi, ''))),
  },
  'wants-its-type-alone': {
    accept: (request, next, { refuse }) => {
      const accept = headerValue(request.headers, FIELD.accept);
      return accept !== MEDIA.request && accepts(accept, MEDIA.request) ? refuse(406) : next(request);
    },
  },
  'lists-types-badly': {
    reply: (reply) =>
      reply.status === 415 ? { ...reply, headers: [['OMADM-Accept', 'json, application/json;q=high']] } : reply,
  },
};
