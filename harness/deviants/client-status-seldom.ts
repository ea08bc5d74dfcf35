import { parseClientUri } from '../protocol/client-uri.js';
import type { StatusEntry } from '../protocol/write-packages.js';
import { resolve } from '../reference/address.js';
import { MOID } from '../reference/default-tree.js';
import type { ClientHooks } from '../reference/hooks.js';
import type { Named } from './deviant.js';

/** Places that fit into the report of one HGET. */
const MOST_PLACES = 8;
/** How long a transfer may take, in milliseconds. */
const PATIENCE_MS = 1000;

function itemsOf(status: StatusEntry | undefined): readonly unknown[] {
  return Array.isArray(status?.MO) ? status.MO : [];
}

/** MOID and MIID of an address. */
function objectOf(uri: string): string {
  return uri.split('/').slice(0, 2).join('/');
}

/** Clients whose statuses are wrong now and then. */
export const CLIENT_STATUS_SELDOM: Named<ClientHooks> = {
  'reports-one-place-a-session': {
    statuses: (statuses, { own }) =>
      statuses.map(({ URI, ...status }) => (URI !== undefined && own.once('place') ? { ...status, URI } : status)),
  },
  'reports-eight-places-at-most': {
    statuses: (statuses) =>
      statuses.map((status) =>
        status.URI === undefined ? status : { ...status, URI: status.URI.slice(0, MOST_PLACES) },
      ),
  },
  'knows-what-it-was-asked-before': {
    execute: async (command, next, { own }) => {
      const [name] = command.raw;
      return command.standing === 'unknown' && !own.once(`unknown ${String(name)}`) ? { sc: 200 } : await next(command);
    },
  },
  'takes-a-bare-cont-for-home': {
    execute: async (command, next) => {
      const bare = command.name === 'CONT' && command.params.length === 0;
      return bare ? { sc: 200 } : await next(command);
    },
  },
  'sends-data-with-304': {
    execute: async (command, next) => {
      const status = await next(command);
      if (command.name !== 'GET' || status?.sc !== 304) return status;
      const [uri = ''] = (command.clientUris[0] ?? '').split('?');
      const whole = await next({ ...command, clientUris: [uri] });
      return { ...status, MO: itemsOf(whole) };
    },
  },
  'revokes-by-object': {
    execute: async (command, next, { scratch }) => {
      const [uri = ''] = command.clientUris;
      const status = await next(command);
      if (command.name === 'SUB') scratch.notes.set(`sub ${objectOf(uri)}`, true);
      const known = command.name === 'UNSUB' && scratch.notes.has(`sub ${objectOf(uri)}`);
      return known && status?.sc === 404 ? { sc: 200 } : status;
    },
  },
  'sends-data-once': {
    execute: async (command, next, { own }) => {
      const status = await next(command);
      const data = command.name === 'GET' && status?.sc === 200;
      return data && !own.once(`data ${command.clientUris[0]}`) ? { sc: 200 } : status;
    },
  },
  'clears-what-it-may-not-delete': {
    execute: async (command, next, { tree }) => {
      const status = await next(command);
      const [text = ''] = command.clientUris;
      const { uri } = parseClientUri(text);
      const refused = command.name === 'DELETE' && text.startsWith(MOID.devInfo) && status?.sc === 405;
      const [place] = refused && uri !== undefined ? resolve(tree, uri) : [];
      if (place !== undefined) tree.setValue(place, '');
      return status;
    },
  },
  'gives-slow-transfers-a-second': {
    execute: (command, next, { clock }) => {
      if (command.name !== 'HGET') return next(command);
      return new Promise((resolve, reject) => {
        const cancel = clock.setTimeout(() => resolve({ sc: 404 }), PATIENCE_MS);
        next(command).finally(cancel).then(resolve, reject);
      });
    },
  },
  'returns-what-it-read-before': {
    execute: async (command, next, { own, package: round }) => {
      const status = await next(command);
      if (command.name !== 'GET' || status?.sc !== 200) return status;
      const before = own.notes.get(`read in ${round}`) as readonly unknown[] | undefined;
      const MO = [...itemsOf(status), ...(before ?? [])];
      own.notes.set(`read in ${round}`, MO);
      return { ...status, MO };
    },
  },
};
