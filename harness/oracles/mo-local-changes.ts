import type { Observed } from '../model/finding.js';
import type { Observation } from '../session/observation.js';
import type { ActionEvent, TraceEvent } from '../trace/event.js';
import type { FullyAnsweredRun } from './common.js';
import { NOTHING } from './oracle.js';
import { absent } from './say.js';

/** Changes remembered; the harness's own scenarios stay far below. */
export const MOST_CHANGES = 64;

export type Side = Extract<Observation, { kind: 'side' }>;

/** An accepted `set-node` and its address. */
export function localChange(
  seen: Observation,
): { readonly event: ActionEvent; readonly uri: string; readonly value: string } | undefined {
  if (seen.kind !== 'event' || seen.event.kind !== 'action' || seen.event.action.name !== 'set-node') return undefined;
  const { uri, value, accepted } = seen.event.action;
  return accepted ? { event: seen.event, uri, value: String(value) } : undefined;
}

/** The END of a session that was opened after that event, in the same scenario: what was due before it, is due. */
export function fenceAfter(seen: Observation, event: ActionEvent): TraceEvent | undefined {
  if (seen.kind !== 'two' || !seen.run.hasEnd || seen.run.session.scenario !== event.scenario) return undefined;
  return seen.run.session.one.seq > event.seq ? seen.run.response : undefined;
}

/** A request at a repository that no command of a session caused. */
export function uncaused(seen: Observation, method: string): Side | undefined {
  return seen.kind === 'side' && seen.command === undefined && seen.exchange.request.method === method
    ? seen
    : undefined;
}

/** The client answers 501 to the command. */
export function notThere(run: FullyAnsweredRun, name: string, ids: readonly string[]): readonly Observed[] {
  const command = run.commands.find((one) => one.command.name === name && one.status.sc === 501);
  if (command === undefined) return NOTHING;
  return ids.map((id) =>
    absent(id, `The client has no ${name} (501).`, run.session, [run.three.request, run.response]),
  );
}
