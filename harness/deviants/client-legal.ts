import { FIELD } from '../protocol/headers.js';
import { MEDIA } from '../protocol/media-types.js';
import type { ClientHooks, Exchange } from '../reference/hooks.js';
import type { PeerSend } from '../stimuli/peer.js';
import type { Named } from './deviant.js';
import { withField, withJson } from './rewrite.js';

const BATTERY = { AlertType: 'urn:example:alert:battery', Mark: 'warning', Data: { level: 7 } } as const;

/** The same change to #1 and #3. */
function onBoth(change: (request: PeerSend) => PeerSend): ClientHooks {
  const send = (request: PeerSend, next: Exchange) => next(change(request));
  return { requestOne: send, requestThree: send };
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
    packageThree: ({ alerts = [], ...rest }) => ({ ...rest, alerts: [...alerts, BATTERY] }),
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
    startSession: async ({ kind }, open) => {
      await open();
      if (kind === 'own') await open();
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
  'loads-pages-later': {
    browse: (url, launch, { clock }) => {
      clock.setTimeout(() => void launch(url), 2000);
      return Promise.resolve();
    },
  },
};
