import { ALERT, clientInitiated, type GenericAlert } from '../protocol/alerts.js';
import { FIELD } from '../protocol/headers.js';
import { MEDIA } from '../protocol/media-types.js';
import type { StatusEntry } from '../protocol/write-packages.js';
import type { ClientHookContext, ClientHooks, Exchange } from '../reference/hooks.js';
import { headerValue, type PeerResponse, type PeerSend } from '../stimuli/peer.js';
import { isEvent, nameOf } from './client-alerts.js';
import type { Named } from './deviant.js';
import { statusesOf, withField } from './rewrite.js';

/** Statuses of a #3 that this client is no longer up to. */
const TOO_MANY = 10;
/** Rounds that a client counts. */
const ROUNDS = 128;
/** Just before the quiet time of a session is over, in milliseconds. */
const LATE_MS = 4900;

type Sender = (request: PeerSend, next: Exchange, context: ClientHookContext) => Promise<PeerResponse>;

/** Sends a package once more when nobody expects it any longer. */
function sendsAgainLate(test: (status: number) => boolean): Sender {
  return async (request, next, { clock }) => {
    const reply = await next(request);
    if (test(reply.status)) clock.setTimeout(() => void next(request).catch(() => undefined), LATE_MS);
    return reply;
  };
}

/** Runs the commands of a package one after another. */
async function inOrder(count: number, run: (index: number) => Promise<StatusEntry | undefined>) {
  const results: (StatusEntry | undefined)[] = [];
  for (let index = 0; index < count; index += 1) results.push(await run(index));
  return results;
}

/** Clients that are wrong now and then: only when there is much to do, only in a later session, only after something else went wrong. */
export const CLIENT_TIMED: Named<ClientHooks> = {
  'gives-long-packages-up': {
    requestThree: async (request, next) => (statusesOf(request).length > TOO_MANY ? undefined : await next(request)),
  },
  'waits-for-a-second-event': {
    alerts: (alerts) => (alerts.filter(isEvent).length === 1 ? alerts.filter((alert) => !isEvent(alert)) : alerts),
  },
  'tells-events-elsewhere-after-failure': {
    alerts: (alerts, { own }) => {
      own.notes.set('event', alerts.find(isEvent));
      return alerts;
    },
    afterSession: async (end, { own, accountUri, send }) => {
      const event = own.notes.get('event') as GenericAlert | undefined;
      if (end === 'ended' || event === undefined) return;
      const body = Buffer.from(nameOf(event));
      await send({
        method: 'PUT',
        url: `${accountUri}/events`,
        headers: [[FIELD.contentType, 'text/plain']],
        body,
      }).catch(() => undefined);
    },
  },
  'marks-what-it-repeats': {
    alerts: (alerts, { scratch }) =>
      alerts.map((alert) => {
        const again = isEvent(alert) && !scratch.once(nameOf(alert));
        return again ? ({ ...alert, Mark: 'repeated' } as unknown as GenericAlert) : alert;
      }),
  },
  'forgets-events-of-failed-reports': {
    alerts: (alerts, { scratch, own }) => {
      own.notes.set('events', alerts.filter(isEvent).map(nameOf));
      return alerts.filter((alert) => !scratch.notes.has(nameOf(alert)));
    },
    requestThree: async (request, next, { scratch, own }) => {
      const reply = await next(request);
      if (reply.status >= 500) for (const name of own.notes.get('events') as string[]) scratch.notes.set(name, true);
      return reply;
    },
  },
  'tells-alerts-of-end-package-late': {
    commands: async (commands, run, { scratch }) => {
      scratch.notes.set(
        'ending',
        commands.some(({ name }) => name === 'END'),
      );
      const results = await inOrder(commands.length, run);
      scratch.notes.set('ending', false);
      return results;
    },
    raiseAlert: (alert, keep, { scratch, session }) => {
      if (scratch.notes.get('ending') === true && !isEvent(alert)) scratch.notes.set(nameOf(alert), session);
      keep(alert);
    },
    alerts: (alerts, { scratch, session }) =>
      alerts.filter((alert) => session > Number(scratch.notes.get(nameOf(alert)) ?? -1) + 1),
  },
  'follows-last-cont-late': {
    nextUrl: (url, { conts, own }) => {
      const before = Number(own.notes.get('conts') ?? 0);
      own.notes.set('conts', conts.length);
      return conts.length > before + 1 ? (conts[before] ?? url) : url;
    },
  },
  'lists-its-mos-once': {
    packageOne: ({ mos, ...rest }, { cause, scratch }) => {
      const again = cause.kind === 'notified' && cause.reqMos === true && !scratch.once('mos');
      return again || mos === undefined ? rest : { ...rest, mos };
    },
  },
  'starts-over-after-many-rounds': {
    requestThree: (request, next, context) => {
      if (context.package !== ROUNDS || !context.own.once('over')) return next(request);
      const body = Buffer.from(JSON.stringify({ Alert: [{ AlertType: ALERT.client }] }));
      return next({ ...withField(request, FIELD.contentType, MEDIA.initiation), body });
    },
  },
  'comes-back-when-told-to-slow-down': { requestOne: sendsAgainLate((status) => status === 429) },
  'comes-back-to-busy-servers': { requestOne: sendsAgainLate((status) => status === 503) },
  'sends-refused-reports-later': { requestThree: sendsAgainLate((status) => status >= 400 && status < 500) },
  'sends-failed-reports-later': { requestThree: sendsAgainLate((status) => status === 503) },
  'moves-for-good': {
    requestOne: async (request, next, { scratch }) => {
      const reply = await next(request);
      if (reply.status === 308) scratch.notes.set('moved', headerValue(reply.headers, 'location'));
      return reply;
    },
    nextUrl: (url, context) => {
      const moved = context.package === 0 ? context.scratch.notes.get('moved') : undefined;
      if (typeof moved !== 'string') return url;
      context.scratch.notes.delete('moved');
      return moved;
    },
  },
  'reports-after-last-page': {
    browse: (url, _launch, { send, own }) => {
      own.notes.set(
        'page',
        send({ method: 'GET', url, headers: [] }).catch(() => undefined),
      );
      return Promise.resolve();
    },
    commands: async (commands, run, { own }) => {
      const results = await inOrder(commands.length, run);
      if (commands.at(-1)?.name === 'SHOW') await own.notes.get('page');
      return results;
    },
  },
  'opens-session-over-the-page': {
    browse: async (url, launch, { own }) => {
      await launch(url);
      own.notes.set('page', url);
    },
    afterSession: async (_end, { own, send }) => {
      const url = own.notes.get('page');
      if (typeof url !== 'string') return;
      const body = Buffer.from(JSON.stringify({ Alert: [clientInitiated()] }));
      const headers = [[FIELD.contentType, MEDIA.initiation]] as const;
      await send({ method: 'POST', url, headers, body }).catch(() => undefined);
    },
  },
  'reloads-the-first-page': {
    browse: async (url, launch, { own }) => {
      await launch(url);
      const first = own.notes.get('first');
      if (typeof first === 'string') await launch(first);
      else own.notes.set('first', url);
    },
  },
  'thanks-the-user': {
    browse: async (url, launch, { own }) => {
      await launch(url);
      own.notes.set('page', url);
    },
    afterSession: async (_end, { own, send }) => {
      const page = own.notes.get('page');
      if (typeof page !== 'string') return;
      const url = new URL('/thanks', page).href;
      await send({ method: 'GET', url, headers: [] }).catch(() => undefined);
    },
  },
};
