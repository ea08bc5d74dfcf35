import type { SeenStatus } from '../protocol/packages.js';
import { BoundedMap } from '../session/bounded.js';
import type { ReportedRun, Session } from '../session/observation.js';
import { type AnsweredRun, answered, LONG_PACKAGE } from './common.js';
import { NOTHING, type Oracle, oracle } from './oracle.js';
import { held, violated } from './say.js';

/** Commands whose lone status is remembered for each session. */
const MOST_BASELINES = 64;

interface Vector {
  readonly expected: readonly SeenStatus[];
  readonly actual: readonly SeenStatus[];
}

/**
 * ORD-04: statuses stand in the order of the commands; ORD-10: a failed command has its own status in its place (TS 7.4).
 * What a command's status looks like is learned from packages that hold it alone, so no shape of result has to be known (D-08).
 */
export const statusesInOrder = oracle({
  name: 'ordering/statuses-in-order',
  on: 'client',
  requirements: ['ORD-04', 'ORD-10'],
  sees: ['three'],
  create: () => {
    const learned = new WeakMap<Session, Map<string, SeenStatus>>();
    return (seen) => {
      const run = answered(seen);
      if (run === undefined || run.commands.length > LONG_PACKAGE) return NOTHING;
      const known = learned.get(run.session) ?? new BoundedMap<string, SeenStatus>(MOST_BASELINES);
      learned.set(run.session, known);
      const [only, ...others] = run.commands;
      const [status, ...more] = run.three.reading.view.statuses;
      if (others.length === 0 && more.length === 0) {
        if (only !== undefined && status !== undefined) known.set(JSON.stringify(only.command.raw), status);
      }
      const vector = vectorOf(run, known);
      return vector === undefined ? NOTHING : compare(run, vector);
    };
  },
});

function vectorOf(run: AnsweredRun, known: ReadonlyMap<string, SeenStatus>): Vector | undefined {
  const expected = run.commands.flatMap(({ command }) => known.get(JSON.stringify(command.raw)) ?? []);
  if (expected.length !== run.commands.length) return undefined;
  // Fewer than three different statuses could not show an order.
  return new Set(expected.map(text)).size < 3 ? undefined : { expected, actual: run.three.reading.view.statuses };
}

function compare(run: ReportedRun, { expected, actual }: Vector): ReturnType<ReturnType<Oracle['create']>> {
  const events = [run.three.request, run.response];
  const details = { expected: `[${expected.map(code).join(', ')}]`, actual: `[${actual.map(code).join(', ')}]` };
  const errors = expected.filter(isError);
  if (inOrder(expected) === inOrder(actual)) {
    const found = [held('ORD-04', 'The statuses stand in the order of the commands.', run.session, events, details)];
    const between = expected.slice(1, -1).some(isError);
    if (between && errors.length < expected.length) {
      found.push(held('ORD-10', 'The failed command has its own status in its place.', run.session, events, details));
    }
    return found;
  }
  const sameGood = goodInOrder(expected) === goodInOrder(actual);
  if (sameGood && actual.length < expected.length) {
    return [violated('ORD-10', 'The status of a failed command is missing.', run.session, events, details)];
  }
  if (inAnyOrder(expected) !== inAnyOrder(actual)) return NOTHING;
  if (sameGood) {
    return [violated('ORD-10', 'The status of a failed command is not in its place.', run.session, events, details)];
  }
  return [violated('ORD-04', 'The statuses do not stand in the order of the commands.', run.session, events, details)];
}

function text(status: SeenStatus): string {
  return JSON.stringify(status.raw);
}

function code({ sc, data }: SeenStatus): string {
  const came = JSON.stringify(data);
  const message = `${sc ?? '?'}${came === '{}' ? '' : ` ${came.length > 60 ? `${came.slice(0, 57)}...` : came}`}`;
  return message;
}

function isError({ sc }: SeenStatus): boolean {
  return (sc ?? 0) >= 400;
}

function inOrder(statuses: readonly SeenStatus[]): string {
  return JSON.stringify(statuses.map(text));
}

function inAnyOrder(statuses: readonly SeenStatus[]): string {
  return JSON.stringify(statuses.map(text).sort());
}

/** Those that are no errors. */
function goodInOrder(statuses: readonly SeenStatus[]): string {
  return inOrder(statuses.filter((status) => !isError(status)));
}
