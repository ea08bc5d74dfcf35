import type { CommandList } from '../stimuli/plan.js';
import { deliverNotification } from '../stimuli/send-notification.js';
import { type ControlOperation, DONE_ANSWER, unusable } from './control.js';
import type { ReferenceServer } from './server-core.js';

/** How long the device may take to accept a notification by HTTP. */
const DELIVERY_MS = 10_000;

function isCommand(value: unknown): value is readonly string[] {
  return Array.isArray(value) && value.every((member) => typeof member === 'string');
}

function isPackage(value: unknown): value is CommandList {
  return Array.isArray(value) && value.every(isCommand);
}

/**
 * Control operations of a server.
 *
 * @param onReset called beside the server's own reset.
 */
export function serverOperations(
  server: ReferenceServer,
  onReset: () => void = () => undefined,
): Readonly<Record<string, ControlOperation>> {
  return {
    'POST /queue': ({ device, packages, session }) => {
      if (typeof device !== 'string' || !Array.isArray(packages) || !packages.every(isPackage)) {
        return unusable('{ "device", "packages": [ [ ["GET", "…"], ["END"] ], … ] }');
      }
      if (session !== undefined && session !== 'any' && session !== 'notified') return unusable('"any" or "notified"');
      server.queue(device, packages, session);
      return DONE_ANSWER;
    },
    'POST /notify': async ({ device, to }) => {
      if (typeof device !== 'string' || (to !== undefined && typeof to !== 'string'))
        return unusable('{ "device", "to"?: an http or udp URL }');
      const bytes = server.notify(device);
      if (to === undefined) return { status: 200, bytes };
      const { accepted, detail } = await deliverNotification(to, bytes, DELIVERY_MS);
      return accepted ? DONE_ANSWER : { status: 502, body: { detail } };
    },
    'POST /reset': () => {
      onReset();
      server.reset();
      return DONE_ANSWER;
    },
  };
}
