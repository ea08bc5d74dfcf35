import type { Role } from '../model/verdict.js';
import type { TraceEvent, TraceHeader } from './event.js';

/** A record as it is judged for one role. */
export interface Side {
  readonly header: TraceHeader;
  /** Whether an event is part of that side's record. */
  readonly sees: (event: TraceEvent) => boolean;
}

/**
 * The record of a pair of foreign implementations (header `counterpart`) as it is judged for a role; of any other record its own role alone, else
 * undefined. The repository and the pages of such a pair are the suite's own, so they say nothing of the server; and each side has a process of its own:
 * that of a client belongs to a session, that of a server to none.
 */
export function sideOf(header: TraceHeader, role: Role): Side | undefined {
  const { counterpart, ...rest } = header;
  if (counterpart === undefined) return role === header.role ? { header, sees: () => true } : undefined;
  const own = role === header.role;
  const { statement, decisions } = own ? header : counterpart;
  return {
    header: { ...rest, role, statement, decisions },
    sees: role === 'client' ? isOfClient : isOfServer,
  };
}

function isOfClient(event: TraceEvent): boolean {
  return event.kind !== 'process' || event.scenario !== undefined;
}

function isOfServer(event: TraceEvent): boolean {
  if (event.kind === 'process') return event.scenario === undefined;
  if (event.kind === 'action' || event.kind === 'notification') return true;
  return event.from === 'server' || event.to === 'server';
}
