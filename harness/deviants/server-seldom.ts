import { FIELD } from '../protocol/headers.js';
import type { ServerHooks } from '../reference/hooks.js';
import type { CommandList } from '../stimuli/plan.js';
import type { Named } from './deviant.js';
import { ends, isOne, reportsError } from './rewrite.js';

const EMPTY = Buffer.alloc(0);
const ACCEPTED = { status: 202, headers: [[FIELD.contentType, 'text/plain']], body: Buffer.from('later') } as const;
const REFUSED_HEAD = Buffer.from(
  'HTTP/1.1 405 Method Not Allowed\r\nAllow: POST\r\nContent-Length: 9\r\n\r\nPOST only',
);
/** A type of alert that its vendor wrote with other letters than those of ASCII. */
const FAR_ALERT = /"AlertType":"[^"]*[^\x20-\x7e]/;
/** An x-name that no field of a query resolves. */
const LOST_NAME: CommandList = [['GET', 'urn:oma:mo:moid:1.0/(x)/Setting']];
/** Silence after which a #1 is taken for that of a device which was cut off, in milliseconds. */
const BACK_AFTER = 1000;

/** Notes when the session was heard of last. */
const DATED: ServerHooks = {
  reply: (reply, _request, { own, clock }) => {
    own.notes.set('at', clock.now());
    return reply;
  },
};

/** A #1 while a session is open goes on in the middle of it, where that many milliseconds have passed. */
function continuing(fits: (ms: number) => boolean): ServerHooks {
  return {
    ...DATED,
    restart: (_request, { own, clock }) =>
      fits(clock.now() - Number(own.notes.get('at') ?? 0)) ? 'continue' : 'fresh',
  };
}

/** Servers with mistakes that show seldom, each against one requirement. */
export const SERVER_SELDOM: Named<ServerHooks> = {
  'adds-commands-of-another-device': {
    commands: (commands, { scratch, device }) => {
      const before = scratch.notes.get('sent') as { readonly device: string; readonly work: CommandList } | undefined;
      const work = commands.filter(([name]) => name !== 'END');
      scratch.notes.set('sent', work.length === 0 ? undefined : { device, work });
      const foreign = before !== undefined && before.device !== device && work.length > 0;
      return foreign ? [...commands, ...before.work] : commands;
    },
  },
  'refuses-the-first-idle-device': {
    accept: (request, next, { session, scratch, refuse }) => {
      const reply = next(request);
      const idle = isOne(request) && session === 0 && ends(reply) && request.body.includes('"DDF"');
      return idle && scratch.once('idle') ? refuse(400) : reply;
    },
  },
  'resumes-silent-sessions': continuing((ms) => ms >= BACK_AFTER),
  'joins-sessions-in-a-hurry': continuing((ms) => ms < BACK_AFTER),
  'refuses-third-reports': {
    accept: (request, next, { package: packages, refuse }) =>
      !isOne(request) && packages === 3 && !reportsError(request) ? refuse(400) : next(request),
  },
  'accepts-reports-for-later': {
    reply: (reply, request, { package: packages }) =>
      !isOne(request) && reply.status === 200 && packages === 2 ? ACCEPTED : reply,
  },
  'leaves-after-reports': {
    reply: (reply, request) => (ends(reply) && !isOne(request) ? { status: 204, headers: [], body: EMPTY } : reply),
  },
  'asks-for-lost-names': {
    nextTurn: (turn, context) =>
      turn === undefined && context.package > 0 && context.own.once('asked') ? { commands: LOST_NAME } : turn,
  },
  'refuses-far-alerts': {
    accept: (request, next, { refuse }) =>
      isOne(request) && FAR_ALERT.test(request.body.toString('utf8')) ? refuse(400) : next(request),
  },
  'answers-head-with-a-body': {
    reply: (reply, request) => (request.method === 'HEAD' ? { ...reply, delivery: { raw: REFUSED_HEAD } } : reply),
  },
};
