import type { Observation, Session } from '../session/observation.js';
import type { HttpResponseEvent, TraceEvent } from '../trace/event.js';
import { line } from './common.js';
import { NOTHING, type OracleContext, oracle, type Seen } from './oracle.js';
import { held, violated } from './say.js';

/**
 * Requests after a malformed #2, with nobody asking for a session, from which on it is a loop and no retry. Fewer may be a report of the fault, one repeat, and
 * the same of a second session that the client opens by itself.
 */
const LOOP = 5;

interface Case {
  readonly session: Session;
  readonly response: HttpResponseEvent;
  /** What last made the client open a session at the time of the malformed #2. */
  readonly cause: number | undefined;
  requests: number;
  blamed: boolean;
}

/** PKG-17: a malformed #2 ends the operation cleanly: no crash, no endless loop, no half-run package (D-30). */
export const survivesMalformed = oracle({
  name: 'packages/survives-malformed',
  on: 'client',
  requirements: ['PKG-17'],
  sees: ['reply', 'one', 'event', 'side'],
  create: ({ header, book, text }) => {
    /** One process for all sessions has no reason to end. */
    const resident = header.statement.start.per !== 'session';
    const cases = new Map<string, Case>();
    /** Sessions that were asked for and have not begun: a client that was busy opens them later, one after another. */
    let owed = 0;
    const blame = (one: Case, message: string, event: TraceEvent, actual: string) => {
      one.blamed = true;
      return [
        violated('PKG-17', message, one.session, [event, one.response], {
          expected: 'the session is given up, and nothing else',
          actual,
        }),
      ];
    };
    return (seen) => {
      if (seen.kind === 'event') owed = owedAfter(seen.event, owed);
      if (seen.kind === 'one' && owed > 0) {
        owed -= 1;
        const busy = cases.get(seen.session.scenario ?? '');
        if (busy !== undefined) busy.requests -= 1;
      }
      if (seen.kind === 'reply') {
        const { response, session, reading } = seen;
        const whole = response.status === 200 && response.defect === undefined;
        if (!whole || session === undefined || seen.to === 'other' || seen.standing === 'after-end') return NOTHING;
        if (reading !== undefined && reading.problems.length === 0) {
          // Whoever runs a session to its END is in no loop, even if nobody asked for it.
          const mine = reading.view?.hasEnd === true ? cases.get(session.scenario ?? '') : undefined;
          if (mine !== undefined) mine.requests = 0;
          return NOTHING;
        }
        const scenario = session.scenario ?? '';
        // Another malformed reply to a client that goes on by itself belongs to the same case.
        if (cases.get(scenario)?.cause !== book.lastCause || !cases.has(scenario)) {
          cases.set(scenario, { session, response, cause: book.lastCause, requests: 0, blamed: false });
        }
        return NOTHING;
      }
      const scenario =
        seen.kind === 'event' ? seen.event.scenario : seen.kind === 'side' ? seen.exchange.request.scenario : undefined;
      const one = cases.get((seen.kind === 'one' ? seen.session.scenario : scenario) ?? '');
      if (one === undefined || one.blamed) return NOTHING;
      if (seen.kind === 'side' && isOfMalformed(seen, one, text)) {
        return blame(
          one,
          'A command of a malformed #2 was carried out.',
          seen.exchange.request,
          line(seen.exchange.request),
        );
      }
      const witness = livedOn(seen, one, book.lastCause, resident);
      if (witness !== undefined) {
        cases.delete(one.session.scenario ?? '');
        return [
          held('PKG-17', 'After a malformed #2 the client gave up the session and lived on.', one.session, [
            one.response,
            witness,
          ]),
        ];
      }
      if (seen.kind !== 'event') return NOTHING;
      const { event } = seen;
      if (event.kind === 'http-request' && event.to === 'server' && book.lastCause === one.cause) {
        one.requests += 1;
        if (one.requests >= LOOP)
          return blame(
            one,
            'The client sends package after package since the malformed #2.',
            event,
            `${LOOP} more requests`,
          );
      }
      if (event.kind === 'process' && event.phase === 'exited' && event.killed !== true) {
        const { signal, code } = event;
        if (signal !== undefined)
          return blame(one, 'The client process was ended by a signal after a malformed #2.', event, signal);
        if (resident) return blame(one, 'The client process ended after a malformed #2.', event, `exit code ${code}`);
      }
      if (event.kind === 'action' && event.action.name === 'start-session' && !event.action.accepted) {
        return blame(
          one,
          'After a malformed #2 the client takes no request for a new session.',
          event,
          event.action.detail ?? 'refused',
        );
      }
      return NOTHING;
    };
  },
});

/**
 * No command caused the exchange, and the malformed #2 names its address. A client may ask a repository for more than a command says, for example by HEAD, for the
 * sound #2 of another session.
 */
function isOfMalformed(
  { command, exchange: { request } }: Seen<'side'>,
  { response }: Case,
  text: OracleContext['text'],
): boolean {
  if (command !== undefined || request.began <= response.t) return false;
  return text(response.body).replaceAll('\\/', '/').includes(request.target);
}

function owedAfter(event: TraceEvent, owed: number): number {
  if (event.kind === 'process' && event.phase === 'exited') return 0;
  return event.kind === 'action' && event.action.name === 'start-session' && event.action.accepted ? owed + 1 : owed;
}

/** A #1 that was asked for, or the orderly end of a process for one session, shows that the client is well. */
function livedOn(seen: Observation, one: Case, cause: number | undefined, resident: boolean): TraceEvent | undefined {
  if (seen.kind === 'one' && cause !== one.cause) return seen.request;
  const event = seen.kind === 'event' && !resident ? seen.event : undefined;
  const orderly =
    event?.kind === 'process' && event.phase === 'exited' && event.killed !== true && event.signal === undefined;
  return orderly ? event : undefined;
}
