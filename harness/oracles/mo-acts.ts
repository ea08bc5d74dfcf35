import { parseClientUri } from '../protocol/client-uri.js';
import type { CommandRun, ReportedRun } from '../session/observation.js';
import type { TraceEvent } from '../trace/event.js';
import { codeOf, isTransfer, requestOf, succeeded } from './common.js';

const ACTS: ReadonlySet<string | undefined> = new Set(['GET', 'HPUT', 'HPOST', 'HGET', 'DELETE', 'EXEC', 'SUB']);

/** The request that a command caused, or else the #3, first. */
export function eventsOf(run: ReportedRun, command: CommandRun): readonly (TraceEvent | undefined)[] {
  return [requestOf(run, command), run.three.request, run.response];
}

/** Said to be done, though nothing was transferred: the status is not true (STA-16), and shows no right. */
function isUntrue(command: CommandRun): boolean {
  return isTransfer(command.command) && succeeded(command) && command.exchanges.length === 0;
}

/** A command in good form that acts on one address, with its status. */
export interface Act {
  readonly command: CommandRun;
  readonly uri: string;
  readonly sc: number;
}

/** Commands in good form that act on one address, with their status. */
export function acts(run: ReportedRun): readonly Act[] {
  return run.commands.flatMap((command) => {
    const [uri] = command.command.clientUris;
    const fits = command.command.standing === 'well-formed' && ACTS.has(command.command.name) && !isUntrue(command);
    const sc = codeOf(command);
    return !fits || uri === undefined || sc === undefined ? [] : [{ command, uri, sc }];
  });
}

export function moidOf(uri: string): string {
  return parseClientUri(uri).uri?.moid ?? '';
}
