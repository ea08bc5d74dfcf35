import { parseClientUri } from '../protocol/client-uri.js';
import type { SeenCommand } from '../protocol/packages.js';
import { resolve } from '../reference/address.js';
import { MANAGED_MOIDS, MOID } from '../reference/default-tree.js';
import type { ClientHookContext, ClientHooks } from '../reference/hooks.js';
import { uploadOf } from '../reference/mo-content.js';
import type { Located, Tree } from '../reference/tree.js';
import type { PeerSend } from '../stimuli/peer.js';
import { at, on, SECOND, withMo } from './client-management.js';
import { type Deviant, type Named, stating } from './deviant.js';

const READS: ReadonlySet<string> = new Set(['GET', 'HPUT', 'HPOST']);

function isUpload({ name }: SeenCommand): boolean {
  return name === 'HPUT' || name === 'HPOST';
}

function placesOf(tree: Tree, text: string): readonly Located[] {
  const { uri } = parseClientUri(text);
  return uri === undefined ? [] : resolve(tree, uri);
}

/** Outside a session a PUT is the report of a SUB, and a GET is for a DEFAULT. */
function isOutside({ package: number }: ClientHookContext): boolean {
  return number === 0;
}

/** What a repository would have said, if it had been asked. */
function unsent(status: number) {
  return { status, headers: [], body: Buffer.alloc(0) };
}

/** `MOData` without the leaves whose address was sent before. */
function newsIn(data: object, at: string, sent: (uri: string) => boolean): object {
  const entries = Object.entries(data).flatMap(([name, value]): readonly (readonly [string, unknown])[] => {
    const uri = `${at}/${name}`;
    if (typeof value === 'object' && value !== null) return [[name, newsIn(value, uri, sent)]];
    return sent(uri) ? [] : [[name, value]];
  });
  return Object.fromEntries(entries);
}

/** Validator of an instance that is made of its structure alone. */
function structureOf(tree: Tree, uri: string): string {
  const [place] = placesOf(tree, uri);
  return `nodes-${[...(place?.instance.root.all() ?? [])].length}`;
}

