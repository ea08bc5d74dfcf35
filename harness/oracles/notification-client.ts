import type { Observed } from '../model/finding.js';
import { field } from '../session/classify.js';
import type { NotificationFault } from '../session/notification-faults.js';
import type { SentNotification } from '../session/notification-log.js';
import { pathOf } from '../session/side-exchanges.js';
import type { HttpRequestEvent } from '../trace/event.js';
import {
  hasUnknown,
  identifierOf,
  isPlain,
  isValid,
  lacksProof,
  mayBeRemembered,
  named,
  OPTION_OF,
  ROW_OF,
  WORDS,
} from './notification-common.js';
import { NOTHING, type Oracle, oracle, type Seen } from './oracle.js';
import { absent, held, unclear, violated } from './say.js';
import { UnaskedSessions } from './unasked-sessions.js';

/**
 * NOT-07 to NOT-12 and NOT-16: a notification that must be ignored opens no session (TS 6.1). Ignored is shown by a fence: a later notification is
 * answered, and its session has come to END.
 */
export const ignoresBad = oracle({
  name: 'notification/ignores-bad',
  on: 'client',
  requirements: ['NOT-07', 'NOT-08', 'NOT-09', 'NOT-10', 'NOT-11', 'NOT-12', 'NOT-16'],
  sees: ['event', 'one', 'notification-fence'],
  create: ({ header }) => {
    const declared: readonly (string | undefined)[] | undefined = header.statement.supports?.notification;
    const unasked = new UnaskedSessions();
    return (seen) => {
      if (seen.kind !== 'notification-fence') unasked.see(seen);
      if (seen.kind === 'event') return NOTHING;
      const sent = seen.kind === 'one' ? seen.notified.answers : seen.sent;
      const fault = sent && onlyFault(sent);
      if (sent === undefined || fault === undefined) return NOTHING;
      const row = ROW_OF[fault];
      if (row === undefined) return NOTHING;
      if (seen.kind === 'one') {
        const option = OPTION_OF[fault];
        return heeded(row, fault, sent, seen, option === undefined || declared?.includes(option) === true);
      }
      if (!seen.heeded) return NOTHING;
      const stray = unasked.since(sent.event.seq, sent.event.scenario);
      if (stray !== undefined) {
        const message = `A session that nobody asked for came after a notification ${WORDS[fault]}, and says nothing of it.`;
        return [unclear(row, message, sent.event.scenario, [stray, sent.event])];
      }
      const message = `A notification ${WORDS[fault]} opened no session; a later one did.`;
      return [held(row, message, sent.event.scenario, [sent.event, seen.witness])];
    };
  },
});

/** The one thing that is wrong with it: with several, nobody knows which of them the client saw. */
function onlyFault(sent: SentNotification): NotificationFault | undefined {
  return sent.faults.length === 1 && sent.sure ? sent.faults[0] : undefined;
}

function heeded(
  row: string,
  fault: NotificationFault,
  sent: SentNotification,
  { session, request }: Seen<'one'>,
  must: boolean,
): readonly Observed[] {
  const events = [request, sent.event];
  const message = `A notification ${WORDS[fault]} (${named(sent)}) was answered by a session.`;
  if (!must) {
    return [absent(row, `${message} The statement does not declare ${OPTION_OF[fault]}.`, session, events)];
  }
  // How the end of a notification and its version are to be read is ours, and so is what a digest of another length is.
  const short = fault === 'digest' && sent.reading.problems.length > 0;
  const open = fault === 'overlong' || fault === 'version' || short ? { decision: 'D-12' } : {};
  return [
    violated(row, message, session, events, { expected: 'no session', actual: 'a #1 with its identifier', ...open }),
  ];
}

/**
 * SES-03: a valid notification makes the client open a session (CR 6.1a); NOT-13: unknown options are skipped; NOT-14: every allowed combination of
 * options is heeded (TS 6.1); NOT-10: the client lives on after a malformed one. That none was answered is told only of a client that answered some (D-12).
 */
export const heedsGood = oracle({
  name: 'notification/heeds-good',
  on: 'client',
  requirements: ['SES-03', 'NOT-10', 'NOT-13', 'NOT-14'],
  sees: ['one', 'notification', 'notification-fence'],
  create: () => {
    /** The last malformed notification of the scenario. */
    let malformed: SentNotification | undefined;
    return (seen) => {
      if (seen.kind === 'notification') {
        if (seen.sent.faults.some((fault) => ROW_OF[fault] === 'NOT-10')) malformed = seen.sent;
        return NOTHING;
      }
      if (seen.kind === 'one') return answered(seen);
      if (!isValid(seen.sent)) return NOTHING;
      return omitted(seen, malformed);
    };
  },
});

