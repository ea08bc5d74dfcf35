import { FIELD } from '../protocol/headers.js';
import { MEDIA } from '../protocol/media-types.js';
import type { StatusEntry } from '../protocol/write-packages.js';
import type { ClientHooks } from '../reference/hooks.js';
import type { Named } from './deviant.js';

/** Clients that are wrong about SHOW. */
export const CLIENT_INTERACTION: Named<ClientHooks> = {
  'shows-nothing': { browse: () => Promise.resolve() },
  'shows-without-query': { browse: (url, launch) => launch(url.split('?')[0] ?? '') },
  'reports-after-page': {
    browse: (url, _launch, { send, own }) => {
      own.notes.set(
        'page',
        send({ method: 'GET', url, headers: [] }).catch(() => undefined),
      );
      return Promise.resolve();
    },
    requestThree: async (request, next, { own }) => {
      await own.notes.get('page');
      return await next(request);
    },
  },
  'no-browser-is-fine': {
    execute: async (command, next) => {
      const status = await next(command);
      return command.name === 'SHOW' && (status?.sc ?? 0) >= 400 ? { sc: 200 } : status;
    },
  },
  'stops-without-browser': {
    commands: async (commands, run) => {
      const results: (StatusEntry | undefined)[] = [];
      let stopped = false;
      for (const [index, { name }] of commands.entries()) {
        const status: StatusEntry | undefined = stopped ? { sc: 500 } : await run(index);
        results.push(status);
        stopped ||= name === 'SHOW' && (status?.sc ?? 0) >= 400;
      }
      return results;
    },
  },
  'reports-over-the-page': {
    browse: async (url, launch, { send }) => {
      await launch(url);
      const headers = [[FIELD.contentType, MEDIA.response]] as const;
      await send({ method: 'POST', url, headers, body: Buffer.from('{"Status":[{"sc":200}]}') });
    },
  },
  'loads-twice': {
    browse: async (url, launch) => {
      await launch(url);
      await launch(url);
    },
  },
  'opens-home-page': {
    browse: async (url, launch) => {
      await launch(`${new URL(url).origin}/`);
      await launch(url);
    },
  },
};

/** Clients that are unusual about SHOW and break nothing. */
export const CLIENT_INTERACTION_LEGAL: Named<ClientHooks> = {
  'shows-nothing-to-anybody': {
    execute: async (command, next) => (command.name === 'SHOW' ? { sc: 403 } : await next(command)),
  },
};