/** Clients whose management goes wrong now and then: because of what came before, in a later session, for another server, deep down. */
export const CLIENT_MANAGEMENT_SELDOM: Named<ClientHooks> = {
  'returns-news-only': {
    execute: async (command, next, { own }) => {
      const status = await next(command);
      if (isUpload(command)) for (const uri of command.clientUris) own.notes.set(`sent ${uri}`, true);
      if (command.name !== 'GET') return status;
      return withMo(status, (item) => {
        const { ClientURI, MOData } = item as { readonly ClientURI: string; readonly MOData: object };
        return { ...item, MOData: newsIn(MOData, ClientURI.replace(/\/$/, ''), (uri) => own.notes.has(`sent ${uri}`)) };
      });
    },
  },
  'remembers-deleted-children': {
    execute: async (command, next, { own, send }) => {
      const [uri = ''] = command.clientUris;
      own.notes.set('at work on', uri);
      const status = await next(command);
      if (command.name === 'DELETE' && status?.sc === 200) own.notes.set('deleted', uri);
      const known = own.notes.get(`sent ${uri}`) as PeerSend | undefined;
      const isChild = own.notes.has('deleted') && uri.startsWith(`${own.notes.get('deleted')}/`);
      if (command.name !== 'HPUT' || status?.sc !== 404 || known === undefined || !isChild) return status;
      await send({ ...known, url: command.serverUri ?? known.url });
      return { sc: 200 };
    },
    transfer: (request, next, { own }) => {
      if (request.method === 'PUT') own.notes.set(`sent ${own.notes.get('at work on')}`, request);
      return next(request);
    },
  },
  'defaults-end-with-their-session': {
    transfer: async (request, next, context) =>
      request.method === 'GET' && isOutside(context) ? unsent(404) : await next(request),
  },
  'tries-defaults-in-turn': {
    execute: (command, next, { scratch }) => {
      const name = `defaults of ${command.params[1]}`;
      const known = (scratch.notes.get(name) ?? []) as readonly string[];
      if (command.name === 'DEFAULT') scratch.notes.set(name, [...known, command.serverUri]);
      return next(command);
    },
    transfer: async (request, next, context) => {
      const all = isOutside(context) && request.method === 'GET' ? [...context.scratch.notes.values()] : [];
      const list = all.find((one): one is readonly string[] => Array.isArray(one) && one.includes(request.url));
      for (const url of list ?? []) {
        const reply = await next({ ...request, url });
        if (reply.status < 300) return reply;
      }
      return list === undefined ? await next(request) : unsent(404);
    },
  },
  'watches-one-level-down': {
    execute: (command, next, { scratch, tree }) => {
      if (command.name === 'SUB' && scratch.once('watching'))
        tree.onChange(({ path }) => scratch.notes.set('depth of change', path.length));
      return next(command);
    },
    transfer: async (request, next, context) => {
      const isDeep = Number(context.scratch.notes.get('depth of change') ?? 0) > 1;
      return request.method === 'PUT' && isOutside(context) && isDeep ? unsent(200) : await next(request);
    },
  },
  'revokes-in-the-session-of-the-sub': {
    execute: async (command, next, { scratch, session }) => {
      const name = `sub ${command.clientUris[0]}`;
      if (command.name === 'SUB') scratch.notes.set(name, session);
      const isLater = command.name === 'UNSUB' && (scratch.notes.get(name) ?? session) !== session;
      return isLater ? { sc: 200 } : await next(command);
    },
  },
  'unknown-validators-are-errors': on(
    'GET',
    (uri) => uri.includes('?cv='),
    async (command, next) => {
      const status = await next(command);
      return status?.sc === 200 ? { sc: 404 } : status;
    },
  ),
  'pools-what-accounts-allow': { manages: (moid, allowed) => allowed || MANAGED_MOIDS.includes(moid) },
  'guards-perm-and-not-what-is-in-it': {
    execute: async (command, next, { tree, send }) => {
      const [uri = ''] = command.clientUris;
      const places = uri.startsWith(`${MOID.account}/`) && uri.includes('/Perm/') ? placesOf(tree, uri) : [];
      if (command.name !== 'HPUT' || places.length === 0) return await next(command);
      const { type, bytes } = uploadOf([uri], [places]);
      await send({ method: 'PUT', url: command.serverUri ?? '', headers: [['Content-Type', type]], body: bytes });
      return { sc: 200 };
    },
  },
  'runs-what-was-read': {
    execute: async (command, next, { own }) => {
      const [uri] = command.clientUris;
      const status = await next(command);
      if (READS.has(command.name ?? '') && status?.sc === 200) own.notes.set(`allowed ${uri}`, true);
      return command.name === 'EXEC' && status?.sc === 405 && own.notes.has(`allowed ${uri}`) ? { sc: 200 } : status;
    },
  },
  'counts-nodes-for-a-validator': {
    execute: async (command, next, { tree }) => {
      const [path = '', query] = command.clientUris[0]?.split('?') ?? [];
      if (command.name !== 'GET') return await next(command);
      const validator = structureOf(tree, path);
      if (query === `cv=${validator}`) return { sc: 304 };
      const status = await next(query?.startsWith('cv=') === true ? at(command, path) : command);
      return withMo(status, (item) => ('CV' in item ? { ...item, CV: validator } : item));
    },
  },
  'rights-begin-with-the-next-session': {
    rights: ({ serverId, instance }, allowed, { session, scratch }) => {
      if (serverId !== SECOND || instance.creator !== SECOND) return allowed;
      const name = `made ${instance.moid}/${instance.miid}`;
      if (!scratch.notes.has(name)) scratch.notes.set(name, session);
      return allowed && scratch.notes.get(name) !== session;
    },
  },
  'gives-picky-repositories-up': {
    execute: async (command, next, { scratch }) =>
      isUpload(command) && scratch.notes.has(`picky ${command.serverUri}`) ? { sc: 405 } : await next(command),
    transfer: async (request, next, { scratch }) => {
      const reply = await next(request);
      if (reply.status === 415) scratch.notes.set(`picky ${request.url}`, true);
      return reply;
    },
  },
};

/** Such clients that state other optional features than the reference client. */
export const CLIENT_MANAGEMENT_SELDOM_STATING: readonly Deviant[] = [
  stating(
    'second-servers-only-read',
    { supports: { accessControl: false } },
    {
      rights: ({ right, serverId, instance }, allowed) =>
        allowed && (serverId !== SECOND || instance.creator === SECOND || right === 'read'),
    },
  ),
];
