import type { Observed } from '../model/finding.js';
import { OPTION } from '../protocol/notification.js';
import type { QueuedPlan } from '../session/book.js';
import { BoundedMap, BoundedSet } from '../session/bounded.js';
import { marksIn } from '../session/marks.js';
import type { SentNotification } from '../session/notification-log.js';
import type { Session } from '../session/observation.js';
import { commandsIn, describeReply, isPlain, isTwo, type Reply } from './common-server.js';
import { deviceKey } from './device-key.js';
import { identifierOf, named } from './notification-common.js';
import { NOTHING, type Oracle, oracle } from './oracle.js';
import { held, unclear, violated } from './say.js';

/** Devices whose last notification is remembered. */
const MOST_DEVICES = 256;

/**
 * NOT-15: different requests to one device carry different identifiers, one that is sent again keeps its own; NOT-20: none with another identifier
 * while one is unanswered (TS 6.1).
 */
export const identifiersDiffer = oracle({
  name: 'notification/identifiers-differ',
  on: 'server',
  requirements: ['NOT-15', 'NOT-20'],
  sees: ['notification'],
  create: () => {
    const last = new BoundedMap<string, SentNotification>(MOST_DEVICES);
    /** Of those that were sent again: the first of them. */
    const firsts = new WeakMap<SentNotification, SentNotification>();
    return (seen) => {
      if (identifierOf(seen.sent) === undefined) return NOTHING;
      const { sent } = seen;
      const key = deviceKey(sent.event);
      const before = last.get(key);
      last.set(key, sent);
      if (before === undefined) return NOTHING;
      const session = before.session ?? firsts.get(before)?.session;
      if (session !== undefined) return afterwards(before, sent, session);
      if (identifierOf(before) === identifierOf(sent) && isRepeat(before, sent))
        firsts.set(sent, firsts.get(before) ?? before);
      return whileUnanswered(before, sent);
    };
  },
});

function whileUnanswered(before: SentNotification, sent: SentNotification): readonly Observed[] {
  const events = [sent.event, before.event];
  const { scenario } = sent.event;
  if (identifierOf(sent) !== identifierOf(before)) {
    const details = { expected: named(before), actual: named(sent) };
    return [
      held('NOT-15', 'Another request had another identifier.', scenario, events),
      violated('NOT-20', 'While a notification was unanswered, another one went out.', scenario, events, details),
    ];
  }
  if (isRepeat(before, sent)) {
    return [
      held('NOT-15', 'A request that was sent again kept its identifier.', scenario, events),
      held('NOT-20', 'While a notification was unanswered, none but itself went out.', scenario, events),
    ];
  }
  const details = { expected: 'another identifier', actual: named(sent) };
  return [violated('NOT-15', 'Two different requests had one identifier.', scenario, events, details)];
}

/** An identifier that is used again at once looks like a repeat; but nobody says for how long it must not be. */
function afterwards(before: SentNotification, sent: SentNotification, session: Session): readonly Observed[] {
  const events = [sent.event, before.event];
  const { scenario } = sent.event;
  // A #1 that the server did not get, or did not serve, has answered nothing.
  if (session.rounds === 0) return NOTHING;
  if (identifierOf(sent) !== identifierOf(before))
    return [held('NOT-15', 'The next request had another identifier.', scenario, events)];
  const details = { expected: 'another identifier', actual: named(sent), atMost: 'warn' as const };
  return [violated('NOT-15', 'The next request had the identifier of the one before.', scenario, events, details)];
}

/** Options that a request which is sent again need not have as before, and those that other rows judge: NOT-04 and NOT-05. */
const VARYING: ReadonlySet<number> = new Set([
  OPTION.TIMESTAMP,
  OPTION['SHA256-DIGEST'],
  OPTION['PREFERRED-CON-TYPE'],
  OPTION['SERVER-ID'],
  OPTION['NOTIFICATION-ID'],
]);

/** The same request once more. One that does not name its server may be of any. */
function isRepeat(before: SentNotification, sent: SentNotification): boolean {
  const [was, is] = [before.reading.view?.serverId, sent.reading.view?.serverId];
  if (was !== undefined && is !== undefined && was !== is) return false;
  return requestOf(before) === requestOf(sent);
}

