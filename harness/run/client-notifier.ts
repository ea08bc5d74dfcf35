import { OPTION } from '../protocol/notification.js';
import { readNotification } from '../protocol/read-notification.js';
import {
  digestOf,
  digestStanding,
  type NotificationContent,
  seal,
  writeNotification,
} from '../protocol/write-notification.js';
import { type Answered, type ClientTarget, type NotificationWay, notOffered } from '../targets/target.js';
import { recordBody } from '../trace/body.js';
import { act, type RunContext } from './context.js';
import type { Identifiers } from './identifiers.js';

export interface NotifierOptions {
  readonly context: RunContext;
  readonly target: ClientTarget;
  readonly token: string;
  readonly identifiers: Identifiers;
}

type Credentials = { readonly secret: string; readonly data: string };

/** A notification that is ready to be sent. */
export interface Composed {
  readonly bytes: Buffer;
  readonly identifier: number | undefined;
}

/** In which way a notification is not to be heeded. */
export const BAD_FORMS = [
  'with a wrong digest',
  'with a digest that is cut short',
  'that was changed after it was sealed',
  'that another secret has sealed',
  'from an unknown server',
  'that is cut short',
  'that counts an option too many',
  'that is half a header',
  'with a byte too many',
  'of an unknown version',
  'with a stale timestamp',
] as const;
export type BadForm = (typeof BAD_FORMS)[number];

/** How stale a stale TIMESTAMP is where the statement tells no window: a month. */
const STALE_SECONDS = 30 * 86_400;
const DAY_SECONDS = 86_400;
const HIGHEST_VERSION = 15;
/** Bytes of a digest that is half of one. */
const SHORT_DIGEST = 16;

/** Notifies the client under test by the ways that its statement names, and records each notification before what it causes (CR 6.1.1, TS 6.1). */
export class ClientNotifier {
  readonly #options: NotifierOptions;
  readonly #sent = new Set<number>();
  /** Of accounts that the scenario gave the client; undefined: none for notifications. */
  readonly #credentials = new Map<string, Credentials | undefined>();

  constructor(options: NotifierOptions) {
    this.#options = options;
    const { statement, credentials } = options.target;
    if (statement.account !== undefined) this.#credentials.set(statement.account.serverId, credentials?.notification);
  }

  /** SERVER-ID of the account that the statement names. */
  get serverId(): string | undefined {
    return this.#options.target.statement.account?.serverId;
  }

  /** The ways in which the client takes notifications, the most certain first. */
  get ways(): readonly NotificationWay[] {
    return this.#options.target.statement.supports?.notificationTransport ?? ['control'];
  }

  /** The client was given this account. */
  knows(serverId: string, credentials: Credentials | undefined): void {
    this.#credentials.set(serverId, credentials);
  }

