import { type NotificationContent, seal, writeNotification } from '../protocol/write-notification.js';
import type { Clock } from './clock.js';
import type { ServerHookContext, ServerHooks } from './hooks.js';

/** How long a notification may go unanswered before the server tries with another identifier, in milliseconds. */
export const EXPIRY_MS = 10 * 60_000;
/** Devices whose unanswered notifications are remembered; the oldest are forgotten first. */
const MOST_DEVICES = 10_000;

export interface NotificationSender {
  /** SERVER-ID of its notifications. */
  readonly serverId: string;
  readonly credentials: { readonly secret: string; readonly data: string };
}

/** What the embedded pair agrees on. The secret is one of the suite's own peers. */
export const DEFAULT_SENDER: NotificationSender = {
  serverId: 'dm.example.com',
  credentials: { secret: 'reference-notification-secret', data: 'reference-notification-data' },
};

export interface ServerNotificationsOptions {
  readonly clock: Clock;
  readonly hooks: ServerHooks;
  readonly sender: NotificationSender;
  /** POSIX seconds. */
  readonly wallSeconds: () => number;
}

interface Outstanding {
  readonly identifier: number;
  readonly since: number;
}

/** The notifications of a server: one at a time for each device, each with an identifier by which its session is recognised (CR 6.1.1, R01; TS 6.1). */
export class ServerNotifications {
  readonly #options: ServerNotificationsOptions;
  readonly #outstanding = new Map<string, Outstanding>();
  #last = 0;

  constructor(options: ServerNotificationsOptions) {
    this.#options = options;
  }

  /** The bytes that ask the device for a session; while an earlier request is unanswered, that one once more. */
  notify(device: string, context: ServerHookContext): Buffer {
    const { hooks, sender, wallSeconds, clock } = this.#options;
    const before = this.#outstanding.get(device);
    const again = before !== undefined && clock.now() - before.since < EXPIRY_MS;
    const identifier = again ? before.identifier : this.#next();
    if (!again) this.#remember(device, { identifier, since: clock.now() });
    const usual: NotificationContent & { readonly again: boolean } = {
      serverId: sender.serverId,
      connection: 0,
      identifier,
      digest: true,
      timestamp: wallSeconds(),
      reqMos: true,
      again,
    };
    const bytes = seal(writeNotification(hooks.notification?.(usual, context) ?? usual), sender.credentials);
    return hooks.notificationBytes?.(bytes, context) ?? bytes;
  }

  /** A #1 brings these identifiers: whether it is the session that was asked for. */
  answered(device: string, identifiers: readonly number[], context: () => ServerHookContext): boolean {
    const due = this.#outstanding.get(device)?.identifier;
    const { recognises } = this.#options.hooks;
    const known = due !== undefined && identifiers.includes(due);
    const recognised = recognises?.(known, identifiers, context()) ?? known;
    if (recognised) this.#outstanding.delete(device);
    return recognised;
  }

  /** Some notification to the device is unanswered. */
  has(device: string): boolean {
    return this.#outstanding.has(device);
  }

  clear(): void {
    this.#outstanding.clear();
  }

  /** Identifiers are counted up for all devices together, so one is used again only after all others. */
  #next(): number {
    this.#last = (this.#last + 1) & 0xffff;
    return this.#last;
  }

  #remember(device: string, outstanding: Outstanding): void {
    const oldest = this.#outstanding.keys().next();
    if (this.#outstanding.size >= MOST_DEVICES && oldest.done !== true) this.#outstanding.delete(oldest.value);
    this.#outstanding.set(device, outstanding);
  }
}
