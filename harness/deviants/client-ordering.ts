import type { StatusEntry } from '../protocol/write-packages.js';
import type { ClientHooks } from '../reference/hooks.js';
import type { Named } from './deviant.js';

/** Clients that run commands in another order, or not at all. */
export const CLIENT_ORDERING: Named<ClientHooks> = {
  'uploads-first': {
    commands: async (commands, run) => {
      const results: (StatusEntry | undefined)[] = [];
      const creates = (at: number): number =>
        Number(commands[at]?.name === 'HGET' && commands[at].clientUris.length === 0);
      const order = [...commands.keys()].sort((a, b) => creates(a) - creates(b));
      for (const index of order) results[index] = await run(index);
      return Array.from(commands, (_command, index) => results[index]);
    },
  },
  'all-at-once': { commands: (commands, run) => Promise.all(commands.map((_command, index) => run(index))) },
  'uploads-side-by-side': {
    commands: async (commands, run) => {
      const results: (StatusEntry | undefined)[] = [];
      const uploads: Promise<void>[] = [];
      for (const [index, { name }] of commands.entries()) {
        const work = run(index).then((status) => {
          results[index] = status;
        });
        if (name === 'HPUT' || name === 'HPOST') uploads.push(work);
        else await Promise.all([...uploads.splice(0), work]);
      }
      await Promise.all(uploads);
      return Array.from(commands, (_command, index) => results[index]);
    },
  },
  'fetches-take-effect-later': {
    commands: async (commands, run) => {
      const results: (StatusEntry | undefined)[] = [];
      const fetches = [...commands.keys()].filter(
        (index) => commands[index]?.name === 'HGET' && commands[index].clientUris.length > 0,
      );
      for (const index of [...commands.keys()].filter((at) => !fetches.includes(at))) results[index] = await run(index);
      for (const index of fetches) results[index] = await run(index);
      return Array.from(commands, (_command, index) => results[index]);
    },
  },
  'commits-after-the-package': {
    commands: async (commands, run, { own }) => {
      const results: (StatusEntry | undefined)[] = [];
      const fetches: number[] = [];
      own.notes.set('commits', false);
      for (const [index, { name, clientUris }] of commands.entries()) {
        if (name === 'HGET' && clientUris.length > 0) fetches.push(index);
        results.push(await run(index));
      }
      own.notes.set('commits', true);
      for (const index of fetches) results[index] = await run(index);
      return results;
    },
    execute: (command, next, { own }) => {
      own.notes.set('fetch', command.name === 'HGET' && command.clientUris.length > 0);
      return next(command);
    },
    transfer: async (request, next, { own }) => {
      if (own.notes.get('fetch') !== true) return await next(request);
      const fetched = `fetched from ${request.url}`;
      if (own.notes.get('commits') === true) return await (own.notes.get(fetched) as ReturnType<typeof next>);
      const reply = next(request);
      own.notes.set(fetched, reply);
      await reply;
      throw new Error('not yet');
    },
  },
  'swaps-two-reads': {
    statuses: (statuses) => {
      const [first, second] = [...statuses.keys()].filter((index) => statuses[index]?.MO !== undefined);
      if (first === undefined || second === undefined) return statuses;
      return statuses.map(
        (status, index) => statuses[index === first ? second : index === second ? first : index] ?? status,
      );
    },
  },
  'failures-last': {
    statuses: (statuses) =>
      statuses.length === 4 ? [...statuses].sort((a, b) => Number(a.sc >= 400) - Number(b.sc >= 400)) : statuses,
  },
  'failures-left-out': {
    statuses: (statuses) => (statuses.length === 4 ? statuses.filter(({ sc }) => sc < 400) : statuses),
  },
  'refusals-in-reverse': {
    commands: async (commands, run) => {
      const results: (StatusEntry | undefined)[] = [];
      const refused = [...commands.keys()].filter((index) => commands[index]?.standing !== 'well-formed');
      for (const index of commands.keys()) results.push(await run(index));
      const statuses = refused.map((index) => results[index]).reverse();
      for (const [at, index] of refused.entries()) results[index] = statuses[at];
      return results;
    },
  },
  'equal-commands-once': {
    commands: async (commands, run) => {
      const done = new Map<string, StatusEntry | undefined>();
      const results: (StatusEntry | undefined)[] = [];
      for (const [index, { raw }] of commands.entries()) {
        const key = JSON.stringify(raw);
        if (!done.has(key) || raw[0] !== 'HPOST') done.set(key, await run(index));
        results.push(done.get(key));
      }
      return results;
    },
  },
  'uploads-twice': {
    transfer: async (request, next) => {
      if (request.method === 'POST') await next(request);
      return await next(request);
    },
  },
  'stops-at-failure': {
    commands: async (commands, run) => {
      const results: (StatusEntry | undefined)[] = [];
      for (const index of commands.keys()) {
        const failed = results.some((status) => (status?.sc ?? 0) >= 400);
        results.push(failed ? { sc: 500 } : await run(index));
      }
      return results;
    },
  },
  'stops-at-failed-delete': {
    commands: async (commands, run) => {
      const results: (StatusEntry | undefined)[] = [];
      for (const index of commands.keys()) {
        const failed = commands.some(({ name }, at) => name === 'DELETE' && (results[at]?.sc ?? 0) >= 400);
        results.push(failed ? { sc: 500 } : await run(index));
      }
      return results;
    },
  },
  'waits-for-page-before-upload': {
    execute: async (command, next, { own }) => {
      if (command.name === 'HPUT') await own.notes.get('page');
      return await next(command);
    },
    browse: async (url, _launch, { own, send }) => {
      own.notes.set(
        'page',
        send({ method: 'GET', url, headers: [] }).catch(() => undefined),
      );
    },
  },
  'waits-for-page': {
    browse: async (url, _launch, { send }) => {
      await send({ method: 'GET', url, headers: [] });
    },
  },
  'shuffles-ten': {
    commands: async (commands, run) => await backwards(commands.length === 10, commands.length, run),
  },
  'shuffles-a-thousand': {
    commands: async (commands, run) => await backwards(commands.length > 500, commands.length, run),
  },
};

async function backwards(
  really: boolean,
  count: number,
  run: (index: number) => Promise<StatusEntry | undefined>,
): Promise<readonly (StatusEntry | undefined)[]> {
  const results: (StatusEntry | undefined)[] = [];
  const order = Array.from({ length: count }, (_, index) => (really ? count - 1 - index : index));
  for (const index of order) results[index] = await run(index);
  return Array.from({ length: count }, (_, index) => results[index]);
}
