import type { Observed } from '../model/finding.js';
import type { UnansweredStart } from '../session/book.js';
import { BoundedSet } from '../session/bounded.js';
import type { Observation, Session } from '../session/observation.js';
import type { TraceEvent, TraceHeader } from '../trace/event.js';
import { line } from './common.js';
import { NOTHING, type Oracle, oracle, type Seen } from './oracle.js';
import { held, unclear, violated } from './say.js';

/** SES-01: only the client opens a session, and it does so with a #1 (CR 6.1a). */
export const opensWithOne = oracle({
  name: 'session/opens-with-one',
  on: 'client',
  requirements: ['SES-01'],
  sees: ['one', 'three'],
  create:
    ({ header }) =>
    (seen) => {
      if (seen.kind === 'one' && seen.request.method === 'POST') {
        return [held('SES-01', 'The client opened the session with a #1 by HTTP POST.', seen.session, [seen.request])];
      }
      if (seen.kind === 'one' || seen.standing !== 'no-session') return NOTHING;
      if (header.source === 'har') {
        const message = 'The record begins with a #3: it may have begun in the middle of a session.';
        return [unclear('SES-01', message, seen.request.scenario, [seen.request])];
      }
      const message = 'The first package is a #3: no #1 opened the session.';
      const details = { expected: 'a #1 sent by HTTP POST', actual: `a #3 (${line(seen.request)})` };
      return [violated('SES-01', message, seen.request.scenario, [seen.request], details)];
    },
});

/** SES-05: a session that the client opens by itself says so and carries no identifier (TS 5.2). */
export const saysClientInitiated = oracle({
  name: 'session/says-client-initiated',
  on: 'client',
  requirements: ['SES-05'],
  sees: ['event', 'one', 'two'],
  create: ({ header, book }) => {
    const first = new FirstSessions(header);
    return (seen) => {
      const mayBeFirst = first.see(seen);
      if (seen.kind !== 'one' || book.startOf(seen.session.scenario) === undefined || mayBeCaused(seen)) return NOTHING;
      const alerts = seen.reading.view?.alerts.filter((alert) => alert.initiation !== undefined);
      const wrong = alerts?.find(
        (alert) =>
          alert.initiation === 'ServerInitiatedMgmt' ||
          alert.notificationId !== undefined ||
          (alert.initiation === 'BootstrapComplete' && !mayBeFirst),
      );
      if (wrong !== undefined) {
        const { initiation, notificationId: id } = wrong;
        const message = 'No notification waited for an answer, yet #1 names another reason for the session.';
        const details = {
          expected: 'ClientInitiatedMgmt without a session identifier',
          actual: id === undefined ? `${initiation}` : `${initiation} with session identifier ${id}`,
        };
        return [violated('SES-05', message, seen.session, [seen.request], details)];
      }
      if (alerts?.some((alert) => alert.initiation === 'ClientInitiatedMgmt') !== true) return NOTHING;
      return [
        held('SES-05', '#1 says ClientInitiatedMgmt and carries no session identifier.', seen.session, [seen.request]),
      ];
    };
  },
});

/** Servers to which a BootstrapComplete may be under way. */
const MOST_UNDELIVERED = 64;

/** Which sessions may be the first after a bootstrap, also after one at the factory that no record shows (TS 5.2). */
class FirstSessions {
  /** A process for each session may take each start for its first (D-21). */
  readonly #stateless: boolean;
  /** Where a session said BootstrapComplete and got no #2: what was not delivered is said again (CR 6.1.2). */
  readonly #undelivered = new BoundedSet<string>(MOST_UNDELIVERED);
  #served = false;

  constructor(header: TraceHeader) {
    this.#stateless = header.statement.start.per === 'session';
  }

  /** Whether this #1 may say BootstrapComplete. */
  see(seen: Observation): boolean {
    if (seen.kind === 'event') this.#event(seen.event);
    if (seen.kind === 'two') {
      this.#served = true;
      this.#undelivered.delete(seen.run.session.one.target);
    }
    if (seen.kind !== 'one') return false;
    const { target } = seen.request;
    const mayBe = this.#stateless || !this.#served || this.#undelivered.has(target);
    if (seen.reading.view?.alerts.some(({ initiation }) => initiation === 'BootstrapComplete') === true)
      this.#undelivered.add(target);
    return mayBe;
  }

