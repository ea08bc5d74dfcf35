import type { SeenCommand } from '../protocol/packages.js';
import { STATUS } from '../protocol/status.js';
import type { StatusEntry } from '../protocol/write-packages.js';
import type { CommandContext, Runner } from './command-context.js';
import { cont, show } from './commands-session.js';
import { hget, hpost, hput } from './commands-transfer.js';
import { exec, get, remove } from './commands-tree.js';
import { setDefault, subscribe, unsubscribe } from './commands-watch.js';
import { Refused } from './refused.js';

/** All but END, which the session itself heeds. */
const RUNNERS: Readonly<Record<string, Runner>> = {
  HGET: hget,
  HPUT: hput,
  HPOST: hpost,
  DELETE: remove,
  EXEC: exec,
  GET: get,
  SHOW: show,
  CONT: cont,
  DEFAULT: setDefault,
  SUB: subscribe,
  UNSUB: unsubscribe,
};

/**
 * Carries out one command and says its status: 501 for one that the client lacks, 400 for a malformed one (D-05), undefined for END, which
 * has none. Never rejects.
 */
export async function executeCommand(command: SeenCommand, context: CommandContext): Promise<StatusEntry | undefined> {
  const { name, standing } = command;
  if (name === 'END') return undefined;
  if (standing === 'malformed' || name === undefined) return { sc: STATUS.BAD_REQUEST };
  const runner = standing === 'unknown' || !context.implements(name) ? undefined : RUNNERS[name];
  if (runner === undefined) return { sc: STATUS.NOT_IMPLEMENTED };
  try {
    return await runner(command, context);
  } catch (error) {
    // Anything else is a mistake of this client, and none of the server's: it says so and lives on.
    return { sc: error instanceof Refused ? error.sc : 500 };
  }
}

/** Carries out commands strictly one after another, whatever each of them returns (CR 6.2-4; D-05, D-15). */
export async function executeInOrder(
  count: number,
  run: (index: number) => Promise<StatusEntry | undefined>,
  stopped: () => boolean,
): Promise<readonly (StatusEntry | undefined)[]> {
  const statuses: (StatusEntry | undefined)[] = [];
  for (let index = 0; index < count && !stopped(); index += 1) statuses.push(await run(index));
  return statuses;
}