function rowsOf(sent: SentNotification): readonly string[] {
  if (hasUnknown(sent)) return ['NOT-13'];
  return isPlain(sent) ? ['SES-03', 'NOT-14'] : ['NOT-14'];
}

function answered({ notified, session, request }: Seen<'one'>): readonly Observed[] {
  const sent = notified.answers;
  if (sent === undefined || notified.again || !isValid(sent)) return NOTHING;
  const message = `A notification by ${sent.event.via} (${named(sent)}) was answered by a session.`;
  return rowsOf(sent).map((row) => held(row, message, session, [request, sent.event]));
}

function omitted(
  { sent, witness, heeded: some }: Seen<'notification-fence'>,
  malformed: SentNotification | undefined,
): readonly Observed[] {
  const row = rowsOf(sent)[0] ?? 'SES-03';
  const { scenario } = sent.event;
  const events = [sent.event, witness];
  // One that came during a session is the matter of SES-15; without an identifier its session cannot be told from others.
  if (!sent.gaveUp || sent.during !== undefined || identifierOf(sent) === undefined) return NOTHING;
  if (!some) {
    const message = 'The client has answered none of our notifications: it may read Package#0 otherwise (D-12).';
    return [unclear(row, message, scenario, events)];
  }
  if (mayBeRemembered(sent)) {
    const message = `A valid notification (${named(sent)}) opened no session; the client may remember it from an earlier run.`;
    return [unclear(row, message, scenario, events)];
  }
  const details = {
    expected: 'a #1 with its identifier',
    actual: 'none',
    ...(row === 'NOT-13' ? { decision: 'D-12' } : {}),
    ...(lacksProof(sent) ? { atMost: 'warn' as const } : {}),
  };
  const found = [violated(row, `A valid notification (${named(sent)}) opened no session.`, scenario, events, details)];
  if (malformed?.event.scenario !== scenario) return found;
  const message = 'After a malformed notification the client did not heed a valid one.';
  return [...found, violated('NOT-10', message, scenario, [sent.event, malformed?.event], details)];
}

/** NOT-17: the session goes to the address in the account that SERVER-ID names (TS 6.1). */
export const goesToAccount = oracle({
  name: 'notification/goes-to-account',
  on: 'client',
  requirements: ['NOT-17'],
  sees: ['one'],
  create: ({ book, header }) => {
    /** Where the sessions of the stated account go: seen when the client opened one by itself, before it had any other account. */
    let home: { readonly scenario: string | undefined; readonly url: string } | undefined;
    return (seen) => {
      const { answers: sent, again, expected, bootstraps } = seen.notified;
      const { scenario } = seen.session;
      const { request } = seen;
      const own = sent === undefined && expected.length === 0 && bootstraps.length === 0;
      if (own && home?.scenario !== scenario && book.startOf(scenario) !== undefined)
        home = { scenario, url: urlOf(request) };
      if (sent === undefined || again || !isValid(sent)) return NOTHING;
      const stated = sent.account?.serverId === header.statement.account?.serverId;
      const due = sent.account?.uri ?? (stated && home?.scenario === scenario ? home?.url : undefined);
      if (due === undefined) return NOTHING;
      const events = [request, sent.event];
      if (goesTo(request, due))
        return [held('NOT-17', 'The session went to the address of the account.', seen.session, events)];
      const details = { expected: due, actual: urlOf(request) };
      return [
        violated('NOT-17', 'The session went to another address than the account has.', seen.session, events, details),
      ];
    };
  },
});

/** Address of a #1, as far as the request tells; its scheme does not stand in its bytes. */
function urlOf({ headers, target }: HttpRequestEvent): string {
  return URL.canParse(target) ? target : `http://${field(headers, 'host') ?? 'unnamed'}${target}`;
}

/** Path and query decide; the host too, where the request names it. */
function goesTo(request: HttpRequestEvent, due: string): boolean {
  const url = urlOf(request);
  if (!URL.canParse(due) || !URL.canParse(url) || pathOf(due) !== pathOf(url)) return false;
  const wanted = new URL(due);
  // Read with the scheme that is due, a host with the usual port is the host without it.
  const named = `${wanted.protocol}//${new URL(url).host}`;
  return field(request.headers, 'host') === undefined || (URL.canParse(named) && new URL(named).host === wanted.host);
}

export const NOTIFICATION_CLIENT: readonly Oracle[] = [ignoresBad, heedsGood, goesToAccount];
