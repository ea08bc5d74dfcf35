import { CLIENT_MUST } from '../protocol/commands.js';
import type { StatusEntry } from '../protocol/write-packages.js';
import { MOID } from '../reference/default-tree.js';
import type { ClientHooks } from '../reference/hooks.js';
import { type Deviant, type Named, stating } from './deviant.js';
import { withJson } from './rewrite.js';

interface Item {
  readonly ClientURI: string;
  readonly MOData: Readonly<Record<string, unknown>>;
}

function isLeaf({ ClientURI, MOData }: Item): boolean {
  const names = Object.keys(MOData);
  return names.length === 1 && ClientURI.endsWith(`/${names[0]}`);
}

/** An interior node with its children in one member of its own name (D-22). */
function wrapped(item: Item): Item {
  const name = item.ClientURI.split('/').findLast((part) => part !== '') ?? '';
  return isLeaf(item) ? item : { ...item, MOData: { [name]: item.MOData } };
}

function itemsOf(body: Buffer | undefined): readonly Item[] {
  try {
    const value: unknown = JSON.parse(body?.toString('utf8') ?? '');
    return Array.isArray(value) ? (value as readonly Item[]) : [];
  } catch {
    return [];
  }
}

/** Clients whose management is unusual and breaks nothing. */
export const CLIENT_MANAGEMENT_LEGAL: Named<ClientHooks> = {
  'wraps-interior-nodes': {
    transfer: (request, next) =>
      next(
        itemsOf(request.body).length === 0
          ? request
          : withJson(request, (body) => (Object.values(body) as Item[]).map(wrapped)),
      ),
    statuses: (statuses) =>
      statuses.map(
        (status): StatusEntry =>
          Array.isArray(status.MO) ? { ...status, MO: (status.MO as Item[]).map(wrapped) } : status,
      ),
  },
  'root-by-x-name-is-its-id': {
    execute: (command, next) => {
      const id = command.clientUris[0] === `${MOID.sample}/(x)/?nv=(x)/ID:Temperature`;
      return next(id ? { ...command, clientUris: [`${MOID.sample}/right/ID`] } : command);
    },
  },
  'runs-when-it-likes': {
    execute: async (command, next) => {
      const status = await next(command);
      return command.name === 'EXEC' && status?.sc === 200 ? { sc: 202 } : status;
    },
  },
  'refuses-with-403': {
    execute: async (command, next) => {
      const status = await next(command);
      return status?.sc === 405 && command.name !== 'DELETE' ? { sc: 403 } : status;
    },
  },
};

/** The same, of clients that state other optional features than the reference client. */
export const CLIENT_STATING_LEGAL: readonly Deviant[] = [
  stating(
    'has-what-it-must',
    { commands: CLIENT_MUST },
    {
      execute: async (command, next) => {
        const lacks = command.standing !== 'unknown' && !CLIENT_MUST.some((name) => name === command.name);
        return lacks ? { sc: 501 } : await next(command);
      },
    },
  ),
  stating(
    'knows-real-names-only',
    { supports: { addressing: [], cache: false } },
    {
      execute: async (command, next) =>
        command.clientUris.some((uri) => /[(*?]/.test(uri)) ? { sc: 400 } : await next(command),
      statuses: (statuses) =>
        statuses.map(
          (status): StatusEntry =>
            Array.isArray(status.MO)
              ? { ...status, MO: (status.MO as (Item & { readonly CV?: string })[]).map(({ CV: _, ...item }) => item) }
              : status,
        ),
    },
  ),
  stating('has-no-access-control', { supports: { accessControl: false } }, { rights: () => true }),
  stating(
    'guards-every-instance',
    { supports: { accessControl: true } },
    {
      rights: ({ serverId, instance }, allowed) =>
        allowed && (serverId !== 'second.example' || instance.creator === serverId),
    },
  ),
];
