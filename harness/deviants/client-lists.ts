import { type GenericAlert, MARKS } from '../protocol/alerts.js';
import type { StatusEntry } from '../protocol/write-packages.js';
import type { ClientHooks } from '../reference/hooks.js';
import { isEvent } from './client-alerts.js';
import { isUpload } from './client-content.js';
import type { Named } from './deviant.js';

/** Commands of one name that the client manages in a package. */
const MANAGED = 4;

/** Position of an alert's gravity; those without one come last. */
function gravityOf({ Mark }: GenericAlert): number {
  return Mark === undefined ? MARKS.length : MARKS.indexOf(Mark);
}

function parentOf(uri: string): string {
  return uri.slice(0, uri.lastIndexOf('/'));
}

/** Clients that lose or shuffle what stands in a list. */
export const CLIENT_LISTS: Named<ClientHooks> = {
  'gravest-event-first': {
    alerts: (alerts) => {
      const events = alerts.filter(isEvent).sort((a, b) => gravityOf(a) - gravityOf(b));
      return [...alerts.filter((alert) => !isEvent(alert)), ...events];
    },
  },
  'posts-siblings-only': {
    execute: (command, next) => {
      const { clientUris } = command;
      const [first = ''] = clientUris;
      if (command.name !== 'HPOST' || clientUris.length < 2) return next(command);
      return next({ ...command, clientUris: clientUris.filter((uri) => parentOf(uri) === parentOf(first)) });
    },
  },
  'addresses-the-first-item-only': {
    transfer: (request, next) => {
      const text = request.body?.toString('utf8') ?? '';
      if (!isUpload(request) || !/^\[.*\]$/s.test(text)) return next(request);
      const items = JSON.parse(text) as readonly Readonly<Record<string, unknown>>[];
      const poor = items.map(({ ClientURI, ...rest }, index) => (index === 0 ? { ClientURI, ...rest } : rest));
      return next({ ...request, body: Buffer.from(JSON.stringify(poor)) });
    },
  },
  'manages-four-of-a-kind': {
    commands: async (commands, run) => {
      const seen = new Map<string | undefined, number>();
      const results: (StatusEntry | undefined)[] = [];
      for (const [index, { name }] of commands.entries()) {
        const count = (seen.get(name) ?? 0) + 1;
        seen.set(name, count);
        results.push(name === 'HPUT' && count > MANAGED ? { sc: 200 } : await run(index));
      }
      return results;
    },
  },
  'links-mos-with-instances-only': {
    packageOne: ({ mos, ...rest }) => ({
      ...rest,
      ...(mos === undefined
        ? {}
        : { mos: mos.map(({ DDF, ...mo }) => (mo.MIID.length === 0 || DDF === undefined ? mo : { ...mo, DDF })) }),
    }),
  },
};
