import { ALERT } from '../protocol/alerts.js';
import { FIELD } from '../protocol/headers.js';
import { MEDIA } from '../protocol/media-types.js';
import type { StatusEntry } from '../protocol/write-packages.js';
import type { ClientHooks } from '../reference/hooks.js';
import type { Named } from './deviant.js';
import { statusesOf, withField, withReason } from './rewrite.js';

/** Clients that leave the flow. */
export const CLIENT_FLOW: Named<ClientHooks> = {
  'leaves-without-report': {
    requestThree: async (request, next, { own }) =>
      statusesOf(request).length === 2 && own.once('left') ? undefined : await next(request),
  },
  'leaves-after-failure': {
    requestThree: async (request, next) =>
      request.body?.includes('"sc":404') === true ? undefined : await next(request),
  },
  'starts-over': {
    requestThree: (request, next, { own }) => {
      if (statusesOf(request).length !== 2 || !own.once('over')) return next(request);
      const body = Buffer.from(JSON.stringify({ Alert: [{ AlertType: ALERT.client }] }));
      return next({ ...withField(request, FIELD.contentType, MEDIA.initiation), body });
    },
  },
  'gives-up-after-six-rounds': {
    requestThree: async (request, next, context) => (context.package > 6 ? undefined : await next(request)),
  },
  'takes-repeats-for-a-loop': {
    commands: async (commands, run, { own }) => {
      const text = JSON.stringify(commands.map(({ raw }) => raw));
      own.notes.set('loop', own.count(text) > 6);
      const results: (StatusEntry | undefined)[] = [];
      for (const index of commands.keys()) results.push(await run(index));
      return results;
    },
    requestThree: async (request, next, { own }) => (own.notes.get('loop') === true ? undefined : await next(request)),
  },
  'gives-up-after-a-hundred-rounds': {
    requestThree: async (request, next, context) => (context.package > 100 ? undefined : await next(request)),
  },
  'one-of-each-name': {
    commands: async (commands, run) => {
      const done = new Map<string | undefined, StatusEntry | undefined>();
      const results: (StatusEntry | undefined)[] = [];
      for (const [index, { name }] of commands.entries()) {
        if (!done.has(name) || commands.length !== 5) done.set(name, await run(index));
        results.push(done.get(name));
      }
      return results;
    },
  },
  'no-exec-after-upload': {
    execute: async (command, next, { own }) => {
      if (command.name === 'HPUT') own.notes.set('uploaded', true);
      return command.name === 'EXEC' && own.notes.has('uploaded') ? { sc: 501 } : await next(command);
    },
  },
  'knows-no-cont-after-other-work': {
    commands: async (commands, run) => {
      const results: (StatusEntry | undefined)[] = [];
      for (const [index, { name }] of commands.entries()) {
        const late = name === 'CONT' && commands.slice(0, index).some((before) => before.name !== 'CONT');
        results.push(late ? { sc: 501 } : await run(index));
      }
      return results;
    },
  },
  'two-reasons': {
    packageOne: ({ alerts = [], ...rest }) => ({ ...rest, alerts: [...alerts, ...alerts] }),
  },
  'no-reason': { packageOne: (content) => withReason(content) },
};
