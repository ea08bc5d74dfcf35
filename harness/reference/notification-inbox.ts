import type { Notification } from '../protocol/notification.js';
import { VERSION } from '../protocol/notification.js';
import { readNotification } from '../protocol/read-notification.js';
import { digestStanding } from '../protocol/write-notification.js';
import type { Account } from './default-tree.js';

/** How old a TIMESTAMP may be, in seconds, before the notification is taken for a replay. */
export const TIMESTAMP_WINDOW_SECONDS = 3600;
/** Identifiers remembered for each account; 16 bits wrap, so an old one may come again. */
const MOST_REMEMBERED = 256;

/** Why a notification is not heeded (TS 6.1). */
export type Unheeded = 'malformed' | 'version' | 'server' | 'digest' | 'credentials' | 'stale' | 'repeat';

/** The way that a notification came. */
export type ReceivedBy = 'control' | 'http' | 'udp';

/** A notification as it came in, and what the client makes of it. */
export interface Received {
  readonly bytes: Buffer;
  readonly by: ReceivedBy;
  readonly view: Notification | undefined;
  /** All accounts of the client, the latest last. */
  readonly accounts: readonly Account[];
  /** The account of its SERVER-ID. */
  readonly account: Account | undefined;
  /** Undefined: a session is opened. */
  readonly unheeded: Unheeded | undefined;
}

export interface InboxOptions {
  /** The accounts, the latest last. */
  readonly accounts: () => readonly Account[];
  /** POSIX seconds: TIMESTAMP is compared with real time, whatever clock the device lives by. */
  readonly wallSeconds: () => number;
}

/** Takes the notifications of a device and tells which of them ask for a session (CR 6.1.1, TS 6.1). */
export class NotificationInbox {
  readonly #options: InboxOptions;
  /** Identifiers by SERVER-ID, the latest last. */
  readonly #seen = new Map<string, number[]>();

  constructor(options: InboxOptions) {
    this.#options = options;
  }

  /** Examines the bytes; what is heeded is remembered. Never throws. */
  take(bytes: Buffer, by: ReceivedBy = 'control'): Received {
    const { view, problems } = readNotification(bytes);
    const accounts = this.#options.accounts();
    const account = accounts.find(({ serverId }) => serverId === view?.serverId);
    if (view === undefined || problems.length > 0) return { bytes, by, view, account, accounts, unheeded: 'malformed' };
    const unheeded = this.#fault(bytes, view, account);
    if (unheeded === undefined) this.#remember(view);
    return { bytes, by, view, account, accounts, unheeded };
  }

  #fault(bytes: Buffer, view: Notification, account: Account | undefined): Unheeded | undefined {
    if (view.version !== VERSION) return 'version';
    if (account === undefined) return 'server';
    const digest = digestStanding(bytes, account.notification);
    if (digest === 'wrong') return 'digest';
    if (digest === 'unchecked') return 'credentials';
    if (view.timestamp !== undefined && this.#isStale(view.timestamp)) return 'stale';
    const repeated = view.identifier !== undefined && this.#of(view).includes(view.identifier);
    return repeated ? 'repeat' : undefined;
  }

  #isStale(timestamp: number): boolean {
    return Math.abs(this.#options.wallSeconds() - timestamp) > TIMESTAMP_WINDOW_SECONDS;
  }

  #of({ serverId = '' }: Notification): readonly number[] {
    return this.#seen.get(serverId) ?? [];
  }

  #remember(view: Notification): void {
    if (view.identifier === undefined) return;
    this.#seen.set(view.serverId ?? '', [...this.#of(view), view.identifier].slice(-MOST_REMEMBERED));
  }
}
