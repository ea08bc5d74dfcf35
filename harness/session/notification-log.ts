import { notificationIds } from '../protocol/alerts.js';
import type { NotificationReading } from '../protocol/notification.js';
import type { PackageOne } from '../protocol/packages.js';
import { readNotification } from '../protocol/read-notification.js';
import { bodyBytes, type ReadSpill } from '../trace/body.js';
import type { ActionEvent, HttpRequestEvent, NotificationEvent, TraceHeader } from '../trace/event.js';
import { examine, type KnownAccount, type NotificationFault } from './notification-faults.js';
import type { Session } from './observation.js';
import { pathOf } from './side-exchanges.js';

/** What the harness waits for after a notification, as `gave-up` names it. */
export const NOTIFIED_ONE = 'a #1 after the notification';

/** Notifications remembered at once; the oldest are forgotten first. */
const MOST_SENT = 64;

/** A notification of the record, and what became of it. */
export interface SentNotification {
  readonly event: NotificationEvent;
  readonly reading: NotificationReading;
  /** The account of its SERVER-ID on the client under test. */
  readonly account: KnownAccount | undefined;
  /** Why the client must not heed it; empty and `sure`: it must. */
  readonly faults: readonly NotificationFault[];
  readonly sure: boolean;
  /** The session of the same scenario that was open when it came. */
  readonly during: Session | undefined;
  /** An earlier one from the same server with the same identifier. */
  readonly repeats: SentNotification | undefined;
  /** It was sent more than once. */
  readonly copied: boolean;
  /** The session whose #1 brought its identifier back. */
  readonly session: Session | undefined;
  /** The harness waited for the #1 in vain. */
  readonly gaveUp: boolean;
  /** Whatever it was to cause should have come: see the observation `notification-fence`. */
  readonly fenced: boolean;
}

type Mutable = { -readonly [K in keyof SentNotification]: SentNotification[K] };

/** What a #1 has to do with the notifications before it. */
export interface Answering {
  /** The notification whose identifier it carries. */
  readonly answers: SentNotification | undefined;
  /** It was answered before already. */
  readonly again: boolean;
  /** Notifications for which a session may still come, and bootstraps whose session has not come. */
  readonly expected: readonly SentNotification[];
  readonly bootstraps: readonly Bootstrap[];
}

/** An account was given to the client, and the session that says so has not come. */
export interface Bootstrap {
  readonly uri: string;
  readonly event: ActionEvent;
}

/** Ties sessions to the notifications that caused them (CR 6.1a R01, D-06): by the identifier that comes back in #1. Bounded. */
export class NotificationLog {
  readonly #header: TraceHeader;
  readonly #readSpill: ReadSpill;
  #sent: Mutable[] = [];
  #accounts = new Map<string, KnownAccount>();
  #bootstraps: readonly Bootstrap[] = [];
  #heeded = false;

  constructor(header: TraceHeader, readSpill: ReadSpill) {
    this.#header = header;
    this.#readSpill = readSpill;
    this.#begin();
  }

  /** Some notification was answered by a session so far: the client can read ours (D-12). */
  get heeded(): boolean {
    return this.#heeded;
  }

