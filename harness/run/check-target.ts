import type { Statement } from '../model/statement.js';
import type { Role } from '../model/verdict.js';
import { EventBus } from '../recorder/bus.js';
import type { ProbedOperation } from '../targets/probe.js';
import type { RunContext } from './context.js';
import { Marks } from './marks.js';
import { openTheatre, type TargetChoice } from './theatre.js';

export interface CheckedTarget {
  readonly statement: Statement;
  /** Why it is not there, or opens no session. */
  readonly unreachable?: string;
  readonly operations: readonly ProbedOperation[];
  /** What it printed while it was checked, the last lines. */
  readonly output: readonly string[];
}

const MOST_LINES = 10;

/** Starts an implementation, has one session with it, tries its control operations, and ends it; nothing is judged. */
export async function checkTarget(
  role: Role,
  target: TargetChoice,
  patienceMs: number,
  signal: AbortSignal,
): Promise<CheckedTarget> {
  const bus = new EventBus();
  const output: string[] = [];
  bus.subscribe((event) => {
    if (event.kind === 'process' && event.phase === 'output' && event.detail !== undefined) output.push(event.detail);
    if (output.length > MOST_LINES) output.shift();
  });
  const context: RunContext = { bus, patienceMs, quiet: { real: 0, virtual: 0 }, signal };
  const theatre = await openTheatre({ role, target, context, marks: new Marks('check'), record: true });
  try {
    const unreachable = await theatre.reach();
    const { statement } = theatre;
    if (unreachable !== undefined) return { statement, unreachable, operations: [], output };
    return { statement, operations: await theatre.probe(), output };
  } finally {
    await theatre.close();
  }
}
