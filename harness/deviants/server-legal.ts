import { FIELD } from '../protocol/headers.js';
import { MEDIA } from '../protocol/media-types.js';
import type { ServerHooks } from '../reference/hooks.js';
import { headerValue } from '../stimuli/peer.js';
import type { Named } from './deviant.js';
import { ends, followedBy, onWire, reportsError, typed, WORK } from './rewrite.js';

const TIMED_OUT = Buffer.from('HTTP/1.1 408 Request Timeout\r\nConnection: close\r\nContent-Length: 0\r\n\r\n');
const PROCESSING = Buffer.from('HTTP/1.1 102 Processing\r\n\r\n');

/** Servers that are unusual and break nothing. */
export const SERVER_LEGAL: Named<ServerHooks> = {
  'says-more': {
    reply: (reply) => {
      if (reply.status !== 200) return reply;
      const body = { vendor: [1], ...(JSON.parse(reply.body.toString('utf8')) as object), note: null };
      return { ...typed(reply, `${MEDIA.request}; charset=utf-8`), body: Buffer.from(JSON.stringify(body, null, 1)) };
    },
  },
  'sends-chunks': {
    reply: (reply) => ({ ...reply, delivery: { framing: 'chunked', chunkSize: 5, headerCase: 'lower' } }),
  },
  'sends-pieces': { reply: (reply) => ({ ...reply, delivery: { segmentBytes: 9, headerCase: 'upper' } }) },
  'sends-until-close': { reply: (reply) => ({ ...reply, delivery: { framing: 'close' } }) },
  'resets-after-end': {
    // The cut comes behind the last byte.
    reply: (reply) => (ends(reply) ? { ...reply, delivery: { cut: { afterBytes: 65_536, how: 'reset' } } } : reply),
  },
  'says-it-is-processing': {
    reply: (reply) =>
      reply.status === 200 ? { ...reply, delivery: { raw: Buffer.concat([PROCESSING, onWire(reply)]) } } : reply,
  },
  'times-out-idle': {
    reply: (reply, _request, { clock, session }) =>
      ends(reply) && session === 2 ? followedBy(reply, TIMED_OUT, () => clock.sleep(3000)) : reply,
  },
  'sets-no-cookies': {
    reply: (reply) => ({ ...reply, headers: reply.headers.filter(([name]) => name.toLowerCase() !== 'set-cookie') }),
  },
  'wants-a-length': {
    accept: (request, next, { refuse }) =>
      headerValue(request.headers, FIELD.transferEncoding) === undefined ? next(request) : refuse(411),
  },
  'refuses-repeated-reports': { repeated: (_request, { refuse }) => refuse(409) },
  'refuses-second-sessions': { restart: (_request, { refuse }) => refuse(503) },
  'closes-on-malformed': {
    onMalformed: (_request, _problems, { refuse }) => ({
      ...refuse(400),
      delivery: { cut: { afterBytes: 0, how: 'close' } },
    }),
  },
  'has-a-web-page': {
    accept: (request, next, { refuse }) => {
      if (request.method === 'POST') return next(request);
      const headers = [[FIELD.contentType, 'text/html']] as const;
      return request.method === 'GET' ? { status: 200, headers, body: Buffer.from('<p>A DM Server.') } : refuse(404);
    },
  },
  'ends-after-errors': {
    accept: (request, next, { two }) => {
      const reply = next(request);
      return reportsError(request) && reply.status === 200 ? two([['END']]) : reply;
    },
  },
  'ends-for-strangers': { afterEnd: (_request, { session, two }) => (session === 0 ? two([['END']]) : undefined) },
  'closes-each-connection': {
    reply: (reply) => ({
      ...reply,
      headers: [...reply.headers, ['Connection', 'close']],
      delivery: { cut: { afterBytes: 65_536, how: 'close' } },
    }),
  },
  'closes-without-a-word': {
    reply: (reply) => ({ ...reply, delivery: { cut: { afterBytes: 65_536, how: 'close' } } }),
  },
  'answers-probes': {
    accept: (request, next, { refuse }) => {
      const asks = request.method === 'HEAD' || request.method === 'OPTIONS';
      return asks ? { ...refuse(204), headers: [['Allow', 'POST, OPTIONS, HEAD']] } : next(request);
    },
  },
  'names-no-types': { reply: (reply) => (reply.status === 415 ? { ...reply, headers: [] } : reply) },
  'always-names-types': {
    reply: (reply) => ({ ...reply, headers: [...reply.headers, ['OMADM-Accept', 'application/cbor;q=0.5, text/*']] }),
  },
  'adds-own-work': {
    nextTurn: (turn, context) =>
      turn === undefined && context.package > 0 && context.own.once('own') ? { commands: WORK } : turn,
  },
};
