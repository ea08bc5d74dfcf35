import type { Observed } from '../model/finding.js';
import type { Observation, Session } from '../session/observation.js';
import type { ConnectionEvent, HttpRequestEvent, TraceEvent } from '../trace/event.js';
import { NOTHING, oracle } from './oracle.js';
import { held, violated } from './say.js';

type Action = Extract<TraceEvent, { kind: 'action' }>;

/** Packages after a lost answer, with nobody asking for a session, from which on the client does not end its attempt (D-42). */
const INSISTS = 3;
/** Requests for a session in a row that a client which lives on does not leave unanswered. */
const DEAD_AFTER = 2;
/** How long a client may wait that does not say how long, in milliseconds (D-27). */
const USUAL_LIMIT_MS = 60_000;

interface Asked {
  readonly request: HttpRequestEvent;
  readonly session: Session | undefined;
}

interface Loss {
  readonly how: string;
  readonly session: Session | undefined;
  readonly events: readonly TraceEvent[];
  /** Asked for since: another session. */
  asked: boolean;
  resent: number;
  /** Requests for a session that brought none. */
  unanswered: number;
  /** That they brought none rests on the clock alone. */
  slow: boolean;
}

/** What is going on in one scenario. */
interface Case {
  /** The package that is never answered, since `hold`. */
  withheld: { readonly hold: Action; ms: number; readonly asked: Asked | undefined; left: boolean } | undefined;
  loss: Loss | undefined;
  readonly waiting: Map<string, Asked>;
}

/** HTP-04: a cut connection, or no answer for as long as the client waits, ends the attempt, and the client can open another session (CR 6.1a, D-27, D-42). */
export const lostAnswersEndAttempts = oracle({
  name: 'http/lost-answers-end-attempts',
  on: 'client',
  requirements: ['HTP-04'],
  sees: ['event', 'one', 'three', 'reply', 'two'],
  create: ({ header }) => {
    const declared = header.statement.timeouts?.package;
    const cases = new Map<string, Case>();
    return (seen) => {
      const one = caseOf(cases, seen);
      switch (seen.kind) {
        case 'event':
          if (seen.event.kind === 'connection') return cutOff(cases, seen.event);
          return seen.event.kind === 'action' ? act(one, seen.event, declared) : NOTHING;
        case 'one':
        case 'three':
          one.waiting.set(seen.request.exchange, { request: seen.request, session: seen.session });
          return more(one, seen.request, seen.session);
        case 'reply':
          one.waiting.delete(seen.request.exchange);
          return NOTHING;
        case 'two':
          return seen.run.hasEnd ? livedOn(one, seen.run.response) : NOTHING;
        default:
          return NOTHING;
      }
    };
  },
});

function caseOf(cases: Map<string, Case>, seen: Observation): Case {
  const scenario =
    seen.kind === 'event'
      ? seen.event.scenario
      : seen.kind === 'two'
        ? seen.run.session.scenario
        : requestOf(seen)?.scenario;
  const known = cases.get(scenario ?? '');
  if (known !== undefined) return known;
  if (cases.size > 64) cases.clear();
  const made: Case = { withheld: undefined, loss: undefined, waiting: new Map() };
  cases.set(scenario ?? '', made);
  return made;
}

function requestOf(seen: Observation): HttpRequestEvent | undefined {
  return 'request' in seen ? seen.request : undefined;
}

function lossOf(how: string, session: Session | undefined, events: readonly TraceEvent[]): Loss {
  return { how, session, events, asked: false, resent: 0, unanswered: 0, slow: false };
}

/** A connection ended while a package on it had no answer. */
function cutOff(cases: Map<string, Case>, event: ConnectionEvent): readonly Observed[] {
  if (event.phase !== 'closed' && event.phase !== 'reset') return NOTHING;
  for (const one of cases.values()) {
    for (const [exchange, asked] of one.waiting) {
      if (asked.request.connection !== event.connection) continue;
      one.waiting.delete(exchange);
      if (one.withheld?.asked?.request === asked.request) one.withheld.left ||= event.from === 'client';
      else if (event.from === 'server')
        one.loss ??= lossOf('its connection was cut', asked.session, [event, asked.request]);
    }
  }
  return NOTHING;
}

