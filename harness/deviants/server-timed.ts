import { gzipSync } from 'node:zlib';
import { FIELD } from '../protocol/headers.js';
import { MEDIA } from '../protocol/media-types.js';
import { OPTION } from '../protocol/notification.js';
import type { NotificationContent } from '../protocol/write-notification.js';
import type { ServerHookContext, ServerHooks } from '../reference/hooks.js';
import { headerValue, type PeerReply, type PeerRequest } from '../stimuli/peer.js';
import type { Named } from './deviant.js';
import { ends, hasWork, isOne, replacing, saying } from './rewrite.js';

/** What the reference server answers to a #3 for which it has no session. */
const CONFLICT = 409;
/** After END a server may still hold what it is about to forget, for that many milliseconds. */
const FORGETTING = 1000;
/** From this #2 on a session is a long one. */
const LONG = 3;
/** Commands that fit on one page of a plan. */
const PAGE = 2;

/** Notes when the session of a device ended; the next #1 takes that back. */
const ENDINGS: ServerHooks = {
  reply: (reply, request, { scratch, device, clock }) => {
    if (ends(reply)) scratch.notes.set(`end of ${device ?? ''}`, clock.now());
    else if (isOne(request)) scratch.notes.delete(`end of ${device ?? ''}`);
    return reply;
  },
};

/** When the device's session ended, in milliseconds; undefined while one is open. */
function endOf({ scratch, device }: ServerHookContext): number | undefined {
  const at = scratch.notes.get(`end of ${device ?? ''}`);
  return typeof at === 'number' ? at : undefined;
}

/** The #3 taken for a #1, which may hold anything (FLW-02). */
function asOne(request: PeerRequest): PeerRequest {
  return { ...request, headers: replacing(request.headers, FIELD.contentType, MEDIA.initiation) };
}

/** What the server sends when it takes a #3 of no open session for a #1; undefined where the #3 was none of these. */
function reopened(reply: PeerReply, request: PeerRequest, next: (request: PeerRequest) => PeerReply) {
  return reply.status === CONFLICT ? next(asOne(request)) : undefined;
}

/** The notification that goes out once more, changed. */
function again(change: (content: NotificationContent) => NotificationContent): ServerHooks {
  return { notification: ({ again: repeated, ...content }) => (repeated ? change(content) : content) };
}

