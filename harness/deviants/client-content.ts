import { FIELD } from '../protocol/headers.js';
import type { StatusEntry } from '../protocol/write-packages.js';
import type { ClientHooks, Exchange } from '../reference/hooks.js';
import { headerValue, type PeerResponse, type PeerSend } from '../stimuli/peer.js';
import type { Named } from './deviant.js';
import { withField } from './rewrite.js';

const NO_HEADERS = [] as const;
const SAMPLE = 'urn:oma:mo:moid:1.0/';

export function isUpload({ method }: PeerSend): boolean {
  return method === 'PUT' || method === 'POST';
}

/** Another answer than the one that came. */
export function instead(reply: PeerResponse, status: number, body = 'cut'): PeerResponse {
  return { ...reply, status, headers: [[FIELD.contentType, 'text/plain']], body: Buffer.from(body) };
}

/** Sends once more what was answered by a status from `least` on. */
function retries(least: number, most: number) {
  return async (request: PeerSend, next: Exchange): Promise<PeerResponse> => {
    const reply = await next(request);
    return reply.status >= least && reply.status <= most ? await next(request) : reply;
  };
}

/** Changes the place that the second HGET without a ClientURI of a session reports. */
function misreports(place: string): ClientHooks {
  return {
    execute: async (command, next, { own }): Promise<StatusEntry | undefined> => {
      const status = await next(command);
      const creates = command.name === 'HGET' && command.clientUris.length === 0 && status?.URI?.length === 1;
      return creates && own.count('created') === 2 ? { ...status, URI: [place] } : status;
    },
  };
}

