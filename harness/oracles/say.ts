import type { Observed, Outcome } from '../model/finding.js';
import type { Session } from '../session/observation.js';
import type { TraceEvent } from '../trace/event.js';

type Details = Pick<Observed, 'expected' | 'actual' | 'decision' | 'atMost'>;

/** Where a finding is charged: a session, or a scenario's token. */
export type Charged = Session | string | undefined;

/** Builds an observation; the offending event comes first. */
export function say(
  outcome: Outcome,
  requirement: string,
  message: string,
  charged: Charged,
  events: readonly (TraceEvent | undefined)[],
  details: Details = {},
): Observed {
  const scenario = typeof charged === 'object' ? charged.scenario : charged;
  return {
    requirement,
    outcome,
    message,
    events: events.flatMap((event) => (event === undefined ? [] : [event.seq])),
    ...(scenario === undefined ? {} : { scenario }),
    ...(typeof charged === 'object' ? { session: charged.id } : {}),
    ...details,
  };
}

type Say = (
  requirement: string,
  message: string,
  charged: Charged,
  events: readonly (TraceEvent | undefined)[],
  details?: Details,
) => Observed;

export const held: Say = (...rest) => say('held', ...rest);
export const violated: Say = (...rest) => say('violated', ...rest);
export const unclear: Say = (...rest) => say('unclear', ...rest);
export const absent: Say = (...rest) => say('absent', ...rest);
