import type { Observed } from '../model/finding.js';
import type { SeenAlert } from '../protocol/packages.js';
import { BoundedSet } from '../session/bounded.js';
import type { Observation, ReportedRun } from '../session/observation.js';
import { answeredInFull, type FullyAnsweredRun, label, succeeded } from './common.js';
import { NOTHING, oracle } from './oracle.js';
import { mayBeSkipped } from './readings.js';
import { held, violated } from './say.js';

const MOST_ALERTS = 256;

/** An EXEC that was answered 200 or 202, whose alert has not come yet. */
interface Pending {
  readonly run: ReportedRun;
  readonly what: string;
  readonly sc: number;
  /** Alerts that had come before it: they do not tell of it. */
  readonly before: ReadonlySet<string>;
}

/** MOM-15: EXEC runs an executable node (TS 5.3). Shown at a node of which the statement says that it raises an alert when it runs. */
export const execRuns = oracle({
  name: 'management-objects/exec-runs',
  on: 'client',
  requirements: ['MOM-15'],
  sees: ['one', 'three', 'two'],
  create: ({ header }) => {
    const { executableWithAlert } = header.statement.nodes;
    const seenBefore = new BoundedSet<string>(MOST_ALERTS);
    let scenario: string | undefined;
    let pending: Pending | undefined;
    return (seen) => {
      const { session } = seen.kind === 'two' ? seen.run : seen;
      if (session?.scenario !== scenario) {
        scenario = session?.scenario;
        pending = undefined;
        seenBefore.clear();
      }
      const found: Observed[] = [];
      const alerts = alertsOf(seen);
      // An alert that stands in the #3 of the EXEC itself may tell of it.
      const run = answeredInFull(seen);
      const known = run !== undefined && executableWithAlert !== undefined;
      const said = known ? begun(run, executableWithAlert, new Set(seenBefore)) : undefined;
      if (said !== undefined && 'requirement' in said) found.push(said);
      else pending = said ?? pending;
      const due = pending;
      if (due !== undefined && seen.kind !== 'two' && alerts.some((alert) => !due.before.has(keyOf(alert)))) {
        const message = `${due.what} is answered ${due.sc}, and its alert came.`;
        found.push(held('MOM-15', message, seen.session, [seen.request, due.run.three.request, due.run.response]));
        pending = undefined;
      }
      for (const alert of alerts) seenBefore.add(keyOf(alert));
      if (pending !== undefined) found.push(...overdue(seen, pending));
      return found;
    };
  },
});

function keyOf(alert: SeenAlert): string {
  return JSON.stringify(alert.raw);
}

/** Generic Alerts of a #1 or #3, the initiation alerts left out. */
function alertsOf(seen: Observation): readonly SeenAlert[] {
  if (seen.kind !== 'one' && seen.kind !== 'three') return [];
  return (seen.reading.view?.alerts ?? []).filter(({ initiation }) => initiation === undefined);
}

function begun(run: FullyAnsweredRun, uri: string, before: ReadonlySet<string>): Pending | Observed | undefined {
  const command = run.commands.find((one) => one.command.name === 'EXEC' && one.command.clientUris[0] === uri);
  const sc = command?.status.sc;
  if (command === undefined || sc === undefined || command.command.serverUri !== undefined) return undefined;
  if (succeeded(command)) return { run, what: label(command.command), sc, before };
  if (mayBeSkipped(run, command.index)) return undefined;
  const details = { expected: '200 or 202', actual: `${sc}` };
  const message = `${label(command.command)}, of an executable node, is answered ${sc}.`;
  return violated('MOM-15', message, run.session, [run.three.request, run.response], details);
}

/** What was done with 200 is over, so its alert comes no later than with the sessions after it. One that was accepted with 202 may take its time. */
function overdue(seen: Observation, { run, what, sc }: Pending): readonly Observed[] {
  if (sc !== 200 || seen.kind !== 'two' || !seen.run.hasEnd || seen.run.session === run.session) return NOTHING;
  const details = { expected: 'the alert that the node raises', actual: 'none until the end of the next session' };
  return [
    violated(
      'MOM-15',
      `${what} is answered 200, and it did not run.`,
      run.session,
      [run.three.request, seen.run.response],
      details,
    ),
  ];
}
