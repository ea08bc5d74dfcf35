import { STATUS } from '../protocol/status.js';
import { assertReadable, DONE, locate, type Runner, serverUriOf } from './command-context.js';
import { Refused } from './refused.js';

/** DEFAULT (TS 5.3): one address for each MOID, a new one replaces the old. */
export const setDefault: Runner = (command, context) => {
  const moid = command.params[1] ?? '';
  if (!context.manages(moid)) throw new Refused(STATUS.METHOD_NOT_ALLOWED, `${moid} is not in the account`);
  context.defaults.set(moid, serverUriOf(command));
  return DONE;
};

/** SUB (TS 5.3). */
export const subscribe: Runner = (command, context) => {
  const text = command.clientUris[0] ?? '';
  assertReadable(locate(text, 'read', context));
  context.subscriptions.add(text, serverUriOf(command));
  return DONE;
};

/** UNSUB (TS 5.3): only of a SUB with exactly that ClientURI. */
export const unsubscribe: Runner = (command, context) => {
  const text = command.clientUris[0] ?? '';
  if (!context.subscriptions.remove(text)) throw new Refused(STATUS.NOT_FOUND, `no SUB with ${text}`);
  return DONE;
};
