import { parseClientUri } from '../protocol/client-uri.js';
import type { SeenCommand } from '../protocol/packages.js';
import type { StatusEntry } from '../protocol/write-packages.js';
import { resolve } from '../reference/address.js';
import { MOID } from '../reference/default-tree.js';
import type { ClientHooks } from '../reference/hooks.js';
import { type Deviant, type Named, stating } from './deviant.js';
import { withJson } from './rewrite.js';

/** Identifier of the server that the harness bootstraps. */
export const SECOND = 'second.example';

/** Uploads of one address of the example object go to another address. */
function takes(after: string, forThis: string): ClientHooks {
  return on(
    'HPUT',
    (uri) => uri === `${MOID.sample}${after}`,
    (command, next) => next(at(command, `${MOID.sample}${forThis}`)),
  );
}

type Next = (command: SeenCommand) => Promise<StatusEntry | undefined>;

/** Something else is done with one command where its first address fits. */
export function on(
  name: string,
  fits: (uri: string) => boolean,
  instead: (command: SeenCommand, next: Next) => Promise<StatusEntry | undefined> | StatusEntry,
): ClientHooks {
  return {
    execute: async (command, next) =>
      command.name === name && command.standing === 'well-formed' && fits(command.clientUris[0] ?? '')
        ? await instead(command, next)
        : await next(command),
  };
}

/** The command with another address, and that alone. */
export function at(command: SeenCommand, uri: string): SeenCommand {
  return { ...command, clientUris: [uri] };
}

const isSample = (uri: string): boolean => uri.startsWith(MOID.sample);
const isDevInfo = (uri: string): boolean => uri.startsWith(MOID.devInfo);
const isPermanent = (uri: string): boolean => uri.endsWith('//Fixed');

/** The status with another member `MO`. */
export function withMo(status: StatusEntry | undefined, change: (item: object) => object): StatusEntry | undefined {
  const items = Array.isArray(status?.MO) ? (status.MO as readonly object[]) : undefined;
  return status === undefined || items === undefined ? status : { ...status, MO: items.map(change) };
}

