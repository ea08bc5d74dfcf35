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
