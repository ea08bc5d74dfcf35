import { FIELD } from '../protocol/headers.js';
import { MEDIA, mediaTypeOf } from '../protocol/media-types.js';
import type { ServerHooks } from '../reference/hooks.js';
import { type HeaderList, headerValue, type PeerReply, type PeerRequest } from '../stimuli/peer.js';
import type { CommandList } from '../stimuli/plan.js';

const WORK: CommandList = [['GET', 'urn:oma:mo:oma-dm-devinfo:1.2//Man']];

function isOne(request: PeerRequest): boolean {
  return mediaTypeOf(headerValue(request.headers, FIELD.contentType)) === MEDIA.initiation;
}

function ends(reply: PeerReply): boolean {
  return reply.body.includes('"END"');
}

function hasWork(reply: PeerReply): boolean {
  return reply.body.includes('"HPUT"');
}

function retyped(headers: HeaderList, type: string): HeaderList {
  return headers.map(([name, value]) => [name, name.toLowerCase() === 'content-type' ? type : value] as const);
}

/** Servers that keep sessions wrongly. */
export const SERVER_SESSIONS: Readonly<Record<string, ServerHooks>> = {
  'commands-for-strangers': { afterEnd: (_request, { session, two }) => (session === 0 ? two(WORK) : undefined) },
  'mixes-devices': { sessionKey: () => 'everybody' },
  'serves-notified-only': { accept: (request, next, { refuse }) => (isOne(request) ? refuse(400) : next(request)) },
  'one-session-each': {
    accept: (request, next, { session, refuse }) => (isOne(request) && session > 0 ? refuse(500) : next(request)),
  },
  'continues-on-restart': { restart: () => 'continue' },
};

/** Servers that write or read packages wrongly. */
export const SERVER_PACKAGES: Readonly<Record<string, ServerHooks>> = {
  'created-not-ok': { reply: (reply) => (hasWork(reply) ? { ...reply, status: 201 } : reply) },
  'two-as-plain-json': {
    reply: (reply) =>
      reply.status === 200 ? { ...reply, headers: retyped(reply.headers, 'application/json') } : reply,
  },
  'numbers-in-commands': {
    reply: (reply) => (hasWork(reply) ? { ...reply, body: Buffer.from('{"CMD":[["GET",5]]}') } : reply),
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
  'two-values': {
    reply: (reply) =>
      hasWork(reply) ? { ...reply, body: Buffer.concat([reply.body, Buffer.from('{"CMD":[]}')]) } : reply,
  },
  'goes-on-when-repeated': { repeated: () => 'next' },
};

/** Servers that leave the flow. */
export const SERVER_FLOW: Readonly<Record<string, ServerHooks>> = {
  'needs-mos': {
    accept: (request, next, { refuse }) =>
      isOne(request) && !request.body.includes('"MOS"') ? refuse(400) : next(request),
  },
  'empty-first-package': {
    reply: (reply, request) =>
      isOne(request) && reply.status === 200 ? { ...reply, body: Buffer.from('{"CMD":[]}') } : reply,
  },
  'refuses-report': {
    accept: (request, next, context) =>
      !isOne(request) && context.package === 2 && !/"sc":[45]/.test(request.body.toString('utf8'))
        ? context.refuse(400)
        : next(request),
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
  'says-it-twice': {
    reply: (reply) => {
      if (!hasWork(reply)) return reply;
      const head = `HTTP/1.1 200 OK\r\nContent-Type: ${MEDIA.request}\r\nContent-Length: ${reply.body.length}\r\n\r\n`;
      const whole = Buffer.concat([Buffer.from(head), reply.body]);
      return { ...reply, delivery: { raw: Buffer.concat([whole, whole]) } };
    },
  },
  'plan-backwards': { commands: (commands) => [...commands].reverse() },
  'repeats-left-out': {
    commands: (commands) => [...new Map(commands.map((command) => [JSON.stringify(command), command])).values()],
  },
  'ends-by-silence': { reply: (reply) => (ends(reply) ? { status: 204, headers: [], body: Buffer.alloc(0) } : reply) },
  'ends-twice': {
    commands: (commands) => (commands.some(([name]) => name === 'END') ? [...commands, ['END']] : commands),
  },
  'commands-after-end': { afterEnd: (_request, { session, two }) => (session > 0 ? two(WORK) : undefined) },
  'end-after-end': { afterEnd: (_request, { session, two }) => (session > 0 ? two([['END']]) : undefined) },
  'empty-package-for-end': {
    reply: (reply, request) => (ends(reply) && !isOne(request) ? { ...reply, body: Buffer.from('{"CMD":[]}') } : reply),
  },
  'not-at-cont': {
    accept: (request, next, { refuse }) => (request.target.includes('cont=') ? refuse(404) : next(request)),
  },
};