  /** After a reset the client is as it was when it was started. */
  #event(event: TraceEvent): void {
    if (event.kind === 'action' && event.action.name === 'reset' && event.action.accepted) this.#served = false;
  }
}

/** SES-11: the client works without any notification (CR 6.2-1). */
export const worksUnnotified = oracle({
  name: 'session/works-unnotified',
  on: 'client',
  requirements: ['SES-11'],
  sees: ['two', 'one', 'settled'],
  create: ({ book }) => {
    const caused = new WeakSet<Session>();
    /** A start that nothing had come of when the client was asked again, and the #1 that came then: the other may still be due. */
    let late: { readonly omitted: UnansweredStart; readonly one: Seen<'one'> } | undefined;
    return (seen) => {
      if (seen.kind === 'two' && seen.run.hasEnd && seen.run.number > 1) {
        const { session, response } = seen.run;
        if (caused.has(session)) return NOTHING;
        return [
          held('SES-11', 'A session without a notification ran from #1 to END.', session, [session.one, response]),
        ];
      }
      if (seen.kind === 'settled') {
        if (late?.one.session !== seen.session || seen.session.state !== 'ended') return NOTHING;
        const { omitted, one } = late;
        late = undefined;
        return [forgotten(omitted, one)];
      }
      if (seen.kind !== 'one') return NOTHING;
      late = undefined;
      if (mayBeCaused(seen)) {
        caused.add(seen.session);
        return NOTHING;
      }
      const omitted = book.unansweredStart(seen.session.scenario);
      if (omitted === undefined) return NOTHING;
      book.clearUnanswered(seen.session.scenario);
      if (book.startOf(seen.session.scenario) === omitted.seq) return NOTHING;
      if (omitted.atRest) return [forgotten(omitted, seen)];
      late = { omitted, one: seen };
      return NOTHING;
    };
  },
});

function forgotten({ seq }: UnansweredStart, { session, request }: Seen<'one'>): Observed {
  const message = 'The client accepted to open a session, and opened none until it was asked again.';
  const details = { expected: 'a #1 for each session that was asked for', actual: 'one #1 for two of them' };
  return { ...violated('SES-11', message, session, [], details), events: [seq, request.seq] };
}

/** A notification or a bootstrap may be the reason of the session. */
function mayBeCaused({ notified }: Seen<'one'>): boolean {
  const { answers, expected, bootstraps } = notified;
  return answers !== undefined || expected.length > 0 || bootstraps.length > 0;
}

/** SES-13: after END the client can open another session, with a fresh #1 (CR 6.1a). */
export const opensAnother = oracle({
  name: 'session/opens-another',
  on: 'client',
  requirements: ['SES-13'],
  sees: ['two', 'one', 'three'],
  create: ({ book }) => {
    let lastEnd: number | undefined;
    return (seen) => {
      if (seen.kind === 'two') {
        if (seen.run.hasEnd) lastEnd = seen.run.response.seq;
        return NOTHING;
      }
      if (lastEnd === undefined) return NOTHING;
      if (seen.kind === 'one') {
        const message = 'After END the client opened another session with a fresh #1.';
        return seen.session.ordinal > 1 ? [held('SES-13', message, seen.session, [seen.request])] : NOTHING;
      }
      if (seen.standing !== 'after-end' || (book.lastStart ?? 0) < lastEnd) return NOTHING;
      const message = 'Asked for a new session after END, the client sent a #3 instead of a fresh #1.';
      const details = { expected: 'a #1', actual: line(seen.request) };
      return [violated('SES-13', message, seen.session, [seen.request], details)];
    };
  },
});

export const SESSION_CLIENT: readonly Oracle[] = [opensWithOne, saysClientInitiated, worksUnnotified, opensAnother];
