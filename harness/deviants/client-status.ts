import type { StatusEntry } from '../protocol/write-packages.js';
import type { ClientHooks } from '../reference/hooks.js';
import type { Named } from './deviant.js';
import { statusesOf, withJson } from './rewrite.js';

/** Clients whose statuses are wrong. */
export const CLIENT_STATUS: Named<ClientHooks> = {
  'one-status-too-many': { statuses: (statuses) => (statuses.length === 4 ? [...statuses, { sc: 200 }] : statuses) },
  'no-status-for-exec': {
    execute: async (command, next) => {
      const status = await next(command);
      return command.name === 'EXEC' ? undefined : status;
    },
  },
  'drops-last-status-of-three': { statuses: (statuses) => (statuses.length === 3 ? statuses.slice(0, 2) : statuses) },
  'code-out-of-range': {
    statuses: (statuses) => statuses.map((status) => (status.sc === 501 ? { ...status, sc: 5010 } : status)),
  },
  'codes-as-strings': {
    requestThree: (request, next, context) => {
      const written = statusesOf(request).map((status) => ({ ...status, sc: String(status.sc) }));
      return next(context.package === 3 ? withJson(request, (body) => ({ ...body, Status: written })) : request);
    },
  },
  'code-unnamed': {
    statuses: (statuses) => statuses.map((status) => (status.sc === 200 ? { ...status, sc: 204 } : status)),
  },
  'keeps-place-to-itself': { statuses: (statuses) => statuses.map(({ URI: _, ...status }) => status) },
  'reports-first-place-only': {
    statuses: (statuses) =>
      statuses.map((status) => (status.URI === undefined ? status : { ...status, URI: status.URI.slice(0, 1) })),
  },
  'absent-is-forbidden': {
    statuses: (statuses) => statuses.map((status) => (status.sc === 404 ? { ...status, sc: 403 } : status)),
  },
  'absent-is-forbidden-to-read': {
    execute: async (command, next) => {
      const status = await next(command);
      return command.name === 'GET' && status?.sc === 404 ? { sc: 403 } : status;
    },
  },
  'absent-is-fine': {
    execute: async (command, next) => {
      const status = await next(command);
      return command.name === 'DELETE' && status?.sc === 404 ? { sc: 200 } : status;
    },
  },
  'unknown-is-fine': {
    execute: async (command, next) => (command.standing === 'unknown' ? { sc: 200 } : await next(command)),
  },
  'any-parameters': {
    execute: async (command, next) => (command.standing === 'malformed' ? { sc: 200 } : await next(command)),
  },
  'no-data': { statuses: (statuses) => statuses.map(({ sc, URI }) => (URI === undefined ? { sc } : { sc, URI })) },
  'failed-fetch-is-fine': {
    execute: async (command, next) => {
      const status = await next(command);
      // 404 is what a failed transfer becomes.
      return command.name === 'HGET' && command.standing === 'well-formed' && status?.sc === 404 ? { sc: 200 } : status;
    },
  },
  'unreachable-is-fine': {
    execute: async (command, next, { own }) => {
      own.notes.delete('unreachable');
      const status = await next(command);
      return command.name === 'HGET' && own.notes.get('unreachable') === true ? { sc: 200 } : status;
    },
    transfer: async (request, next, { own }) =>
      await next(request).catch((error: unknown) => {
        own.notes.set('unreachable', /ECONNREFUSED/.test(String(error)));
        throw error;
      }),
  },
  'failed-fetch-empties': {
    execute: async (command, next) => {
      const status = await next(command);
      const [uri] = command.clientUris;
      if (command.name === 'HGET' && uri !== undefined && status?.sc === 404) {
        await next({ ...command, name: 'DELETE', raw: ['DELETE', uri], params: [uri], serverUri: undefined });
      }
      return status;
    },
  },
  'stores-something-else': {
    execute: async (command, next, { own }) => {
      own.notes.set('into a node', command.name === 'HGET' && command.clientUris.length > 0);
      return await next(command);
    },
    transfer: async (request, next, { own }) => {
      const reply = await next(request);
      if (own.notes.get('into a node') !== true || request.method !== 'GET') return reply;
      return { ...reply, body: Buffer.from(reply.body.toString('utf8').replace(/dmc[0-9a-f]+/g, 'something else')) };
    },
  },
  'says-deleted': {
    execute: async (command, next, { cause }) => {
      // Objects that a server created, and no other server's.
      const ours = command.name === 'DELETE' && command.clientUris.some((uri) => /moid:1.0\/mo\d/.test(uri));
      return ours && cause.kind === 'own' ? { sc: 200 } : await next(command);
    },
  },
  'uploads-what-it-read-first': {
    execute: (command, next, { own }) => {
      own.notes.set('node', command.clientUris[0]);
      return next(command);
    },
    transfer: (request, next, { own }) => {
      if (request.method === 'GET') return next(request);
      const key = `first ${String(own.notes.get('node'))}`;
      const first = own.notes.get(key) ?? request.body;
      own.notes.set(key, first);
      return next(first instanceof Buffer ? { ...request, body: first } : request);
    },
  },
  'says-uploaded': {
    execute: async (command, next) =>
      command.name === 'HPOST' && command.standing === 'well-formed' ? { sc: 200 } : await next(command),
  },
  'reports-before-done': {
    commands: async (commands, run) => {
      const results: (StatusEntry | undefined)[] = [];
      for (const [index, { name }] of commands.entries()) {
        const last =
          index === 1 && commands.length === 2 && commands[index]?.standing === 'well-formed' && name === 'HGET';
        if (!last) results.push(await run(index));
        else {
          void run(index);
          results.push({ sc: 200, URI: ['urn:oma:mo:moid:1.0/early/'] });
        }
      }
      return results;
    },
  },
  'returns-siblings': {
    execute: (command, next) => {
      const [uri] = command.clientUris;
      const parent = uri?.includes('moid') === true && !uri.includes('?') ? uri.replace(/[^/]+$/, '') : undefined;
      return next(command.name === 'GET' && parent !== undefined ? { ...command, clientUris: [parent] } : command);
    },
  },
};
