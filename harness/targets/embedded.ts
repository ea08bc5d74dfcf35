import { DEFAULT_NODES, type Stated, type Statement } from '../model/statement.js';
import type { GenericAlert } from '../protocol/alerts.js';
import { COMMANDS } from '../protocol/commands.js';
import { OPTION } from '../protocol/notification.js';
import { DEFAULT_TIMEOUT_MS } from '../reference/client-options.js';
import { REFERENCE_NODES } from '../reference/default-tree.js';
import { TIMESTAMP_WINDOW_SECONDS } from '../reference/notification-inbox.js';
import { DEFAULT_SENDER } from '../reference/server-notifications.js';
import type { CommandList } from '../stimuli/plan.js';
import { deliverNotification } from '../stimuli/send-notification.js';
import { ControlChannel } from './control-client.js';
import {
  type Answered,
  type BootstrapAccount,
  type ClientTarget,
  type Credentials,
  type DeviceAccount,
  type NotificationWay,
  type Rest,
  type ServerTarget,
  type Started,
  statedDevice,
} from './target.js';

/** Where an embedded peer is steered; the suite shares nothing else with it. */
export interface EmbeddedPeer {
  readonly controlUrl: string;
  close(): Promise<void>;
}

/** Where an embedded client takes notifications besides the control protocol. */
export interface EmbeddedClientPeer extends EmbeddedPeer {
  readonly notifications: { readonly udp: string; readonly http: string };
  /** Why there is no browser, where one was wanted. */
  readonly noBrowser?: string;
}

/** What the embedded peers say of notifications. */
const SUPPORTS = { notification: Object.keys(OPTION), notificationTransport: ['control', 'udp', 'http'] } as const;
const CLIENT_SUPPORTS = {
  ...SUPPORTS,
  addressing: ['query', 'x-name', 'wildcard'],
  cache: true,
  accessControl: true,
  transports: ['http', 'https'],
  security: ['basic', 'digest', 'x509', 'psk'],
} as const;
const SERVER_SUPPORTS = {
  ...SUPPORTS,
  transports: ['http', 'https'],
  security: ['basic', 'digest', 'x509', 'psk'],
} as const;
const ACCOUNT = {
  serverId: DEFAULT_SENDER.serverId,
  notification: true,
  timestampWindowSeconds: TIMESTAMP_WINDOW_SECONDS,
};

export interface EmbeddedServerPeer extends EmbeddedPeer {
  readonly endpoint: string;
  readonly secureEndpoint?: string;
  readonly repositoryUrl: string;
  readonly pagesUrl: string;
}

/** Real milliseconds without any progress after which an exchange counts as withheld by the other side. */
const GRACE_MS = 12;

abstract class Embedded {
  readonly statement: Statement;
  readonly credentials: Credentials = { notification: DEFAULT_SENDER.credentials };
  protected readonly control: ControlChannel;
  readonly #peer: EmbeddedPeer;

  constructor(peer: EmbeddedPeer, statement: Statement, patienceMs: number) {
    this.#peer = peer;
    this.statement = statement;
    this.control = new ControlChannel(peer.controlUrl, 6 * patienceMs);
  }

  readonly advance = async (ms: number): Promise<Rest> => {
    const answer = await this.control.call('clock', { advanceMs: ms, graceMs: GRACE_MS });
    // A peer that is gone is at rest for good.
    return { idle: !answer.accepted || (answer.body as { idle?: unknown } | undefined)?.idle !== false };
  };

  reset(): Promise<Answered> {
    return this.control.ask('reset', {});
  }

  async close(): Promise<void> {
    await this.control.close();
    await this.#peer.close();
  }
}

/** The reference client, or a deviant of it, steered over loopback like any foreign one. */
export class EmbeddedClient extends Embedded implements ClientTarget {
  readonly addressing = 'fixed';
  readonly #patienceMs: number;
  readonly #notifications: EmbeddedClientPeer['notifications'];

