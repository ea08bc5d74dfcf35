import { ALERT } from '../protocol/alerts.js';
import { FIELD } from '../protocol/headers.js';
import { MEDIA } from '../protocol/media-types.js';
import { readPackageTwo } from '../protocol/read-packages.js';
import type { ClientHooks } from '../reference/hooks.js';
import { headerValue, type PeerSend } from '../stimuli/peer.js';

/** The request with another value of a field, or without it. */
export function withField(request: PeerSend, name: string, value: string | undefined): PeerSend {
  const others = request.headers.filter(([other]) => other.toLowerCase() !== name.toLowerCase());
  return { ...request, headers: value === undefined ? others : [...others, [name, value]] };
}

/** The request with its JSON body changed. */
export function withJson(request: PeerSend, change: (body: Record<string, unknown>) => unknown): PeerSend {
  const body: unknown = JSON.parse(request.body?.toString('utf8') ?? '{}');
  return { ...request, body: Buffer.from(JSON.stringify(change(body as Record<string, unknown>)), 'utf8') };
}

/** Clients that open sessions, or write packages, wrongly. */
export const CLIENT_PACKAGES: Readonly<Record<string, ClientHooks>> = {
  'opens-with-report': {
    requestOne: (request, next) =>
      next({ ...withField(request, FIELD.contentType, MEDIA.response), body: Buffer.from('{"Status":[]}') }),
  },
  'claims-notification': {
    packageOne: (content) => ({ ...content, alerts: [{ AlertType: ALERT.server, Data: { NotificationID: 7 } }] }),
  },
  'carries-identifier-later': {
    packageOne: (content, { session }) =>
      session === 2 ? { ...content, alerts: [{ AlertType: ALERT.client, Data: { NotificationID: 7 } }] } : content,
  },
  'skips-every-third-start': {
    startSession: (_cause, open, { scratch }) => (scratch.count('starts') % 3 === 2 ? undefined : open()),
  },
  'resumes-after-end': {
    requestOne: (request, next, { session }) =>
      next(
        session % 2 === 0
          ? { ...withField(request, FIELD.contentType, MEDIA.response), body: Buffer.from('{"Status":[]}') }
          : request,
      ),
  },
  'handles-two-of-three': {
    commands: async (commands, run) => {
      const results: Awaited<ReturnType<typeof run>>[] = [];
      const skips = commands.length === 3 && commands.every(({ name }) => name === 'HPUT' || name === 'HPOST');
      for (const index of commands.keys()) results.push(skips && index === 2 ? { sc: 200 } : await run(index));
      return results;
    },
  },
  'splits-statuses': {
    requestThree: async (request, next) => {
      const { Status: all } = JSON.parse(request.body?.toString('utf8') ?? '{}') as { Status: unknown[] };
      if (all.length !== 3) return await next(request);
      await next(withJson(request, (body) => ({ ...body, Status: all.slice(0, 1) })));
      return await next(withJson(request, (body) => ({ ...body, Status: all.slice(1) })));
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
  'puts-report': { requestThree: (request, next) => next({ ...request, method: 'PUT' }) },
  'puts-first-package': { requestOne: (request, next) => next({ ...request, method: 'PUT' }) },
  'one-as-plain-json': {
    requestOne: (request, next) => next(withField(request, FIELD.contentType, 'application/json')),
  },
  'three-as-plain-json': {
    requestThree: (request, next) => next(withField(request, FIELD.contentType, 'application/json')),
  },
  'report-without-device': { requestThree: (request, next) => next(withField(request, FIELD.deviceId, undefined)) },
  'other-device-in-third-report': {
    requestThree: (request, next, context) =>
      next(context.package === 3 ? withField(request, FIELD.deviceId, 'IMEI:2') : request),
  },
  'accepts-html': { requestThree: (request, next) => next(withField(request, FIELD.accept, 'text/html')) },
  'moid-without-miid': {
    requestOne: (request, next) =>
      next(withJson(request, (body) => ({ ...body, MOS: [{ MOID: 'urn:oma:mo:oma-dm-devinfo:1.2' }] }))),
  },
  'latin1-first-package': {
    requestOne: (request, next) =>
      next({
        ...request,
        body: Buffer.from(JSON.stringify({ Alert: [{ AlertType: ALERT.client }], vendor: 'Jürgen' }), 'latin1'),
      }),
  },
  'uri-as-string': {
    requestThree: (request, next) =>
      next(
        withJson(request, (body) => ({
          ...body,
          Status: (body.Status as { URI?: string[] }[]).map((status) =>
            status.URI === undefined ? status : { ...status, URI: status.URI[0] },
          ),
        })),
      ),
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
  'two-values-in-report': {
    requestThree: (request, next) =>
      next({ ...request, body: Buffer.concat([request.body ?? Buffer.alloc(0), Buffer.from('{"Status":[]}')]) }),
  },
  'two-values-in-first-package': {
    requestOne: (request, next) =>
      next({ ...request, body: Buffer.concat([request.body ?? Buffer.alloc(0), Buffer.from('\n{}')]) }),
  },
};

/** Clients that leave the flow. */
export const CLIENT_FLOW: Readonly<Record<string, ClientHooks>> = {
  'leaves-without-report': {
    requestThree: async (request, next, { session }) => (session === 3 ? undefined : await next(request)),
  },
  'leaves-after-failure': {
    requestThree: async (request, next) =>
      request.body?.includes('"sc":404') === true ? undefined : await next(request),
  },
  'gives-up-after-six-rounds': {
    requestThree: async (request, next, context) => (context.package > 6 ? undefined : await next(request)),
  },
  'gives-up-after-a-hundred-rounds': {
    requestThree: async (request, next, context) => (context.package > 100 ? undefined : await next(request)),
  },
  'one-of-each-name': {
    commands: async (commands, run) => {
      const done = new Map<string | undefined, Awaited<ReturnType<typeof run>>>();
      const results: Awaited<ReturnType<typeof run>>[] = [];
      for (const [index, { name }] of commands.entries()) {
        if (!done.has(name) || commands.length !== 5) done.set(name, await run(index));
        results.push(done.get(name));
      }
      return results;
    },
  },
  'no-exec-after-upload': {
    execute: async (command, next, { own }) => {
      if (command.name === 'HPUT') own.notes.set('uploaded', true);
      return command.name === 'EXEC' && own.notes.has('uploaded') ? { sc: 501 } : await next(command);
    },
  },
  'two-reasons': {
    packageOne: ({ alerts = [], ...rest }) => ({ ...rest, alerts: [...alerts, { AlertType: ALERT.bootstrap }] }),
  },
  'no-reason': { packageOne: ({ alerts: _, ...rest }) => rest },
};