/** Clients whose management tree, addresses, watches or rights are wrong. */
export const CLIENT_MANAGEMENT: Named<ClientHooks> = {
  'takes-right-for-left': takes('/left/', '/right/'),
  'takes-the-first-for-the-only': takes('//', '/left/'),
  'x-name-is-the-first-instance': takes('/(x)/?nv=(x)/ID:Temperature', '/left/'),
  'x-name-is-the-last-instance': takes('/(x)/Data/1/Value?nv=(x)/ID:GPS', '/right/Data/1/Value'),
  'x-name-is-the-last-child': takes('/right/Data/(x)/Value?nv=(x)/Date:12.1', '/right/Data/2/Value'),
  'second-x-name-is-the-first-child': takes('/(x)/Data/(y)/Value?nv=(x)/ID:GPS&nv=(y)/Date:12.2', '/left/Data/1/Value'),
  'wildcard-is-the-first-instance': takes('/*/Setting', '/left/Setting'),
  'wildcard-goes-beyond-the-x-name': takes('/(x)/Data/*/Value?nv=(x)/ID:GPS', '/*/Data/*/Value'),
  'heeds-the-first-field': takes(
    '/(x)/Data/*/Value?nv=(x)/ID:GPS&nv=(x)/Setting:0xB2',
    '/(x)/Data/*/Value?nv=(x)/ID:GPS',
  ),
  'second-wildcard-is-the-first-child': takes('/*/Data/*/Value', '/*/Data/1/Value'),
  'returns-the-name': on(
    'GET',
    (uri) => isSample(uri) && /\/Setting$/.test(uri),
    async (command, next) => withMo(await next(command), (item) => ({ ...item, MOData: { Setting: 'Setting' } })),
  ),
  'returns-the-first-child': on(
    'GET',
    (uri) => uri.endsWith('/Data'),
    (command, next) => next(at(command, `${command.clientUris[0]}/1`)),
  ),
  'deletes-the-first-child': on(
    'DELETE',
    (uri) => uri.endsWith('/Data'),
    (command, next) => next(at(command, `${command.clientUris[0]}/1`)),
  ),
  'runs-nothing': on(
    'EXEC',
    (uri) => uri.endsWith('/RunWithAlert'),
    () => ({ sc: 200 }),
  ),
  'refuses-to-run': on(
    'EXEC',
    (uri) => uri.endsWith('/RunWithAlert'),
    () => ({ sc: 405 }),
  ),
  'forgets-defaults': {
    execute: async (command, next) => (command.name === 'DEFAULT' ? { sc: 200 } : await next(command)),
  },
  'keeps-the-first-default': {
    execute: async (command, next, { scratch }) =>
      command.name !== 'DEFAULT' || scratch.once(`default ${command.params[1]}`) ? await next(command) : { sc: 200 },
  },
  'reports-the-first-change': {
    transfer: async (request, next, context) =>
      // Outside a session, only a SUB sends anything by PUT.
      request.method !== 'PUT' || context.package > 0 || context.scratch.once(request.url)
        ? await next(request)
        : { status: 200, headers: [], body: Buffer.alloc(0) },
  },
  'a-report-by-post': {
    transfer: async (request, next, context) => {
      const answer = await next(request);
      // Outside a session, only a SUB sends anything by PUT.
      const isReport = request.method === 'PUT' && context.package === 0;
      if (isReport && context.scratch.once(request.url)) await next({ ...request, method: 'POST' });
      return answer;
    },
  },
  'goes-on-reporting': {
    execute: async (command, next, { scratch }) => {
      const [uri = ''] = command.clientUris;
      if (command.name === 'SUB') scratch.notes.set(`sub ${uri}`, true);
      return command.name === 'UNSUB' && scratch.notes.has(`sub ${uri}`) ? { sc: 200 } : await next(command);
    },
  },
  'has-no-unsub': { execute: async (command, next) => (command.name === 'UNSUB' ? { sc: 501 } : await next(command)) },
  'executes-what-is-not-there': {
    execute: async (command, next) => {
      const status = await next(command);
      return command.name === 'EXEC' && status?.sc === 404 ? { sc: 200 } : status;
    },
  },
  'deletes-the-first-it-finds': on(
    'DELETE',
    (uri) => uri === `${MOID.sample}//Setting`,
    (command, next) => next(at(command, `${MOID.sample}/left/Setting`)),
  ),
  'fetches-into-the-first': on(
    'HGET',
    (uri) => uri === `${MOID.sample}/*/Setting`,
    (command, next) => next(at(command, `${MOID.sample}/left/Setting`)),
  ),
  'any-validator-will-do': on(
    'GET',
    (uri) => uri.includes('?cv='),
    () => ({ sc: 304 }),
  ),
  'one-validator-for-good': {
    execute: async (command, next) => {
      if (command.name === 'GET' && command.clientUris[0]?.endsWith('?cv=v1') === true) return { sc: 304 };
      return withMo(await next(command), (item) => ('CV' in item ? { ...item, CV: 'v1' } : item));
    },
  },
  'heeds-no-validator': on(
    'GET',
    (uri) => uri.includes('?cv='),
    (command, next) => next(at(command, command.clientUris[0]?.split('?')[0] ?? '')),
  ),
  'manages-everything': { manages: () => true },
  'knows-no-creator': { rights: () => true },
  'removes-what-it-refuses': {
    execute: async (command, next, { cause, tree }) => {
      const status = await next(command);
      const { uri } = parseClientUri(command.clientUris[0] ?? '');
      const refused = cause.kind === 'bootstrap' && command.name === 'DELETE' && (status?.sc ?? 0) >= 400;
      if (!refused || uri === undefined) return status;
      for (const place of resolve(tree, uri)) if (place.instance.creator !== undefined) tree.remove(place);
      return status;
    },
  },
  'creator-may-only-read': {
    rights: ({ right, serverId, instance }, allowed) =>
      allowed && !(right === 'write' && serverId === SECOND && instance.creator === SECOND),
  },
  'lacks-hardware-version': on(
    'HPUT',
    (uri) => uri.endsWith('/HwV'),
    () => ({ sc: 404 }),
  ),
  'older-dm-version': {
    transfer: (request, next) =>
      next(
        request.method === 'PUT' && request.body?.includes('"DmV"') === true
          ? otherBody(request, '2.0', '1.3')
          : request,
      ),
  },
  'shows-its-account': {
    transfer: (request, next) => {
      const whole = request.body?.includes('"SrvURI"') === true && request.body.includes('"SrvID"');
      return next(whole ? withAccount(request) : request);
    },
  },
  'runs-anything': on('EXEC', isDevInfo, async (command, next) => {
    const status = await next(command);
    return status?.sc === 405 ? { sc: 200 } : status;
  }),
  'permanent-is-forbidden': on('DELETE', isPermanent, () => ({ sc: 403 })),
  'says-permanent-is-deleted': on('DELETE', isPermanent, () => ({ sc: 200 })),
  'permanent-goes-all-the-same': {
    execute: async (command, next, { tree }) => {
      const status = await next(command);
      const [task] = tree.instances(MOID.task);
      if (command.name === 'DELETE' && isPermanent(command.clientUris[0] ?? '')) task?.root.children?.delete('Fixed');
      return status;
    },
  },
  'revokes-anything': {
    execute: async (command, next) => {
      const status = await next(command);
      return command.name === 'UNSUB' && status?.sc === 404 ? { sc: 200 } : status;
    },
  },
  'takes-anything-for-dev-info': {
    execute: async (command, next, { tree, send }) => {
      if (command.name !== 'HGET' || !isDevInfo(command.clientUris[0] ?? '')) return await next(command);
      const { body } = await send({ method: 'GET', url: command.serverUri ?? '', headers: [] });
      const [instance] = tree.instances(MOID.devInfo);
      const node = instance?.root.children?.get('Man');
      if (instance !== undefined && node !== undefined)
        tree.setValue({ instance, path: ['Man'], node }, /dmc[0-9a-f]+/.exec(body.toString('utf8'))?.[0] ?? null);
      return { sc: 200 };
    },
  },
  'another-dev-id': {
    transfer: (request, next) =>
      next(request.body?.includes('"DevID"') === true ? otherBody(request, 'IMEI:', 'IMEI:99') : request),
  },
};

type Transferred = Parameters<NonNullable<ClientHooks['transfer']>>[0];

function otherBody(request: Transferred, from: string, to: string): Transferred {
  return { ...request, body: Buffer.from((request.body ?? Buffer.alloc(0)).toString('utf8').replace(from, to)) };
}

/** The upload of an account with Perm in it. */
function withAccount(request: Transferred): Transferred {
  return withJson(request, (body) =>
    Object.values(body).map((item) => {
      const one = item as { readonly MOData: object };
      return { ...one, MOData: { ...one.MOData, Perm: { 1: { MOID: MOID.devInfo } } } };
    }),
  );
}

/** Such clients that state other optional features than the reference client. */
export const CLIENT_MANAGEMENT_STATING: readonly Deviant[] = [
  stating(
    'keeps-second-servers-out',
    { supports: { accessControl: false } },
    { rights: ({ serverId, instance }, allowed) => allowed && (serverId !== SECOND || instance.creator === SECOND) },
  ),
];
