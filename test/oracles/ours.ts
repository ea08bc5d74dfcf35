import type { TraceEvent, TraceHeader } from '../../harness/trace/event.js';

/**
 * What is left of a record when all that shows the target is taken out: the harness's own messages and deeds, but not what became of a handshake that
 * it tried, which is the target's answer.
 */
export function ours(events: readonly TraceEvent[], role: TraceHeader['role']): readonly TraceEvent[] {
  return events.filter((event) =>
    event.kind === 'action' ? event.action.name !== 'tls-probe' : event.kind !== 'process' && event.from !== role,
  );
}
