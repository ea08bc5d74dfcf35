import { parseClientUri } from '../protocol/client-uri.js';
import { resolve } from '../reference/address.js';
import type { ClientHooks } from '../reference/hooks.js';
import { headerValue } from '../stimuli/peer.js';
import { instead, isUpload } from './client-content.js';
import type { Named } from './deviant.js';
import { withField } from './rewrite.js';

/** What 24 bits can count. */
const COUNTED = 2 ** 24;

/** Clients with mistakes about single transfers that show in one kind of them, or at one moment. */
export const CLIENT_TRANSFERS: Named<ClientHooks> = {
  'fetches-by-post-after-uploads': {
    transfer: async (request, next, { own }) => {
      if (isUpload(request)) own.notes.set('uploaded', true);
      const posts = request.method === 'GET' && own.notes.has('uploaded');
      return posts ? instead(await next({ ...request, method: 'POST' }), 500) : await next(request);
    },
  },
  'uses-tls-once': {
    transfer: (request, next, { own }) =>
      request.url.startsWith('https:') && !own.once('tls')
        ? Promise.reject(new Error('the TLS connection is in use'))
        : next(request),
  },
  'stores-while-it-fetches': {
    transfer: (request, next, { own }) =>
      next(request).catch((error: unknown) => {
        const refused = String((error as { code?: unknown }).code) === 'ECONNREFUSED';
        if (request.method === 'GET' && !refused) own.notes.set('half', true);
        throw error;
      }),
    execute: async (command, next, { own, tree }) => {
      const status = await next(command);
      const { uri } = parseClientUri(command.clientUris[0] ?? '');
      const [place] = uri !== undefined && own.notes.delete('half') ? resolve(tree, uri) : [];
      if (place?.node.value !== undefined) tree.setValue(place, 'half a val');
      return status;
    },
  },
  'fetches-in-parts-and-knows-no-206': {
    transfer: async (request, next) => {
      const reply = await next(request);
      if (request.method !== 'GET' || headerValue(reply.headers, 'accept-ranges') !== 'bytes') return reply;
      const part = await next(withField(request, 'Range', 'bytes=0-'));
      return part.status === 206 ? instead(part, 500) : part;
    },
  },
  'counts-lengths-in-24-bits': {
    transfer: (request, next) => {
      const { body } = request;
      const long = isUpload(request) && body !== undefined && body.length >= COUNTED;
      return next(long ? { ...request, body: body.subarray(0, body.length % COUNTED) } : request);
    },
  },
  'puts-along-to-plain-http': {
    transfer: async (request, next) => {
      const reply = await next(request);
      const url = headerValue(reply.headers, 'location') ?? '';
      const downgrade = request.url.startsWith('https:') && url.startsWith('http:');
      return request.method === 'PUT' && reply.status === 307 && downgrade ? await next({ ...request, url }) : reply;
    },
  },
};
