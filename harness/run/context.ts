import type { EventBus } from '../recorder/bus.js';
import type { Action } from '../trace/event.js';

/** Virtual milliseconds of a quiet time; costs no real time, and stays below what peers take for a lost answer. */
const VIRTUAL_QUIET_MS = 5_000;
/** Real milliseconds of a quiet time. */
const REAL_QUIET_MS = 250;

export interface QuietCounts {
  real: number;
  virtual: number;
}

/** What all scenarios of a run share. */
export interface RunContext {
  readonly bus: EventBus;
  /** How long the harness waits for a package, in milliseconds (D-27). */
  readonly patienceMs: number;
  readonly quiet: QuietCounts;
  /** Aborts waits when the run is cut short. */
  readonly signal: AbortSignal;
  /** Told when what the target runs on is gone: nothing more can come of the run. */
  readonly lost?: (why: string) => void;
}

/** Records something the harness did itself. */
export function act(context: RunContext, scenario: string, action: Action): void {
  context.bus.emit({ kind: 'action', scenario, action });
}

type Advance = ((ms: number) => Promise<unknown>) | undefined;

/**
 * A stated quiet time, recorded, on the target's virtual clock where it has one, else in real time (design: silence).
 * @param why what must not happen in it.
 * @param virtualMs how long on a virtual clock.
 */
export async function quietTime(
  context: RunContext,
  scenario: string,
  why: string,
  advance: Advance,
  virtualMs = VIRTUAL_QUIET_MS,
): Promise<void> {
  const mode = advance === undefined ? 'real' : 'virtual';
  const ms = mode === 'real' ? REAL_QUIET_MS : virtualMs;
  context.quiet[mode] += 1;
  act(context, scenario, { name: 'quiet-opened', mode, ms, why });
  if (advance === undefined) await sleep(ms);
  else await advance(ms);
  act(context, scenario, { name: 'quiet-closed', mode });
}

export function sleep(ms: number): Promise<void> {
  return new Promise((resolve) => {
    setTimeout(resolve, ms);
  });
}

/** Resolves true when the promise does within `ms` milliseconds or the run is aborted meanwhile (then false), false otherwise. */
export async function within(promise: Promise<unknown>, ms: number, signal: AbortSignal): Promise<boolean> {
  if (signal.aborted) return false;
  let timer: NodeJS.Timeout | undefined;
  let stop: (() => void) | undefined;
  const limit = new Promise<false>((resolve) => {
    timer = setTimeout(() => resolve(false), ms);
    stop = () => resolve(false);
    signal.addEventListener('abort', stop, { once: true });
  });
  try {
    return await Promise.race([promise.then(() => true), limit]);
  } finally {
    clearTimeout(timer);
    if (stop !== undefined) signal.removeEventListener('abort', stop);
  }
}
