import { type NotificationProblem, type NotificationReading, OPTION, VERSION } from '../protocol/notification.js';
import type { NotificationEvent, TraceHeader } from '../trace/event.js';

/**
 * Why a client must not heed a notification (TS 6.1). `truncated`, `overlong`, `malformed`: it is no Package#0; `version`: an unknown VER; `server`: no
 * account of that SERVER-ID; `digest`: a wrong one; `credentials`: a digest, and no credentials to check it; `stale`: an old TIMESTAMP; `repeat`: the
 * identifier came before.
 */
export type NotificationFault =
  | 'truncated'
  | 'overlong'
  | 'malformed'
  | 'version'
  | 'server'
  | 'digest'
  | 'credentials'
  | 'stale'
  | 'repeat';

/** What the record tells of an account on the client. */
export interface KnownAccount {
  readonly serverId: string;
  /** Where its sessions go, where that is known. */
  readonly uri: string | undefined;
  /** Whether it has credentials for the digest. */
  readonly notification: boolean;
}

/** Without a window in the statement only what is older than a day is surely stale. */
const SURELY_STALE_SECONDS = 86_400;

export interface Examined {
  readonly faults: readonly NotificationFault[];
  /** False when it cannot be told whether the client has to heed it. */
  readonly sure: boolean;
}

/** Examines a notification as a client with that account has to (TS 6.1). */
export function examine(
  { view, problems }: NotificationReading,
  event: NotificationEvent,
  account: KnownAccount | undefined,
  header: TraceHeader,
): Examined {
  // A digest of another length is a wrong one, for whoever can tell.
  const others = event.digest === 'wrong' ? problems.filter((one) => !isShortDigest(one)) : problems;
  const faults: NotificationFault[] = others.map(({ kind }) =>
    kind === 'overlong' ? 'overlong' : kind === 'truncated' || kind === 'missing' ? 'truncated' : 'malformed',
  );
  if (view === undefined || faults.length > 0) return { faults, sure: true };
  if (view.version !== VERSION) faults.push('version');
  if (account === undefined) faults.push('server');
  if (event.digest === 'wrong') faults.push('digest');
  if (view.digest !== undefined && account?.notification === false) faults.push('credentials');
  const age = view.timestamp === undefined ? 0 : secondsAt(header, event) - view.timestamp;
  const window = header.statement.account?.timestampWindowSeconds ?? SURELY_STALE_SECONDS;
  if (age > window) faults.push('stale');
  const unchecked = event.digest === 'unchecked' && account?.notification !== false;
  return { faults, sure: !unchecked && view.reserved === 0 && age > -60 };
}

function isShortDigest({ kind, option }: NotificationProblem): boolean {
  return kind === 'value' && option === OPTION['SHA256-DIGEST'];
}

/** POSIX seconds when the event happened. */
function secondsAt(header: TraceHeader, event: NotificationEvent): number {
  return (Date.parse(header.started) + event.t) / 1000;
}
