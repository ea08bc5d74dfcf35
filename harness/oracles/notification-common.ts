import { FRESH_IDENTIFIERS, OPTION } from '../protocol/notification.js';
import type { NotificationFault } from '../session/notification-faults.js';
import type { SentNotification } from '../session/notification-log.js';
import type { Seen } from './oracle.js';

/** The client has to heed it. */
export function isValid(sent: SentNotification): boolean {
  return sent.sure && sent.faults.length === 0;
}

/** Whether some option has a number that TS 6.1 does not know. */
export function hasUnknown({ reading }: SentNotification): boolean {
  const known: readonly number[] = Object.values(OPTION);
  return reading.view?.options.some(({ number }) => !known.includes(number)) === true;
}

/** As servers usually send it: SERVER-ID, NOTIFICATION-ID, TIMESTAMP, and a digest where the account has credentials. */
export function isPlain(sent: SentNotification): boolean {
  const { view } = sent.reading;
  if (view?.identifier === undefined || view.connection !== undefined || view.reqMos || lacksProof(sent)) return false;
  return (view.digest !== undefined) === (sent.account?.notification === true);
}

/** Nothing in it shows that it is genuine, or that it is new: a client that wants that is careful, not wrong. */
export function lacksProof({ reading, account }: SentNotification): boolean {
  const { digest, timestamp } = reading.view ?? {};
  return timestamp === undefined || (digest === undefined && account?.notification === true);
}

/** The row that judges a client which heeds a notification with this fault. */
export const ROW_OF: Readonly<Record<NotificationFault, string | undefined>> = {
  digest: 'NOT-07',
  credentials: 'NOT-08',
  server: 'NOT-09',
  truncated: 'NOT-10',
  overlong: 'NOT-10',
  repeat: 'NOT-11',
  stale: 'NOT-12',
  version: 'NOT-16',
  // Which other malformations a client should bear is open.
  malformed: undefined,
};

/** The option without which a client cannot see the fault, and may do so, since it is optional for it. */
export const OPTION_OF: Partial<Record<NotificationFault, string>> = {
  digest: 'SHA256-DIGEST',
  credentials: 'SHA256-DIGEST',
  repeat: 'NOTIFICATION-ID',
  stale: 'TIMESTAMP',
};

/** What is wrong with it, in words. */
export const WORDS: Readonly<Record<NotificationFault, string>> = {
  digest: 'whose digest is wrong',
  credentials: 'with a digest for which the client holds no credentials',
  server: 'from a server of which the client has no account',
  truncated: 'that is cut short',
  overlong: 'with bytes beyond its last option',
  repeat: 'whose identifier came before',
  stale: 'with a stale timestamp',
  version: 'of an unknown version',
  malformed: 'that is malformed',
};

/** Its identifier is one that every run uses: a client may remember it from an earlier one, and ignore it rightly. */
export function mayBeRemembered(sent: SentNotification): boolean {
  const id = identifierOf(sent) ?? FRESH_IDENTIFIERS.from;
  return id < FRESH_IDENTIFIERS.from || id >= FRESH_IDENTIFIERS.to;
}

/** Its NOTIFICATION-ID; undefined when it has none that could be read. */
export function identifierOf({ reading }: SentNotification): number | undefined {
  return reading.view?.identifier;
}

/** `identifier 4711`, for messages. */
export function named(sent: SentNotification): string {
  const id = identifierOf(sent);
  return id === undefined ? 'without an identifier' : `identifier ${id}`;
}

/** What is not UTF-8 JSON says nothing that could be judged here. */
export function isReadable({ reading }: Seen<'one'>): boolean {
  return reading.view !== undefined && reading.problems.every(({ kind }) => kind === 'shape');
}
