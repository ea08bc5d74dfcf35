import { FIELD } from '../protocol/headers.js';
import { MEDIA } from '../protocol/media-types.js';
import { readPackageTwo } from '../protocol/read-packages.js';
import type { StatusEntry } from '../protocol/write-packages.js';
import type { ClientHooks } from '../reference/hooks.js';
import { headerValue } from '../stimuli/peer.js';
import type { Named } from './deviant.js';
import { statusesOf, withField, withJson, withMore, withStatuses } from './rewrite.js';

/** The body with one more alert, which says nothing of its type. */
function withNamelessAlert(body: Record<string, unknown>): unknown {
  const others: readonly unknown[] = Array.isArray(body.Alert) ? body.Alert : [];
  return { ...body, Alert: [...others, { Mark: 'minor' }] };
}

/** Clients that send or take packages wrongly. */
export const CLIENT_PACKAGES: Named<ClientHooks> = {
  'handles-two-of-three': {
    commands: async (commands, run) => {
      const results: (StatusEntry | undefined)[] = [];
      const uploads = commands.filter(({ name }) => name === 'HPUT' || name === 'HPOST');
      const skips = commands.length === 3 && uploads.length === 3 && new Set(uploads.map(({ name }) => name)).size > 1;
      for (const index of commands.keys()) results.push(skips && index === 2 ? { sc: 200 } : await run(index));
      return results;
    },
  },
  'sends-third-status-later': {
    statuses: (statuses, { own }) => {
      const late = own.notes.get('late') as StatusEntry | undefined;
      own.notes.delete('late');
      if (statuses.length !== 3) return late === undefined ? statuses : [...statuses, late];
      own.notes.set('late', statuses[2]);
      return statuses.slice(0, 2);
    },
  },
  'splits-statuses': {
    requestThree: async (request, next) => {
      const all = statusesOf(request);
      if (all.length !== 3) return await next(request);
      await next(withStatuses(request, all.slice(0, 1)));
      return await next(withStatuses(request, all.slice(1)));
    },
  },
  'reports-before-answer': {
    requestOne: async (request, next, { clock, send }) => {
      const report = {
        ...withField(request, FIELD.contentType, MEDIA.response),
        body: Buffer.from('{"Status":[{"sc":200}]}'),
      };
      const cancel = clock.setTimeout(() => void send(report).catch(() => undefined), 1000);
      return await next(request).finally(cancel);
    },
  },
  'reports-before-its-first-answer': {
    requestOne: async (request, next, { clock, send, scratch }) => {
      const report = {
        ...withField(request, FIELD.contentType, MEDIA.response),
        body: Buffer.from('{"Status":[{"sc":200}]}'),
      };
      const cancel = clock.setTimeout(() => void (scratch.once('early') && send(report).catch(() => undefined)), 1000);
      return await next(request).finally(cancel);
    },
  },
  'puts-report': { requestThree: (request, next) => next({ ...request, method: 'PUT' }) },
  'puts-first-package': { requestOne: (request, next) => next({ ...request, method: 'PUT' }) },
  'one-as-plain-json': {
    requestOne: (request, next, { session }) =>
      next(session > 1 ? withField(request, FIELD.contentType, 'application/json') : request),
  },
  'three-as-plain-json': {
    requestThree: (request, next) =>
      next(request.body?.includes('"sc":4') ? withField(request, FIELD.contentType, 'application/json') : request),
  },
  'report-without-device': { requestThree: (request, next) => next(withField(request, FIELD.deviceId, undefined)) },
  'other-device-in-third-report': {
    requestThree: (request, next, context) =>
      next(context.package === 3 ? withField(request, FIELD.deviceId, 'IMEI:2') : request),
  },
  'accepts-html': { requestThree: (request, next) => next(withField(request, FIELD.accept, 'text/html')) },
  'accepts-nothing': {
    requestOne: (request, next, { session }) =>
      next(session > 1 ? withField(request, FIELD.accept, undefined) : request),
  },
  'moid-without-miid': {
    requestOne: (request, next) =>
      next(withJson(request, (body) => ({ ...body, MOS: [{ MOID: 'urn:oma:mo:oma-dm-devinfo:1.2' }] }))),
  },
  'latin1-first-package': {
    requestOne: (request, next) =>
      next({
        ...request,
        body: Buffer.from(request.body?.toString('latin1').replace(/}$/, ',"vendor":"Jürgen"}') ?? '', 'latin1'),
      }),
  },
  'uri-as-string': {
    requestThree: (request, next) =>
      next(
        withJson(request, (body) => ({
          ...body,
          Status: statusesOf(request).map((status) =>
            status.URI === undefined ? status : { ...status, URI: status.URI[0] },
          ),
        })),
      ),
  },
  'writes-null-for-no-alerts': {
    requestThree: (request, next, context) =>
      next(context.package === 2 ? withJson(request, (body) => ({ Alert: null, ...body })) : request),
  },
  'alert-without-type': {
    requestThree: (request, next, context) =>
      next(context.package === 2 ? withJson(request, withNamelessAlert) : request),
  },
  'reads-no-chunks': {
    reply: (reply) =>
      headerValue(reply.headers, FIELD.transferEncoding) === undefined ? reply : { ...reply, status: 500 },
  },
  'runs-malformed': {
    onMalformed: (reply) => {
      const [upload] = /\["HPUT","[^"]+","[^"]+"\]/.exec(reply.body.toString('utf8')) ?? [];
      return readPackageTwo(Buffer.from(`{"CMD":[${upload ?? '["END"]'},["END"]]}`)).view?.commands ?? 'leave';
    },
  },
  'retries-malformed': {
    onMalformed: (_reply, _problems, { own }) => (own.count('tries') <= 8 ? 'retry' : 'leave'),
  },
  'two-values-in-report': { requestThree: (request, next) => next(withMore(request, '{"Status":[]}')) },
  'two-values-in-first-package': { requestOne: (request, next) => next(withMore(request, '\n{}')) },
  'reports-again': {
    requestThree: async (request, next, { own }) => {
      const reply = await next(request);
      const again = statusesOf(request).length === 2 && !reply.body.includes('"END"') && own.once('again');
      return again ? await next(request) : reply;
    },
  },
};
