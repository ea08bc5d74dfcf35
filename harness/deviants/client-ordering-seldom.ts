import type { StatusEntry } from '../protocol/write-packages.js';
import type { ClientHooks } from '../reference/hooks.js';
import type { Named } from './deviant.js';

/** Runs commands in this order of their places; the results stand in the order of the package. */
async function inOrderOf(
  places: readonly number[],
  run: (index: number) => Promise<StatusEntry | undefined>,
): Promise<readonly (StatusEntry | undefined)[]> {
  const results: (StatusEntry | undefined)[] = [];
  for (const index of places) results[index] = await run(index);
  return Array.from(places, (_place, index) => results[index]);
}

/** Clients that lose the order now and then: only when there is much to do, or after something went wrong. */
export const CLIENT_ORDERING_SELDOM: Named<ClientHooks> = {
  'posts-last-when-there-is-more': {
    commands: async (commands, run) => {
      const places = [...commands.keys()];
      const isPost = (at: number): boolean => commands.length > 3 && commands[at]?.name === 'HPOST';
      return await inOrderOf([...places.filter((at) => !isPost(at)), ...places.filter(isPost)], run);
    },
  },
  'reads-come-backwards-after-a-failure': {
    statuses: (statuses) => {
      const reads = statuses.filter(({ MO }) => MO !== undefined);
      if (!statuses.some(({ sc }) => sc >= 400)) return statuses;
      return statuses.map((status) => (status.MO === undefined ? status : (reads.pop() ?? status)));
    },
  },
  'three-lanes-from-ten-on': {
    commands: async (commands, run) => {
      const places = [...commands.keys()];
      const lanes = commands.length < 10 ? [places] : [0, 1, 2].map((lane) => places.filter((at) => at % 3 === lane));
      return await inOrderOf(lanes.flat(), run);
    },
  },
};
