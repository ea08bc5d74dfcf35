import type { Observed } from '../model/finding.js';
import { notificationIds } from '../protocol/alerts.js';
import type { SentNotification } from '../session/notification-log.js';
import type { Session } from '../session/observation.js';
import { identifierOf, isReadable, isValid, mayBeRemembered, named } from './notification-common.js';
import { NOTHING, type Oracle, oracle, type Seen } from './oracle.js';
import { held, violated } from './say.js';

/** SES-04: the session that a notification causes carries its identifier (CR 6.1a R01; D-07 for the place). */
export const carriesIdentifier = oracle({
  name: 'session/carries-identifier',
  on: 'client',
  requirements: ['SES-04'],
  sees: ['one', 'notification-fence'],
  create: ({ book }) => {
    /** The last session, where it says nothing of a notification. */
    let unexplained: Seen<'one'> | undefined;
    /** The last session, and the one before it. */
    let last: Session | undefined;
    let before: Session | undefined;
    return (seen) => {
      if (seen.kind === 'one') {
        before = last;
        last = seen.session;
        const { answers: sent, again, expected, bootstraps } = seen.notified;
        // The first session after a bootstrap may say so alone (D-21).
        const bare = sent === undefined && bootstraps.length === 0 && isReadable(seen) && !claimsNotification(seen);
        unexplained = bare ? seen : undefined;
        if (sent === undefined) return wrongIdentifier(seen, expected);
        if (again || !isValid(sent)) return NOTHING;
        return [held('SES-04', `#1 carries the ${named(sent)}.`, seen.session, [seen.request, sent.event])];
      }
      if (seen.sent.gaveUp || !isValid(seen.sent)) return NOTHING;
      // Nobody asked for a session but the notification, one came, and none with the identifier did while the clock ran on.
      const one = unexplained;
      if (one === undefined || seen.witness.kind !== 'action' || identifierOf(seen.sent) === undefined) return NOTHING;
      const asked = book.startOf(one.session.scenario) ?? 0;
      const { seq, scenario } = seen.sent.event;
      if (one.session.scenario !== scenario || one.request.seq < seq || asked > seq) return NOTHING;
      // A client that was in a session may have had another one in mind already, which the notification has not caused.
      if ((before?.run?.response.seq ?? 0) > seq) return NOTHING;
      return missing(one, seen.sent);
    };
  },
});

function claimsNotification({ reading }: Seen<'one'>): boolean {
  return reading.view?.alerts.some(({ initiation }) => initiation === 'ServerInitiatedMgmt') === true;
}

function missing({ session, request, reading }: Seen<'one'>, sent: SentNotification): readonly Observed[] {
  const silent = reading.view?.alerts.every(({ initiation }) => initiation === undefined);
  const details = { expected: named(sent), actual: 'none', ...(silent ? { decision: 'D-07' } : {}) };
  const message = 'The session that followed the notification does not carry its identifier.';
  return [violated('SES-04', message, session, [request, sent.event], details)];
}

/** A #1 that names a notification as its reason, and an identifier that none of those under way has. */
function wrongIdentifier(
  { session, request, reading }: Seen<'one'>,
  expected: readonly SentNotification[],
): readonly Observed[] {
  const alerts = reading.view?.alerts.filter(({ initiation }) => initiation === 'ServerInitiatedMgmt');
  const due = expected.filter(isValid);
  const [first] = due;
  if (alerts === undefined || alerts.length === 0 || first === undefined) return NOTHING;
  // One without an identifier, which had to be ignored perhaps, may be the cause.
  if (expected.some((sent) => identifierOf(sent) === undefined)) return NOTHING;
  const ids = alerts.flatMap(({ raw }) => notificationIds(raw));
  const details = {
    expected: due.map(named).join(' or '),
    actual: ids.length === 0 ? 'none' : ids.join(', '),
    // Whether it is there at all nobody can say who does not know where to look.
    ...(ids.length === 0 ? { decision: 'D-07' } : {}),
  };
  const message = '#1 says that a notification caused the session, and does not carry its identifier.';
  return [violated('SES-04', message, session, [request, first.event], details)];
}

