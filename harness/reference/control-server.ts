import type { CommandList } from '../stimuli/plan.js';
import { type ControlOperation, DONE_ANSWER, NOT_OFFERED, unusable } from './control.js';
import type { ReferenceServer } from './server-core.js';

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
      if (session !== undefined && session !== 'any') return NOT_OFFERED;
      server.queue(device, packages);
      return DONE_ANSWER;
    },
    'POST /notify': () => NOT_OFFERED,
    'POST /reset': () => {
      onReset();
      server.reset();
      return DONE_ANSWER;
    },
  };
}