  /** @param open the session of the scenario that is under way. */
  add(event: NotificationEvent, open: Session | undefined): SentNotification {
    const reading = readNotification(bodyBytes(event.body, this.#readSpill));
    const serverId = reading.view?.serverId;
    const account = serverId === undefined ? undefined : this.#accounts.get(serverId);
    // What a server under test sends is judged by its form alone.
    const examined =
      this.#header.role === 'client' ? examine(reading, event, account, this.#header) : { faults: [], sure: true };
    // One that had to be ignored, or that was not taken, does not make the next one a repeat.
    const repeats = this.#sent.find(
      (one) => one.faults.length === 0 && one.event.accepted && sameIdentity(one, event, reading),
    );
    const repeated = repeats !== undefined && this.#header.role === 'client';
    const faults = repeated ? [...examined.faults, 'repeat' as const] : examined.faults;
    // While the first has come to nothing, it may count as new.
    const sure = examined.sure && (!repeated || !isLost(repeats?.session));
    const sent: Mutable = {
      ...{ event, reading, account, repeats, during: open, sure, faults },
      ...{ copied: false, session: undefined, gaveUp: false, fenced: false },
    };
    if (repeats !== undefined) repeats.copied = true;
    if (this.#sent.length >= MOST_SENT) this.#sent.shift();
    this.#sent.push(sent);
    return sent;
  }

  act(event: ActionEvent): void {
    const { action, scenario } = event;
    if (action.name === 'reset' && action.accepted) this.#begin();
    if (action.name === 'gave-up' && action.waitingFor === NOTIFIED_ONE) {
      for (const one of this.#sent) if (one.event.scenario === scenario && one.session === undefined) one.gaveUp = true;
    }
    if (action.name !== 'bootstrap' || !action.accepted) return;
    const { serverId, serverUri: uri, notification } = action;
    this.#accounts.set(serverId, { serverId, uri, notification });
    this.#bootstraps = [...this.#bootstraps, { uri, event }].slice(-MOST_SENT);
  }

  /** A #1 has come. */
  one(session: Session, view: PackageOne | undefined, text: string): Answering {
    const expected = this.#sent.filter((one) => one.session === undefined && !one.fenced && one.event.accepted);
    const bootstraps = this.#bootstraps;
    this.#bootstraps = bootstraps.filter(({ uri }) => pathOf(uri) !== session.one.target);
    const found = view === undefined ? undefined : this.#answered(session, view, text);
    if (found === undefined) return { answers: undefined, again: false, expected, bootstraps };
    const again = found.session !== undefined;
    if (!again) found.session = session;
    // A request that the server sent several times is answered as a whole; a client owes the copies nothing in any case.
    if (this.#header.role === 'server')
      for (const copy of this.#sent) if (copy.repeats === found) copy.session ??= session;
    this.#heeded ||= found.faults.length === 0;
    return { answers: found, again, expected, bootstraps };
  }

  /**
   * A session has ended: what came before the notification that was answered by it should have been answered by now. A session of another cause tells
   * nothing: notifications may take a longer way through the client.
   */
  ended(session: Session): readonly SentNotification[] {
    const answered = this.#sent.findLast((one) => one.session === session);
    return answered === undefined ? [] : this.#fence((one) => one.event.seq < answered.event.seq);
  }

  /** A quiet time on the virtual clock is over, and no session is under way: whatever had to be answered should have been. */
  quiet(scenario: string | undefined): readonly SentNotification[] {
    return this.#fence((one) => one.event.scenario === scenario && one.faults.length === 0);
  }

  #fence(passed: (sent: SentNotification) => boolean): readonly SentNotification[] {
    const due = this.#sent.filter(
      (one) => one.session === undefined && !one.fenced && one.event.accepted && passed(one),
    );
    for (const one of due) one.fenced = true;
    return due;
  }

  #answered(session: Session, view: PackageOne, text: string): Mutable | undefined {
    const alerts = view.alerts.filter(({ initiation }) => initiation !== undefined);
    const ids = alerts.flatMap(({ raw }) => notificationIds(raw));
    const named = (one: SentNotification): boolean => {
      const id = one.reading.view?.identifier;
      if (id === undefined || !this.#mayAnswer(one, session)) return false;
      if (ids.length > 0) return ids.includes(id);
      const silent = alerts.length === 0 || alerts.some(({ initiation }) => initiation === 'ServerInitiatedMgmt');
      return silent && carriesElsewhere(text, id);
    };
    const own = (one: SentNotification): boolean => one.event.scenario === session.scenario;
    const open = this.#sent.filter((one) => one.session === undefined && named(one));
    const place = (one: SentNotification): boolean => goesTo(session.one, one.account?.uri);
    const first = open.find((one) => own(one) && place(one)) ?? open.find(own);
    const known = first ?? this.#sent.find((one) => own(one) && named(one)) ?? open[0];
    // One of an earlier scenario that was answered already: a second session for it may come late.
    const due = this.#sent.filter((one) => one.session === undefined && own(one));
    return known ?? (due.some((one) => swapped(one, ids)) ? undefined : this.#sent.find(named));
  }

  /** With a server under test, a notification is for the device that it was asked for. */
  #mayAnswer({ event }: SentNotification, session: Session): boolean {
    return this.#header.role === 'client' || event.device === undefined || event.device === session.device;
  }

  #begin(): void {
    this.#sent = [];
    this.#bootstraps = [];
    const { account } = this.#header.statement;
    this.#accounts = new Map(
      account === undefined
        ? []
        : [[account.serverId, { serverId: account.serverId, uri: undefined, notification: account.notification }]],
    );
  }
}

function isLost(session: Session | undefined): boolean {
  return session?.state === 'failed' || session?.state === 'left';
}

function sameIdentity(one: SentNotification, event: NotificationEvent, { view }: NotificationReading): boolean {
  const before = one.reading.view;
  if (view?.identifier === undefined || before?.identifier !== view.identifier) return false;
  return before.serverId === view.serverId && one.event.device === event.device;
}

/** The identifiers hold this one with its bytes the wrong way round, which may happen to be another's. */
function swapped({ reading }: SentNotification, ids: readonly number[]): boolean {
  const id = reading.view?.identifier;
  return id !== undefined && ids.includes(((id & 0xff) << 8) | (id >> 8));
}

function goesTo(request: HttpRequestEvent, uri: string | undefined): boolean {
  return uri !== undefined && pathOf(uri) === request.target;
}

/** Small numbers stand in a #1 for many reasons. */
const TELLING = 0x100;

/** The identifier as a number of its own anywhere in #1, decimal or hexadecimal: which member carries it is open (D-07). */
function carriesElsewhere(text: string, id: number): boolean {
  if (id < TELLING) return false;
  const hex = id.toString(16);
  return new RegExp(`(?<![0-9a-z])(?:${id}|(?:0x)?0*${hex})(?![0-9a-z])`, 'i').test(text);
}
