import { parseClientUri } from '../protocol/client-uri.js';
import { resolve } from '../reference/address.js';
import { MOID } from '../reference/default-tree.js';
import type { ClientHooks } from '../reference/hooks.js';
import type { PeerSend } from '../stimuli/peer.js';
import type { Named } from './deviant.js';

const SETTING = /^urn:oma:mo:moid:1\.0\/[^/]*\/Setting$/;

/** The upload of a firmware version alone. */
function bringsFirmware({ method, body }: PeerSend): boolean {
  return method === 'PUT' && body?.includes('"MOData":{"FwV"') === true;
}

/** Clients with mistakes that show seldom, each against one requirement. */
export const CLIENT_SELDOM: Named<ClientHooks> = {
  'loses-datagrams': {
    notification: (received) => (received.by === 'udp' ? { ...received, unheeded: 'malformed' } : received),
  },
  'calls-until-nothing-is-left': {
    execute: async (command, next, { cause, scratch }) => {
      if (cause.kind === 'notified' && command.name !== 'END') scratch.notes.set('had work', true);
      return await next(command);
    },
    startSession: async ({ kind }, open, { scratch }) => {
      await open();
      if (kind === 'notified' && scratch.notes.delete('had work')) await open();
    },
  },
  'returns-values-in-quotes': {
    execute: async (command, next) => {
      const status = await next(command);
      const [item] = Array.isArray(status?.MO) ? (status.MO as readonly { readonly MOData: object }[]) : [];
      if (command.name !== 'GET' || !SETTING.test(command.clientUris[0] ?? '') || item === undefined) return status;
      const quoted = Object.fromEntries(Object.entries(item.MOData).map(([name, value]) => [name, `"${value}"`]));
      return { sc: 200, MO: [{ ...item, MOData: quoted }] };
    },
  },
  'revokes-whole-objects-only': {
    execute: async (command, next, { scratch }) => {
      const [uri = ''] = command.clientUris;
      if (command.name === 'SUB') scratch.notes.set(`sub ${uri}`, true);
      const part = command.name === 'UNSUB' && scratch.notes.has(`sub ${uri}`) && !uri.endsWith('/');
      return part ? { sc: 405 } : await next(command);
    },
  },
  'puts-firmware-versions-by-post': {
    transfer: (request, next) => next(bringsFirmware(request) ? { ...request, method: 'POST' } : request),
  },
  'puts-first-of-all': {
    transfer: (request, next, { own }) => {
      const first = request.method !== 'GET' && own.once('upload');
      return next(first && request.method === 'POST' ? { ...request, method: 'PUT' } : request);
    },
  },
  'uploads-to-one-host': {
    transfer: (request, next, { scratch }) => {
      const { origin } = new URL(request.url);
      const first = scratch.notes.get('host') ?? origin;
      scratch.notes.set('host', first);
      return next(
        request.method === 'POST' ? { ...request, url: request.url.replace(origin, String(first)) } : request,
      );
    },
  },
  'adds-to-what-is-there': {
    execute: async (command, next, { tree }) => {
      const [text = ''] = command.clientUris;
      const { uri } = parseClientUri(text);
      const placeOf = () => (uri === undefined ? [] : resolve(tree, uri));
      const before = placeOf()[0]?.node.value;
      const status = await next(command);
      const [place] = placeOf();
      const replaced = command.name === 'HGET' && status?.sc === 200 && SETTING.test(text);
      if (replaced && place !== undefined) tree.setValue(place, `${before} ${place.node.value}`);
      return status;
    },
  },
  'posts-the-whole-object': {
    execute: (command, next) => {
      const [uri = '', more] = command.clientUris;
      const data =
        command.name === 'HPOST' && more === undefined && uri.startsWith(MOID.sample) && uri.endsWith('/Data');
      return next(data ? { ...command, clientUris: [uri.replace(/Data$/, '')] } : command);
    },
  },
};