/** What tells requests apart: all but the time, the digest over it, and the way in which the session is wanted. */
function requestOf({ reading }: SentNotification): string | undefined {
  const options = reading.view?.options.filter(({ number }) => !VARYING.has(number));
  return JSON.stringify(options?.map(({ number, value }) => [number, value]));
}

/** SES-06: the server recognises its identifier (CR 6.1a R01), seen by a plan kept for the notified session; NOT-19: it serves the session that it asked for (CR 6.1.1). */
export const knowsItsIdentifier = oracle({
  name: 'session/knows-its-identifier',
  on: 'server',
  requirements: ['SES-06', 'NOT-19'],
  sees: ['one', 'reply'],
  create: ({ book }) => {
    const causes = new WeakMap<Session, SentNotification>();
    /** Sessions of the device's own, opened while a notification was unanswered, that got nothing of the plan; by scenario and device. */
    const passedBy = new BoundedMap<string, Reply>(MOST_DEVICES);
    /** Devices whose plan has gone to a session of their own. */
    const taken = new BoundedSet<string>(MOST_DEVICES);
    return (seen) => {
      if (seen.kind === 'one') {
        const { answers, again } = seen.notified;
        if (answers !== undefined && !again) causes.set(seen.session, answers);
        return NOTHING;
      }
      if (seen.to !== 'one') return NOTHING;
      const { session } = seen;
      const key = deviceKey(session);
      const sent = causes.get(session);
      const plan = book.notifiedPlans(session.scenario).find(({ device }) => device === session.device);
      if (sent === undefined) {
        if (plan === undefined || !isTwo(seen)) return NOTHING;
        if (!holds(seen, plan)) {
          passedBy.set(key, seen);
          return NOTHING;
        }
        taken.add(key);
        return mixedUp(seen, session);
      }
      const served = serves(seen, session, sent);
      const before = passedBy.get(key);
      if (plan === undefined || before === undefined || taken.has(key) || !isTwo(seen)) return served;
      return [...served, ...ties(seen, session, sent, plan, before)];
    };
  },
});

function mixedUp(seen: Reply, session: Session): readonly Observed[] {
  const message = 'A session that the device opened by itself was given the plan of the notified one.';
  const details = { expected: 'nothing of that plan', actual: 'its first package' };
  return [violated('SES-06', message, session, [seen.response, seen.request], details)];
}

function ties(
  seen: Reply,
  session: Session,
  sent: SentNotification,
  plan: QueuedPlan,
  before: Reply,
): readonly Observed[] {
  const events = [seen.response, seen.request, sent.event, before.response];
  if (holds(seen, plan)) {
    const message = 'The plan for the notified session went to the session with its identifier, and to no other.';
    return [held('SES-06', message, session, events)];
  }
  const details = { expected: 'the plan kept for it', actual: describeReply(seen), decision: 'D-07' };
  const message = 'The session with the identifier of the notification was not given the plan kept for it.';
  return [violated('SES-06', message, session, events, details)];
}

function serves(seen: Reply, session: Session, sent: SentNotification): readonly Observed[] {
  const events = [seen.response, seen.request, sent.event];
  if (isTwo(seen)) return [held('NOT-19', 'The session that the server asked for was served.', session, events)];
  const usual = isPlain(seen.request) && seen.response.defect === undefined;
  return usual
    ? [unclear('NOT-19', `The server asked for a session and refused it (${describeReply(seen)}).`, session, events)]
    : NOTHING;
}

/** The reply has something of the plan, seen by its unique values. */
function holds(seen: Reply, plan: QueuedPlan): boolean {
  const marks = marksIn(JSON.stringify(plan.packages));
  const found = marksIn(JSON.stringify(commandsIn(seen).map(({ raw }) => raw)));
  return [...found].some((mark) => marks.has(mark));
}

export const NOTIFYING_SERVER: readonly Oracle[] = [identifiersDiffer, knowsItsIdentifier];