  /** A notification from the account's server with a fresh identifier, sealed where there are credentials, and with what is given instead. */
  compose(given: NotificationContent = {}): Composed {
    const content = { ...this.#usual(given.serverId), ...given };
    return { bytes: this.#sealed(writeNotification(content), content.serverId), identifier: content.identifier };
  }

  /** The same, in a form that the client must not heed; everything else about it is right. */
  composeBad(form: BadForm): Composed {
    const usual = this.#usual(undefined);
    const composed = (bytes: Buffer): Composed => ({ bytes: this.#sealed(bytes), identifier: usual.identifier });
    const whole = writeNotification(usual);
    switch (form) {
      case 'with a wrong digest': {
        const { bytes } = this.compose({ ...usual, digest: true });
        const digest = readNotification(bytes).view?.digest;
        if (digest !== undefined) bytes[digest.offset] = (bytes[digest.offset] ?? 0) ^ 1;
        return { bytes, identifier: usual.identifier };
      }
      case 'with a digest that is cut short': {
        const digest = { number: OPTION['SHA256-DIGEST'], value: Buffer.alloc(SHORT_DIGEST) };
        const bytes = writeNotification({ ...usual, digest: false, others: [digest] });
        const credentials = this.#credentialsOf(usual.serverId);
        const place = optionIn(bytes, OPTION['SHA256-DIGEST']);
        // Right as far as it goes, computed over zeros in its place.
        if (credentials !== undefined) digestOf(bytes, credentials).copy(bytes, place, 0, SHORT_DIGEST);
        return { bytes, identifier: usual.identifier };
      }
      case 'that was changed after it was sealed': {
        const bytes = this.#sealed(writeNotification({ ...usual, digest: true }));
        const identifier = this.#options.identifiers.next();
        bytes.writeUInt16BE(identifier, optionIn(bytes, OPTION['NOTIFICATION-ID']));
        return { bytes, identifier };
      }
      case 'that another secret has sealed': {
        const { data } = this.#credentialsOf(usual.serverId) ?? { data: '' };
        const bytes = seal(writeNotification({ ...usual, digest: true }), { secret: 'the secret of nobody', data });
        return { bytes, identifier: usual.identifier };
      }
      case 'from an unknown server':
        return composed(writeNotification({ ...usual, serverId: `stranger-${this.#options.token}.example` }));
      case 'that is cut short':
        return composed(whole.subarray(0, -2));
      case 'that counts an option too many':
        return composed(writeNotification({ ...usual, count: (readNotification(whole).view?.count ?? 0) + 1 }));
      case 'that is half a header':
        return { bytes: Buffer.alloc(1), identifier: undefined };
      case 'with a byte too many':
        return composed(Buffer.concat([whole, Buffer.of(0)]));
      case 'of an unknown version':
        return composed(writeNotification({ ...usual, version: HIGHEST_VERSION }));
      case 'with a stale timestamp': {
        const window = this.#options.target.statement.account?.timestampWindowSeconds;
        const age = window === undefined ? STALE_SECONDS : window + DAY_SECONDS;
        return composed(writeNotification({ ...usual, timestamp: now() - age }));
      }
    }
  }

  /** Whether a notification with this identifier was sent, and taken. */
  hasSent(identifier: number): boolean {
    return this.#sent.has(identifier);
  }

  /** Hands the bytes over, and records them before whatever they cause. */
  async send({ bytes, identifier }: Composed, way?: NotificationWay): Promise<Answered> {
    const { target, context, token } = this.#options;
    const via = way ?? this.ways[0] ?? 'control';
    if (target.notify === undefined) return notOffered('notify');
    if (this.serverId === undefined) {
      return { accepted: false, detail: 'the statement names no account that could notify (`account.serverID`)' };
    }
    const serverId = readNotification(bytes).view?.serverId;
    let answer: Answered = notOffered('notify');
    await context.bus.causing(async () => {
      answer = (await target.notify?.(bytes, via)) ?? answer;
      return {
        kind: 'notification',
        scenario: token,
        from: 'server',
        to: 'client',
        via,
        body: recordBody(bytes, () => undefined),
        digest: digestStanding(bytes, this.#credentialsOf(serverId)),
        ...answer,
      };
    });
    if (answer.accepted && identifier !== undefined) this.#sent.add(identifier);
    return answer;
  }

  /** The same; where it cannot be done, that is recorded as an obstacle. */
  async sendUnfollowed(composed: Composed): Promise<void> {
    const { context, token } = this.#options;
    const { accepted, detail } = await this.send(composed);
    if (!accepted) act(context, token, { name: 'obstacle', reason: detail ?? 'the notification was not taken' });
  }

  #usual(serverId: string | undefined): NotificationContent & { readonly identifier: number } {
    const server = serverId ?? this.serverId;
    return {
      ...(server === undefined ? {} : { serverId: server }),
      identifier: this.#options.identifiers.next(),
      digest: this.#credentialsOf(server) !== undefined,
      timestamp: now(),
    };
  }

  #sealed(bytes: Buffer, serverId?: string): Buffer {
    const credentials = this.#credentialsOf(serverId ?? this.serverId);
    return credentials === undefined ? bytes : seal(bytes, credentials);
  }

  /** What the digest of that server's notifications is made of; a stranger's is as good as the account's. */
  #credentialsOf(serverId: string | undefined): Credentials | undefined {
    if (serverId !== undefined && this.#credentials.has(serverId)) return this.#credentials.get(serverId);
    return this.#options.target.credentials?.notification;
  }
}

/** Where the value of an option begins. */
function optionIn(bytes: Buffer, number: number): number {
  return readNotification(bytes).view?.options.find((option) => option.number === number)?.offset ?? 0;
}

/** POSIX seconds. */
function now(): number {
  return Math.floor(Date.now() / 1000);
}
