import { parseClientUri } from '../protocol/client-uri.js';
import type { CommandRun, PackageRun } from '../session/observation.js';
import type { TraceEvent } from '../trace/event.js';
import { succeeded } from './common.js';

const ACTS: ReadonlySet<string> = new Set(['GET', 'HPUT', 'HPOST', 'HGET', 'DELETE', 'EXEC', 'SUB']);

/** The request that a command caused, or else the #3, first. */
export function eventsOf(run: PackageRun, command: CommandRun): readonly (TraceEvent | undefined)[] {
  return [command.exchanges[0]?.request ?? run.three?.request, run.three?.request, run.response];
}

const TRANSFERS: ReadonlySet<string> = new Set(['HGET', 'HPUT', 'HPOST']);

/** Said to be done, though nothing was transferred: the status is not true (STA-16), and shows no right. */
function isUntrue(command: CommandRun): boolean {
  return TRANSFERS.has(command.command.name ?? '') && succeeded(command) && command.exchanges.length === 0;
}

/** A command in good form that acts on one address, with its status. */
export interface Act {
  readonly command: CommandRun;
  readonly uri: string;
  readonly sc: number;
}

/** Commands in good form that act on one address, with their status. */
export function acts(run: PackageRun): readonly Act[] {
  return run.commands.flatMap((command) => {
    const [uri] = command.command.clientUris;
    const fits =
      command.command.standing === 'well-formed' && ACTS.has(command.command.name ?? '') && !isUntrue(command);
    return !fits || uri === undefined || command.status?.sc === undefined
      ? []
      : [{ command, uri, sc: command.status.sc }];
  });
}

export function moidOf(uri: string): string {
  return parseClientUri(uri).uri?.moid ?? '';
}
