import type { StatusEntry } from '../protocol/write-packages.js';
import type { ClientHooks } from '../reference/hooks.js';

/** Clients that run commands in another order, or not at all. */
export const CLIENT_ORDERING: Readonly<Record<string, ClientHooks>> = {
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

/** Clients whose statuses are wrong. */
export const CLIENT_STATUS: Readonly<Record<string, ClientHooks>> = {
  'one-status-too-many': { statuses: (statuses) => (statuses.length === 4 ? [...statuses, { sc: 200 }] : statuses) },
  'drops-last-status-of-three': { statuses: (statuses) => (statuses.length === 3 ? statuses.slice(0, 2) : statuses) },
  'code-out-of-range': {
    statuses: (statuses) => statuses.map((status) => (status.sc === 501 ? { ...status, sc: 5010 } : status)),
  },
  'code-unnamed': {
    statuses: (statuses) => statuses.map((status) => (status.sc === 200 ? { ...status, sc: 204 } : status)),
  },
  'keeps-place-to-itself': { statuses: (statuses) => statuses.map(({ URI: _, ...status }) => status) },
  'reports-first-place-only': {
    statuses: (statuses) =>
      statuses.map((status) => (status.URI === undefined ? status : { ...status, URI: status.URI.slice(0, 1) })),
  },
  'absent-is-forbidden': {
    statuses: (statuses) => statuses.map((status) => (status.sc === 404 ? { ...status, sc: 403 } : status)),
  },
  'absent-is-fine': {
    execute: async (command, next) => {
      const status = await next(command);
      return command.name === 'DELETE' && status?.sc === 404 ? { sc: 200 } : status;
    },
  },
  'unknown-is-fine': {
    execute: async (command, next) => (command.standing === 'unknown' ? { sc: 200 } : await next(command)),
  },
  'any-parameters': {
    execute: async (command, next) => (command.standing === 'malformed' ? { sc: 200 } : await next(command)),
  },
  'no-data': { statuses: (statuses) => statuses.map(({ sc, URI }) => (URI === undefined ? { sc } : { sc, URI })) },
  'failed-fetch-is-fine': {
    execute: async (command, next) => {
      const status = await next(command);
      return command.name === 'HGET' && command.standing === 'well-formed' && status !== undefined && status.sc >= 400
        ? { sc: 200 }
        : status;
    },
  },
  'failed-fetch-empties': {
    execute: async (command, next) => {
      const status = await next(command);
      const [uri] = command.clientUris;
      if (command.name === 'HGET' && uri !== undefined && status !== undefined && status.sc >= 400) {
        await next({ ...command, name: 'DELETE', raw: ['DELETE', uri], params: [uri], serverUri: undefined });
      }
      return status;
    },
  },
  'stores-something-else': {
    execute: async (command, next, { own }) => {
      own.notes.set('into a node', command.name === 'HGET' && command.clientUris.length > 0);
      return await next(command);
    },
    transfer: async (request, next, { own }) => {
      const reply = await next(request);
      if (own.notes.get('into a node') !== true || request.method !== 'GET') return reply;
      return { ...reply, body: Buffer.from(reply.body.toString('utf8').replace(/dmc[0-9a-f]+/g, 'something else')) };
    },
  },
  'says-uploaded': {
    execute: async (command, next) =>
      command.name === 'HPOST' && command.standing === 'well-formed' ? { sc: 200 } : await next(command),
  },
  'reports-before-done': {
    commands: async (commands, run) => {
      const results: (StatusEntry | undefined)[] = [];
      for (const [index, { name }] of commands.entries()) {
        const last =
          index === 1 && commands.length === 2 && commands[index]?.standing === 'well-formed' && name === 'HGET';
        if (!last) results.push(await run(index));
        else {
          void run(index);
          results.push({ sc: 200, URI: ['urn:oma:mo:moid:1.0/early/'] });
        }
      }
      return results;
    },
  },
  'returns-siblings': {
    execute: (command, next) => {
      const [uri] = command.clientUris;
      const parent = uri?.includes('moid') === true ? uri.replace(/[^/]+$/, '') : undefined;
      return next(command.name === 'GET' && parent !== undefined ? { ...command, clientUris: [parent] } : command);
    },
  },
};

/** Clients that do not keep to END and CONT. */
export const CLIENT_END: Readonly<Record<string, ClientHooks>> = {
  'stops-at-end': {
    commands: async (commands, run) => {
      const end = commands.findIndex(({ name }) => name === 'END');
      const results: (StatusEntry | undefined)[] = [];
      for (const index of commands.keys()) results.push(end >= 0 && index > end ? undefined : await run(index));
      return results;
    },
  },
  'end-package-ignored': {
    commands: async (commands, run) => {
      const results: (StatusEntry | undefined)[] = [];
      const ends = commands.some(({ name }) => name === 'END');
      for (const index of commands.keys()) results.push(ends ? undefined : await run(index));
      return results;
    },
  },
  'reports-after-end': {
    onEnd: async (statuses, report) => {
      if (statuses.length > 0) await report(statuses);
    },
  },
  'reports-late-after-end': {
    onEnd: (statuses, report, { clock, session }) => {
      if (session % 5 === 0) clock.setTimeout(() => void report([...statuses, { sc: 200 }]), 4900);
    },
  },
  'says-goodbye': {
    onEnd: async (_statuses, report) => {
      await report([]);
    },
  },
  'answers-lone-end': {
    onEnd: async (statuses, report) => {
      if (statuses.length === 0) await report([{ sc: 200 }]);
    },
  },
  'sends-end': {
    requestThree: (request, next) =>
      next({ ...request, body: Buffer.from(`${request.body?.toString('utf8').slice(0, -1)},"CMD":[["END"]]}`) }),
  },
  'follows-cont-late': {
    nextUrl: (url, { own, accountUri }) => (url !== accountUri && own.once(url) ? accountUri : url),
  },
  'ignores-cont': { nextUrl: (_url, { accountUri }) => accountUri },
  'follows-cont-once': {
    nextUrl: (url, { own, accountUri }) => (url === accountUri || own.once(url) ? url : accountUri),
  },
  'follows-cont-for-ever': {
    nextUrl: (url, { conts, scratch }) => {
      const last = conts.at(-1);
      if (last !== undefined) scratch.notes.set('cont', last);
      const kept = scratch.notes.get('cont');
      return typeof kept === 'string' ? kept : url;
    },
  },
  'follows-first-cont': { nextUrl: (url, { conts }) => conts[0] ?? url },
};