  /** @param serverId SERVER-ID of its account. */
  constructor(
    peer: EmbeddedClientPeer,
    name: string,
    patienceMs: number,
    { commands, supports }: Stated = {},
    serverId: string = ACCOUNT.serverId,
  ) {
    super(
      peer,
      {
        name,
        role: 'client',
        start: { kind: 'embedded' },
        operations: ['startSession', 'notify', 'raiseAlert', 'setNode', 'bootstrap', 'setBrowser', 'reset'],
        commands: commands ?? [...COMMANDS.keys()],
        supports: { ...CLIENT_SUPPORTS, ...supports },
        account: { ...ACCOUNT, serverId },
        timeouts: { package: DEFAULT_TIMEOUT_MS },
        nodes: REFERENCE_NODES,
        trustsSuite: true,
        ...(peer.noBrowser === undefined ? {} : { noBrowser: peer.noBrowser }),
      },
      patienceMs,
    );
    this.#patienceMs = patienceMs;
    this.#notifications = peer.notifications;
  }

  readonly notify = (bytes: Buffer, via: NotificationWay): Promise<Answered> =>
    via === 'control'
      ? this.control.ask('notify', bytes)
      : deliverNotification(this.#notifications[via], bytes, this.#patienceMs);

  startSession(): Promise<Started> {
    return this.control.ask('startSession', {});
  }

  readonly raiseAlert = (alert: GenericAlert): Promise<Answered> => this.control.ask('raiseAlert', alert);

  readonly setNode = (ClientURI: string, value: string | number | boolean | null): Promise<Answered> =>
    this.control.ask('setNode', { ClientURI, value });

  readonly setBrowser = (available: boolean): Promise<Answered> => this.control.ask('setBrowser', { available });

  readonly bootstrap = (account: BootstrapAccount): Promise<Answered> => this.control.ask('bootstrap', account);

  abandon(): void {
    // It is in this process and ends with the run.
  }
}

/** The reference server, or a deviant of it. */
export class EmbeddedServer extends Embedded implements ServerTarget {
  readonly endpoint: string;
  readonly secureEndpoint?: string;
  override readonly credentials: Credentials;
  readonly repository: string;
  readonly pages: string;

  /** @param devices that it was told of. */
  constructor(peer: EmbeddedServerPeer, name: string, patienceMs: number, devices: readonly DeviceAccount[] = []) {
    const { repositoryUrl: repository, pagesUrl: pages, secureEndpoint } = peer;
    super(
      peer,
      {
        name,
        role: 'server',
        start: { kind: 'embedded' },
        operations: ['queue', 'sendNotification', 'reset'],
        supports: devices.length === 0 ? SUPPORTS : SERVER_SUPPORTS,
        account: ACCOUNT,
        nodes: DEFAULT_NODES,
        repository,
        pages,
        ...(secureEndpoint === undefined ? {} : { secureEndpoint }),
        ...(devices.length === 0 ? {} : { devices: devices.map(statedDevice) }),
      },
      patienceMs,
    );
    this.endpoint = peer.endpoint;
    if (secureEndpoint !== undefined) this.secureEndpoint = secureEndpoint;
    this.credentials = { notification: DEFAULT_SENDER.credentials, devices };
    this.repository = repository;
    this.pages = pages;
  }

  readonly queue = (device: string, packages: readonly CommandList[], session?: string): Promise<Answered> =>
    this.control.ask('queue', { device, packages, ...(session === undefined ? {} : { session }) });

  readonly sendNotification = async (device: string, to?: string): Promise<Answered & { readonly bytes?: Buffer }> => {
    const { accepted, detail, bytes } = await this.control.call('sendNotification', {
      device,
      ...(to === undefined ? {} : { to }),
    });
    return { accepted, bytes, ...(detail === undefined ? {} : { detail }) };
  };
}