/** Clients that fetch or send content wrongly. */
export const CLIENT_CONTENT: Named<ClientHooks> = {
  'fetches-with-a-slash': {
    execute: async (command, next, { own }) => {
      own.notes.set('onto a node', command.clientUris.length > 0);
      return await next(command);
    },
    transfer: (request, next, { own }) => {
      const plain = request.method === 'GET' && own.notes.get('onto a node') === true && !/[%?]/.test(request.url);
      return next(plain ? { ...request, url: `${request.url}/` } : request);
    },
  },
  'puts-by-post': {
    transfer: (request, next) => next(request.method === 'PUT' ? { ...request, method: 'POST' } : request),
  },
  'posts-by-put': {
    transfer: (request, next) => next(request.method === 'POST' ? { ...request, method: 'PUT' } : request),
  },
  'sends-first-node-only': {
    execute: (command, next) =>
      next(command.clientUris.length > 1 ? { ...command, clientUris: command.clientUris.slice(0, 1) } : command),
  },
  'sends-a-lone-item': {
    transfer: (request, next) => {
      const text = request.body?.toString('utf8') ?? '';
      return next(/^\[.*\]$/s.test(text) ? { ...request, body: Buffer.from(text.slice(1, -1)) } : request);
    },
  },
  'stays-with-first-repository': {
    transfer: (request, next, { scratch }) => {
      const first = scratch.notes.get('origin') ?? new URL(request.url).origin;
      scratch.notes.set('origin', first);
      return next({ ...request, url: request.url.replace(/^[a-z]+:\/\/[^/?#]+/i, String(first)) });
    },
  },
  'knows-no-tls': {
    transfer: (request, next) =>
      request.url.startsWith('https:') ? Promise.reject(new Error('no TLS')) : next(request),
  },
  'drops-queries': {
    transfer: (request, next) => next({ ...request, url: request.url.split('?')[0] ?? '' }),
  },
  'decodes-escapes': {
    transfer: (request, next) => next({ ...request, url: request.url.replace('%2F', '/') }),
  },
  'cuts-long-values': {
    transfer: async (request, next) => {
      const reply = await next(request);
      if (reply.body.length < 60_000 || request.method !== 'GET') return reply;
      return {
        ...reply,
        body: Buffer.from(reply.body.toString('latin1').replace(/x{4096,}/, 'x'.repeat(4096)), 'latin1'),
      };
    },
  },
  'refuses-long-values': {
    transfer: async (request, next) => {
      const reply = await next(request);
      return reply.body.length > 60_000 ? instead(reply, 413) : reply;
    },
  },
  'cuts-very-large-data': {
    transfer: async (request, next) => {
      const reply = await next(request);
      return reply.body.length > 1024 * 1024 ? { ...reply, body: reply.body.subarray(0, 1024 * 1024) } : reply;
    },
  },
  'deletes-the-sibling': {
    execute: async (command, next) => {
      const status = await next(command);
      const [uri = ''] = command.clientUris;
      if (command.name === 'HGET' && status?.sc === 200 && uri.startsWith(SAMPLE) && uri.endsWith('/Setting')) {
        const note = uri.replace(/Setting$/, 'Note');
        await next({
          ...command,
          name: 'DELETE',
          raw: ['DELETE', note],
          clientUris: [note],
          params: [note],
          serverUri: undefined,
        });
      }
      return status;
    },
  },
  'reports-no-miid': misreports(`${SAMPLE}/`),
  'reports-another-miid': misreports(`${SAMPLE}another/`),
  'keeps-what-came': {
    transfer: (request, next) =>
      next(request).catch((error: unknown) => {
        const refused = String((error as { code?: unknown }).code) === 'ECONNREFUSED';
        if (request.method !== 'GET' || refused) throw error;
        return instead({ status: 200, headers: NO_HEADERS, body: Buffer.alloc(0) }, 200);
      }),
  },
  'retries-after-refusal': { transfer: retries(400, 499) },
  'retries-after-breakdown': { transfer: retries(500, 599) },
  'retries-late': {
    transfer: async (request, next, { clock }) => {
      const reply = await next(request);
      if (reply.status === 403) clock.setTimeout(() => void next(request).catch(() => undefined), 4900);
      return reply;
    },
  },
  'failed-upload-is-fine': {
    transfer: async (request, next) => {
      const reply = await next(request);
      return isUpload(request) && reply.status >= 400 ? instead(reply, 200) : reply;
    },
  },
  'sends-siblings': {
    execute: (command, next) => {
      const [uri = '', more] = command.clientUris;
      const leaf = more === undefined && uri.startsWith(SAMPLE) && uri.endsWith('/Note');
      const upload = command.name === 'HPUT' || command.name === 'HPOST';
      return next(leaf && upload ? { ...command, clientUris: [uri.replace(/Note$/, '')] } : command);
    },
  },
  'takes-200-only': {
    transfer: async (request, next) => {
      const reply = await next(request);
      return isUpload(request) && (reply.status === 201 || reply.status === 204) ? instead(reply, 500) : reply;
    },
  },
  'fetches-signatures': {
    transfer: async (request, next) => {
      const reply = await next(request);
      if (request.method === 'GET' && reply.status === 200) await next({ ...request, url: `${request.url}.sig` });
      return reply;
    },
  },
  'puts-twice': {
    transfer: async (request, next) => {
      const reply = await next(request);
      return request.method === 'PUT' && reply.status === 200 ? await next(request) : reply;
    },
  },
  'follows-redirects-anywhere': {
    transfer: async (request, next) => {
      const reply = await next(request);
      const location = headerValue(reply.headers, 'location');
      return location === undefined || reply.status < 300
        ? reply
        : await next({ ...request, url: new URL(location, request.url).href });
    },
  },
  'redirect-is-fine': {
    transfer: async (request, next) => {
      const reply = await next(request);
      return reply.status >= 300 && reply.status < 400 ? instead(reply, 200) : reply;
    },
  },
};

/** Clients that are unusual about content and break nothing. */
export const CLIENT_CONTENT_LEGAL: Named<ClientHooks> = {
  'follows-redirects-at-home': {
    transfer: async (request, next) => {
      const reply = await next(request);
      const location = headerValue(reply.headers, 'location');
      const to = location === undefined || reply.status < 300 ? undefined : new URL(location, request.url);
      return to === undefined || to.origin !== new URL(request.url).origin
        ? reply
        : await next({ ...request, url: to.href });
    },
  },
  'takes-management-objects-only': {
    transfer: async (request, next) => {
      const reply = await next(request);
      const type = headerValue(reply.headers, FIELD.contentType) ?? 'application/json';
      return request.method === 'GET' && reply.status === 200 && !type.includes('json') ? instead(reply, 406) : reply;
    },
  },
  'posts-each-node-alone': {
    transfer: async (request, next) => {
      if (request.method !== 'POST' || !isManagementData(request)) return await next(request);
      const items = JSON.parse(request.body?.toString('utf8') ?? '[]') as readonly unknown[];
      let reply: PeerResponse | undefined;
      for (const item of items) reply = await next({ ...request, body: Buffer.from(JSON.stringify([item])) });
      return reply ?? (await next(request));
    },
  },
  'sends-leaves-as-text': {
    // Unless that address has said which types it wants.
    transfer: async (request, next, { own }) => {
      const value = isManagementData(request) && !own.notes.has(request.url) ? loneLeaf(request.body) : undefined;
      const text = { ...withField(request, FIELD.contentType, 'text/plain'), body: Buffer.from(value ?? '', 'utf8') };
      const reply = await next(value === undefined ? request : text);
      if (headerValue(reply.headers, FIELD.omadmAccept) !== undefined) own.notes.set(request.url, true);
      return reply;
    },
  },
};

function isManagementData(request: PeerSend): boolean {
  return isUpload(request) && headerValue(request.headers, FIELD.contentType)?.includes('json') === true;
}

/** The value of an MO serialization that holds a single leaf. */
function loneLeaf(body: Buffer | undefined): string | undefined {
  const items = JSON.parse(body?.toString('utf8') ?? '[]') as readonly { readonly MOData: object }[];
  const values = items.flatMap(({ MOData }) => Object.values(MOData) as readonly unknown[]);
  const [value] = values;
  return values.length === 1 && typeof value === 'string' ? value : undefined;
}