/** Servers that are wrong now and then: in later sessions, late in one, only when a package or a notification comes again. */
export const SERVER_TIMED: Named<ServerHooks> = {
  'opens-sessions-for-reports': {
    accept: (request, next, { session }) => {
      const reply = next(request);
      return (session === 0 ? reopened(reply, request, next) : undefined) ?? reply;
    },
  },
  'serves-what-is-next-after-end': {
    ...ENDINGS,
    accept: (request, next, context) => {
      const reply = next(request);
      const first = endOf(context) === undefined ? undefined : reopened(reply, request, next);
      return first !== undefined && hasWork(first) ? first : reply;
    },
  },
  'breaks-on-reports-right-after-end': {
    ...ENDINGS,
    afterEnd: (_request, context) => {
      const at = endOf(context);
      return at !== undefined && context.clock.now() - at < FORGETTING ? context.refuse(500) : undefined;
    },
  },
  'ends-long-sessions-twice': {
    commands: (commands, { package: packages }) =>
      packages >= LONG && commands.some(([name]) => name === 'END') ? [...commands, ['END']] : commands,
  },
  'sends-an-empty-page': {
    commands: (commands, { own }) => {
      const before = Number(own.notes.get('sent') ?? 0);
      own.notes.set('sent', before + commands.filter(([name]) => name !== 'END').length);
      const isEndAlone = commands.length === 1 && commands[0]?.[0] === 'END';
      return isEndAlone && before > 0 && before % PAGE === 0 && own.once('empty page') ? [] : commands;
    },
  },
  'serves-one-report-at-cont': {
    accept: (request, next, { own, refuse }) =>
      request.target.includes('cont=') && own.count('at cont') > 1 ? refuse(404) : next(request),
  },
  'wants-a-reason-from-new-devices': {
    accept: (request, next, { session, refuse }) =>
      isOne(request) && session === 0 && !request.body.includes('"Alert"') ? refuse(400) : next(request),
  },
  'says-nothing-in-later-sessions': {
    reply: (reply, request, { session }) =>
      isOne(request) && session > 1 && ends(reply) ? saying(reply, '{"CMD":[]}') : reply,
  },
  'accepts-the-last-report': {
    reply: (reply, request) => (ends(reply) && !isOne(request) ? { ...reply, status: 202 } : reply),
  },
  'leaves-the-last-package-untyped': {
    reply: (reply, request) =>
      ends(reply) && !isOne(request)
        ? { ...reply, headers: replacing(reply.headers, FIELD.contentType, undefined) }
        : reply,
  },
  'writes-end-as-a-word': {
    reply: (reply, request, { package: packages }) =>
      ends(reply) && !isOne(request) && packages >= LONG ? saying(reply, '{"CMD":["END"]}') : reply,
  },
  'reads-no-chunks-in-reports': {
    accept: (request, next, { refuse }) =>
      !isOne(request) && headerValue(request.headers, FIELD.transferEncoding) !== undefined
        ? refuse(500)
        : next(request),
  },
  'sends-the-last-package-along': {
    reply: (reply, _request, { own }) => {
      const before = String(own.notes.get('body') ?? '');
      own.notes.set('body', reply.body.toString('utf8'));
      return reply.status === 200 ? saying(reply, before + reply.body.toString('utf8')) : reply;
    },
  },
  'repeats-and-goes-on': {
    repeated: (_request, { own }) => {
      own.notes.set('repeated', true);
      return 'next';
    },
    reply: (reply, _request, { own }) => {
      const before = own.notes.get('reply');
      if (own.notes.delete('repeated') && Buffer.isBuffer(before)) return { ...reply, body: before };
      own.notes.set('reply', reply.body);
      return reply;
    },
  },
  'stores-text-packed': {
    repository: async (request, next, { scratch }) => {
      const reply = await next(request);
      const isText = headerValue(request.headers, FIELD.contentType)?.startsWith('text/') === true;
      if (request.method === 'PUT' && isText) scratch.notes.set(request.target, true);
      if (request.method !== 'GET' || scratch.notes.get(request.target) === undefined) return reply;
      return { ...reply, headers: [...reply.headers, ['Content-Encoding', 'gzip']], body: gzipSync(reply.body) };
    },
  },
  'has-each-page-once': {
    pages: (request, next, { scratch }) => {
      const [path = ''] = request.target.split('?');
      const used = request.method === 'GET' && !scratch.once(path);
      return used ? { status: 404, headers: [], body: Buffer.alloc(0) } : next(request);
    },
  },
  'takes-vendor-types-for-packages': {
    accept: (request, next) => {
      const type = headerValue(request.headers, FIELD.contentType) ?? '';
      const isOther = type.startsWith('application/vnd.') && !type.startsWith('application/vnd.oma.dm.');
      return next(isOther ? asOne(request) : request);
    },
  },
  'reads-no-lists-of-types': {
    accept: (request, next) => {
      const accept = headerValue(request.headers, FIELD.accept) ?? '';
      const unread = accept.includes(',') && !accept.includes(MEDIA.request);
      return next(unread ? { ...request, headers: replacing(request.headers, FIELD.accept, MEDIA.request) } : request);
    },
  },
  'adds-the-time-when-it-repeats': again(({ timestamp = 0, others = [], ...content }) => {
    const value = Buffer.alloc(4);
    value.writeUInt32BE(timestamp + 1);
    return { ...content, timestamp, others: [...others, { number: OPTION.TIMESTAMP, value }] };
  }),
  'widens-identifiers-when-it-repeats': again(({ identifier = 0, others = [], ...content }) => {
    const value = Buffer.alloc(4);
    value.writeUInt32BE(identifier);
    return { ...content, others: [...others, { number: OPTION['NOTIFICATION-ID'], value }] };
  }),
  'names-itself-once': {
    notification: ({ again: repeated, serverId, ...content }, { scratch, device }) => {
      const key = `requests to ${device ?? ''}`;
      const requests = Number(scratch.notes.get(key) ?? 0) + (repeated ? 0 : 1);
      scratch.notes.set(key, requests);
      return requests === 1 && serverId !== undefined ? { ...content, serverId } : content;
    },
  },
  'runs-out-of-identifiers': {
    notification: ({ again: _, identifier, ...content }, { scratch, device }) =>
      scratch.count(`asked ${device ?? ''}`) <= 2 && identifier !== undefined ? { ...content, identifier } : content,
  },
  'loses-patience-with-silent-devices': {
    recognises: (_known, identifiers) => identifiers.length > 0,
    notification: ({ again: repeated, identifier = 0, ...content }, { scratch, device }) => {
      const impatient = repeated && scratch.count(`repeated ${device ?? ''}`) > 1;
      return { ...content, identifier: impatient ? identifier + 1000 : identifier };
    },
  },
  'has-lost-its-certificates': { tls: ({ psk: _, ...settings }) => ({ ...settings, identities: [] }) },
  'wants-more-than-a-certificate-later': {
    identify: (found, request) =>
      found.by === 'certificate' && !isOne(request) ? { ...found, standing: 'wrong' } : found,
  },
  'shares-certificates-between-devices': {
    identify: (found, _request, { device }) =>
      found.by === 'certificate' && found.standing === 'right' ? { ...found, device } : found,
  },
};
