import { EventBus } from '../../harness/recorder/bus.js';
import type { PeerHandler } from '../../harness/stimuli/peer.js';
import { WireServer } from '../../harness/stimuli/wire-server.js';
import type { TraceEvent } from '../../harness/trace/event.js';

export interface Recorded {
  readonly bus: EventBus;
  readonly events: TraceEvent[];
  readonly server: WireServer;
}

/** A WireServer whose connections are recorded; the scenario's token is the first path segment that begins with `t-`. */
export async function recordedServer(handler: PeerHandler): Promise<Recorded> {
  const bus = new EventBus();
  const events: TraceEvent[] = [];
  bus.subscribe((event) => events.push(event));
  const claim = (target: string): string | undefined => /\/(t-[^/?]+)/.exec(target)?.[1];
  const server = await WireServer.listen({ handler, tap: { bus, local: 'server', remote: 'client', claim } });
  return { bus, events, server };
}

/** The events of one kind, in order. */
export function ofKind<K extends TraceEvent['kind']>(
  events: readonly TraceEvent[],
  kind: K,
): Extract<TraceEvent, { kind: K }>[] {
  return events.filter((event): event is Extract<TraceEvent, { kind: K }> => event.kind === kind);
}

/** Waits, at most two seconds, until the condition holds. */
export async function until(condition: () => boolean, what: string): Promise<void> {
  const end = Date.now() + 2000;
  while (!condition()) {
    if (Date.now() > end) throw new Error(`not within 2 s: ${what}`);
    await new Promise((resolve) => setTimeout(resolve, 2));
  }
}
