import { STATUS } from '../protocol/status.js';
import { DONE, type Runner, serverUriOf } from './command-context.js';
import { Refused } from './refused.js';

/** SHOW (CR 6.2-4a, TS 5.3): starts the browser and goes on at once (D-01, D-02). */
export const show: Runner = async (command, context) => {
  const url = serverUriOf(command);
  await context.browse(url).catch((error: unknown) => {
    throw new Refused(STATUS.NOT_FOUND, `the browser did not start: ${String(error)}`);
  });
  return DONE;
};

/** CONT (TS 5.3): this and every later #3 of the session goes to that address; of several in a package the last counts. */
export const cont: Runner = (command, context) => {
  context.continueAt(serverUriOf(command));
  return DONE;
};
