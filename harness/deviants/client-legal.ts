import type { GenericAlert } from '../protocol/alerts.js';
import { FIELD } from '../protocol/headers.js';
import { MEDIA } from '../protocol/media-types.js';
import type { ClientHooks, Exchange } from '../reference/hooks.js';
import { headerValue, type PeerResponse, type PeerSend } from '../stimuli/peer.js';
import type { Named } from './deviant.js';
import { withField, withJson } from './rewrite.js';

const BATTERY = { AlertType: 'urn:example:alert:battery', Mark: 'warning', Data: { level: 7 } } as const;

/** The same change to #1 and #3. */
function onBoth(change: (request: PeerSend) => PeerSend): ClientHooks {
  const send = (request: PeerSend, next: Exchange) => next(change(request));
  return { requestOne: send, requestThree: send };
}

type Sender = (request: PeerSend, next: Exchange) => Promise<PeerResponse>;

/** The same way to send #1 and #3. */
function onBothAround(send: Sender): ClientHooks {
  return { requestOne: send, requestThree: send };
}

/** The same reaction to the answer to #1 and to #3. */
function onReply(
  react: (reply: PeerResponse, request: PeerSend, next: Exchange) => Promise<PeerResponse>,
): ClientHooks {
  return onBothAround(async (request, next) => await react(await next(request), request, next));
}

/** Clients that are unusual and break nothing. */
export const CLIENT_LEGAL: Named<ClientHooks> = {
  'says-nothing-of-mos': {
    packageOne: (content, { cause }) => {
      if (cause.kind === 'notified' && cause.reqMos === true) return content;
      const { mos: _, ...rest } = content;
      return rest;
    },
  },
  'raises-alerts': {
    packageOne: ({ alerts = [], ...rest }) => ({ ...rest, alerts: [...alerts, BATTERY] }),
    packageThree: ({ alerts = [], ...rest }) => ({ ...rest, alerts: [BATTERY, ...alerts] }),
  },
  'says-more': onBoth((request) => {
    const type = request.headers.find(([name]) => name === FIELD.contentType)?.[1] ?? '';
    const more = withJson(request, (body) => ({ vendor: { a: [1] }, ...body, note: null }));
    return withField(withField(more, FIELD.contentType, `${type};charset="UTF-8"`), 'X-Vendor', '1');
  }),
  'indents-json': onBoth((request) => {
    const body: unknown = JSON.parse(request.body?.toString('utf8') ?? '{}');
    return { ...request, body: Buffer.from(`\n${JSON.stringify(body, null, '\t').replaceAll('urn', '\\u0075rn')}\n`) };
  }),
  'accepts-a-range': onBoth((request) => withField(request, FIELD.accept, 'text/html;q=0.3, application/*')),
  'sends-chunks': onBoth((request) => withField(request, FIELD.transferEncoding, 'chunked')),
  'closes-each-connection': onBoth((request) => withField(request, 'Connection', 'close')),
  'takes-its-time': {
    requestThree: async (request, next, { clock }) => {
      await clock.sleep(400);
      return await next(request);
    },
  },
  'opens-two-sessions': {
    // A second one, but not where the first was cut off: that would look as if it insisted (D-42).
    startSession: async ({ kind }, open) => {
      const end = await open();
      if (kind === 'own' && end !== 'broken') await open();
    },
  },
  'retries-malformed-once': { onMalformed: (_reply, _problems, { own }) => (own.once('try') ? 'retry' : 'leave') },
  'reports-malformed': {
    onMalformed: async (_reply, _problems, { send, accountUri, device }) => {
      const headers = [
        [FIELD.contentType, MEDIA.response],
        [FIELD.accept, MEDIA.request],
        [FIELD.deviceId, device ?? ''],
      ] as const;
      await send({ method: 'POST', url: accountUri, headers, body: Buffer.from('{"Status":[{"sc":400}]}') });
      return 'leave' as const;
    },
  },
  'has-other-error-codes': {
    statuses: (statuses) =>
      statuses.map((status) => (status.sc === 501 ? { sc: 405 } : status.sc === 400 ? { sc: 500 } : status)),
  },
  'has-data-elsewhere': {
    statuses: (statuses) =>
      statuses.map(({ MO, ...status }) => (MO === undefined ? status : { ...status, Data: { result: MO } })),
  },
  'names-leaves': {
    statuses: (statuses) =>
      statuses.map(({ URI, ...status }) =>
        URI === undefined ? status : { ...status, URI: URI.flatMap((uri) => [`${uri}Note`, `${uri}Setting`]) },
      ),
  },
  'creates-no-instances': {
    execute: async (command, next) =>
      command.name === 'HGET' && command.clientUris.length === 0 ? { sc: 406 } : await next(command),
  },
  'keeps-its-nodes': {
    execute: async (command, next) => {
      const ours = command.name === 'DELETE' && command.clientUris.some((uri) => uri.includes('moid'));
      return ours ? { sc: 405 } : await next(command);
    },
  },
  'refuses-cont': { execute: async (command, next) => (command.name === 'CONT' ? { sc: 500 } : await next(command)) },
  'asks-before-transfers': {
    transfer: async (request, next) => {
      await next({ method: request.method === 'POST' ? 'OPTIONS' : 'HEAD', url: request.url, headers: [] });
      return await next(request);
    },
  },
  'answers-challenges': onReply(async (reply, request, next) =>
    reply.status === 401 && /^basic\b/i.test(headerValue(reply.headers, 'www-authenticate') ?? '')
      ? await next(withField(request, 'Authorization', 'Basic ZG06ZG0='))
      : reply,
  ),
  'tells-events-in-reports': {
    alerts: (alerts, { cause, package: packages }) => (packages === 0 && cause.kind !== 'report' ? [] : alerts),
  },
  'tries-again-when-cut': onBothAround(async (request, next) => await next(request).catch(() => next(request))),
  'reports-execs-to-its-server': {
    // The result waits for the session to end and for the account's server, with its ServerURI as the target (D-24).
    raiseAlert: (alert, keep, { scratch }) => {
      if (alert.TargetURI === undefined || !scratch.once(alert.TargetURI)) keep(alert);
      else scratch.notes.set('result', alert);
    },
    afterSession: (_end, { scratch, raise }) => {
      const alert = scratch.notes.get('result');
      scratch.notes.delete('result');
      if (alert !== undefined) raise(alert as GenericAlert);
    },
  },
  'loads-pages-later': {
    browse: (url, launch, { clock }) => {
      clock.setTimeout(() => void launch(url), 2000);
      return Promise.resolve();
    },
  },
};