function act(one: Case, event: Action, declared: number | undefined): readonly Observed[] {
  const { action } = event;
  const { loss } = one;
  if (action.name === 'hold' && action.what === 'the answer')
    one.withheld = { hold: event, ms: 0, asked: [...one.waiting.values()].at(-1), left: false };
  else if (action.name === 'quiet-opened' && one.withheld !== undefined) one.withheld.ms += action.ms;
  else if (action.name === 'release' && action.what === 'the answer') return released(one, event, declared);
  else if (action.name === 'gave-up' && action.waitingFor !== '#1') one.withheld = undefined;
  else if (loss !== undefined && action.name === 'start-session') {
    loss.asked = true;
    if (!action.accepted) return silent(one, loss, event);
  } else if (loss !== undefined && action.name === 'gave-up' && loss.asked) return silent(one, loss, event);
  return NOTHING;
}

/** The withheld answer will not come any more: the client has left by now, or it waits longer than it says. */
function released(one: Case, event: Action, declared: number | undefined): readonly Observed[] {
  const { withheld } = one;
  one.withheld = undefined;
  if (withheld?.asked === undefined) return NOTHING;
  const { asked, hold, ms, left } = withheld;
  const events = [event, hold, asked.request];
  if (left) {
    one.loss = lossOf('no answer had come', asked.session, events);
    return NOTHING;
  }
  if (ms < (declared ?? USUAL_LIMIT_MS)) return NOTHING;
  return [
    violated('HTP-04', 'The client still waited for an answer that did not come.', asked.session, events, {
      expected: `the attempt given up within ${declared ?? USUAL_LIMIT_MS} ms`,
      actual: `the connection still open after ${ms} ms`,
      ...(declared === undefined ? { decision: 'D-27', atMost: 'warn' as const } : {}),
    }),
  ];
}

function silent(one: Case, loss: Loss, event: Action): readonly Observed[] {
  loss.unanswered += 1;
  // A client that has come to rest, or does not even take the request, will open none; any other may be slow (D-34).
  if (event.action.name === 'gave-up' && event.action.afterMs > 0) loss.slow = true;
  if (loss.unanswered < DEAD_AFTER) return NOTHING;
  one.loss = undefined;
  return [
    violated(
      'HTP-04',
      `The client opened no session any more since ${loss.how}.`,
      loss.session,
      [event, ...loss.events],
      {
        expected: 'a #1 for each session that is asked for',
        actual: `none for ${DEAD_AFTER} in a row`,
        ...(loss.slow ? { decision: 'D-27', atMost: 'warn' as const } : {}),
      },
    ),
  ];
}

function more(one: Case, request: HttpRequestEvent, session: Session | undefined): readonly Observed[] {
  const { loss } = one;
  if (loss === undefined || isOfAnother(request, session, loss)) return NOTHING;
  if (loss.asked) {
    loss.unanswered = 0;
    loss.slow = false;
    return NOTHING;
  }
  loss.resent += 1;
  if (loss.resent !== INSISTS) return NOTHING;
  one.loss = undefined;
  return [
    violated(
      'HTP-04',
      `The client sends package after package since ${loss.how}.`,
      loss.session,
      [request, ...loss.events],
      {
        expected: 'the attempt given up',
        actual: `${INSISTS} more packages`,
        decision: 'D-42',
      },
    ),
  ];
}

/** A package of another session than the lost one, which goes its way: one that was under way before, or one that has got a #2 since (D-11). */
function isOfAnother(request: HttpRequestEvent, session: Session | undefined, { session: lost }: Loss): boolean {
  return session !== undefined && session !== lost && session.one !== request;
}

function livedOn(one: Case, end: TraceEvent): readonly Observed[] {
  const { loss } = one;
  if (loss?.asked !== true) return NOTHING;
  one.loss = undefined;
  return [
    held('HTP-04', `The client gave up when ${loss.how}, and ran another session.`, loss.session, [
      ...loss.events,
      end,
    ]),
  ];
}