/** SES-07: one notification leads to exactly one session (CR 6.1a). */
export const oneForEach = oracle({
  name: 'session/one-for-each',
  on: 'client',
  requirements: ['SES-07'],
  sees: ['one', 'settled'],
  create: () => {
    const causes = new WeakMap<Session, SentNotification>();
    /** The last session that a notification caused. */
    let last: Session | undefined;
    return (seen) => {
      if (seen.kind === 'one') {
        const sent = seen.notified.answers;
        // A session that blames a notification, when none is due, may be a second one of the last.
        if (sent === undefined && last !== undefined && claimsNotification(seen)) causes.delete(last);
        if (sent === undefined || sent.copied || !isValid(sent)) return NOTHING;
        if (!seen.notified.again) {
          causes.set(seen.session, sent);
          last = seen.session;
          return NOTHING;
        }
        // A session that did not come to its END may be tried once more.
        if (sent.session?.state !== 'ended') return NOTHING;
        const details = { expected: 'one session', actual: 'two' };
        const message = `A notification (${named(sent)}) that was sent once led to two sessions.`;
        return [violated('SES-07', message, seen.session, [seen.request, sent.session.one, sent.event], details)];
      }
      const sent = seen.session.state === 'ended' ? causes.get(seen.session) : undefined;
      if (sent === undefined) return NOTHING;
      const message = `A notification (${named(sent)}) led to one session and no other.`;
      return [held('SES-07', message, seen.session, [sent.event, seen.session.one, seen.witness])];
    };
  },
});

/** SES-15: a notification during a session does not relabel it, and is answered by one later session (D-32). */
export const laterSession = oracle({
  name: 'session/later-session',
  on: 'client',
  requirements: ['SES-15'],
  sees: ['one', 'three', 'notification', 'notification-fence'],
  create: () => {
    const during = new WeakMap<Session, SentNotification>();
    /** The last #1 that answers no notification. */
    let stray: Seen<'one'>['request'] | undefined;
    return (seen) => {
      if (seen.kind === 'notification') {
        const { sent } = seen;
        if (sent.during !== undefined && isValid(sent)) during.set(sent.during, sent);
        return NOTHING;
      }
      if (seen.kind === 'one') {
        if (seen.notified.answers === undefined) stray = seen.request;
        return later(seen);
      }
      if (seen.kind === 'three') return relabelled(seen, seen.session && during.get(seen.session));
      if (seen.sent.during === undefined) return NOTHING;
      if (!isValid(seen.sent) || !seen.heeded || seen.sent.during.state !== 'ended') return NOTHING;
      if (mayBeRemembered(seen.sent)) return NOTHING;
      // A session came, and carries no identifier or a wrong one: that is SES-04.
      if ((stray?.seq ?? 0) > seen.sent.event.seq) return NOTHING;
      const message = `A notification (${named(seen.sent)}) that came during a session was answered by none.`;
      const details = { expected: 'a later session with its identifier', actual: 'none', decision: 'D-32' };
      return [violated('SES-15', message, seen.sent.event.scenario, [seen.sent.event, seen.witness], details)];
    };
  },
});

function later({ notified, session, request }: Seen<'one'>): readonly Observed[] {
  const sent = notified.answers;
  // That a session is left without END is the matter of END-11, whatever the reason.
  if (sent?.during?.state !== 'ended' || notified.again || !isValid(sent)) return NOTHING;
  return [held('SES-15', `A later #1 carries the ${named(sent)}.`, session, [request, sent.event])];
}

function relabelled(
  { session, request, reading }: Seen<'three'>,
  sent: SentNotification | undefined,
): readonly Observed[] {
  const id = sent && identifierOf(sent);
  const alert = reading.view?.alerts.find(({ initiation }) => initiation === 'ServerInitiatedMgmt');
  if (id === undefined || alert === undefined || !notificationIds(alert.raw).includes(id)) return NOTHING;
  const details = { expected: 'a session of its own', actual: 'an alert in #3', decision: 'D-32' };
  const message = 'A session under way took over the identifier of a notification.';
  return [violated('SES-15', message, session, [request, sent?.event], details)];
}

export const NOTIFIED_SESSIONS: readonly Oracle[] = [carriesIdentifier, oneForEach, laterSession];
