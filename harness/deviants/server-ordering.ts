import type { ServerHooks } from '../reference/hooks.js';
import type { Named } from './deviant.js';
import { ends, followedBy, hasWork, onWire } from './rewrite.js';

/** Servers that send more than they should, or in another order. */
export const SERVER_ORDERING: Named<ServerHooks> = {
  'says-it-twice': {
    reply: (reply) => (hasWork(reply) ? followedBy(reply, onWire(reply), () => Promise.resolve()) : reply),
  },
  'speaks-unasked': {
    // Just before the quiet time is over, on the connection of the device's second session.
    reply: (reply, _request, { clock, session }) =>
      ends(reply) && session === 2 ? followedBy(reply, onWire(reply), () => clock.sleep(4900)) : reply,
  },
  'plan-backwards': { commands: (commands) => [...commands].reverse() },
  'repeats-left-out': {
    commands: (commands) => [...new Map(commands.map((command) => [JSON.stringify(command), command])).values()],
  },
};
