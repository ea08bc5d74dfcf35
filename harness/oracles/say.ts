import type { Observed, Outcome } from '../model/finding.js';
import type { Session } from '../session/observation.js';
import type { TraceEvent } from '../trace/event.js';

type Details = Pick<Observed, 'expected' | 'actual' | 'decision' | 'atMost'>;

/** Where a finding is charged: a session, or a scenario's token. */
export type Charged = Session | string | undefined;

type Say = (
  requirement: string,
  message: string,
  charged: Charged,
  events: readonly (TraceEvent | undefined)[],
  details?: Details,
) => Observed;

/** Builds observations of one outcome; the offending event comes first. Called for every package by most oracles, so it copies nothing. */
function sayer(outcome: Outcome): Say {
  return (requirement, message, charged, events, details) => {
    const numbers: number[] = [];
    for (const event of events) if (event !== undefined) numbers.push(event.seq);
    const observed: { -readonly [K in keyof Observed]: Observed[K] } = {
      requirement,
      outcome,
      message,
      events: numbers,
    };
    if (typeof charged === 'object') {
      if (charged.scenario !== undefined) observed.scenario = charged.scenario;
      observed.session = charged.id;
    } else if (charged !== undefined) observed.scenario = charged;
    return details === undefined ? observed : Object.assign(observed, details);
  };
}

export const held = sayer('held');
export const violated = sayer('violated');
export const unclear = sayer('unclear');
export const absent = sayer('absent');
