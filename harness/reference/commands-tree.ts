import { toMoJson } from '../protocol/mo-data.js';
import { STATUS } from '../protocol/status.js';
import { assertReadable, DONE, locate, locateOne, type Runner, readAddress, serverUriOf } from './command-context.js';
import { itemsFor } from './mo-content.js';
import { Refused } from './refused.js';
import { uriOf } from './tree.js';

/** AlertType of the result of an EXEC that was answered 202. */
export const EXEC_RESULT = 'urn:example:at:exec-result:1.0';

/** GET (TS 5.3): the data comes in member `MO` (D-08); 304 and no data when the cache validator is still right (TS 11). */
export const get: Runner = (command, context) => {
  const text = command.clientUris[0] ?? '';
  const { cv } = readAddress(text, context);
  const places = locate(text, 'read', context);
  assertReadable(places);
  if (cv !== undefined && places.every(({ instance }) => instance.validator === cv)) return { sc: STATUS.NOT_MODIFIED };
  return { sc: STATUS.OK, MO: toMoJson(itemsFor(text, places, true)) };
};

/** DELETE (TS 5.3): the nodes and all below them; refused as a whole where anything of it is permanent. */
export const remove: Runner = (command, context) => {
  const places = locate(command.clientUris[0] ?? '', 'write', context);
  for (const { node } of places) {
    for (const each of node.all()) {
      if (each.permanent || !each.access.has('Delete'))
        throw new Refused(STATUS.METHOD_NOT_ALLOWED, `${each.name} is permanent`);
    }
  }
  for (const place of places) context.tree.remove(place);
  return DONE;
};

/** EXEC (TS 5.3, 5.4): at once; with a ServerURI it is accepted now, and its result goes there by alert in a new session (D-24). */
export const exec: Runner = async (command, context) => {
  const target = command.serverUri === undefined ? undefined : serverUriOf(command);
  const { instance, path, node } = locateOne(command.clientUris[0] ?? '', 'execute', context);
  if (node.action === undefined || !node.access.has('Exec'))
    throw new Refused(STATUS.METHOD_NOT_ALLOWED, `${node.name} is not executable`);
  await node.action((alert) => context.raise({ AlertType: EXEC_RESULT, ...alert }));
  // What it did in its own instance, nobody else knows.
  context.tree.touched(instance, path.slice(0, -1));
  if (target === undefined) return DONE;
  const source = uriOf({ ...instance, path });
  context.raise(
    { AlertType: EXEC_RESULT, SourceURI: source, TargetURI: target, Mark: 'informational', Data: { sc: STATUS.OK } },
    target,
  );
  return { sc: STATUS.ACCEPTED };
};
