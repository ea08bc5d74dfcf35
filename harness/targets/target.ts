import type { StatedDevice, Statement } from '../model/statement.js';
import type { GenericAlert } from '../protocol/alerts.js';
import type { CommandList } from '../stimuli/plan.js';
import type { ProbedOperation } from './probe.js';
import type { OperationName } from './steer.js';

/** How a target took a request of the harness. `detail` says why it did not. */
export interface Answered {
  readonly accepted: boolean;
  readonly detail?: string;
}

/** A session that the client was asked to open. */
export interface Started extends Answered {
  /** Resolves when the process of a per-session client is gone and all it sent was recorded. */
  readonly exited?: Promise<void>;
}

/** What happened while the harness let a peer with a virtual clock go on. */
export interface Rest {
  /** Nothing is under way: whatever the peer does next needs a cause from outside. */
  readonly idle: boolean;
}

/** How a notification reaches the client. */
export type NotificationWay = 'control' | 'udp' | 'http';

/** Body of the control operation `bootstrap` (design: control protocol). */
export interface BootstrapAccount {
  readonly SrvID: string;
  readonly SrvURI: string;
  readonly MOIDs: readonly string[];
  readonly notification?: { readonly secret: string; readonly data: string };
  readonly http?: { readonly user: string; readonly password: string };
  /** For an https server: what to trust, and what to prove an identity with; certificates and keys in PEM, a pre-shared key in hexadecimal. */
  readonly tls?: {
    readonly ca?: string;
    readonly clientCert?: string;
    readonly clientKey?: string;
    readonly psk?: { readonly identity: string; readonly key: string };
  };
}

/** A device that the server under test knows, and what it can prove with that it is the one. */
export interface DeviceAccount {
  /** OMADM-DevID. */
  readonly id: string;
  /** For HTTP Basic and Digest. */
  readonly http?: { readonly user: string; readonly password: string };
  /** Key and certificate, PEM; made, or read, when they are needed. */
  readonly certificate?: () => Promise<{ readonly key: string; readonly cert: string }>;
  readonly psk?: { readonly identity: string; readonly key: Buffer };
}

/** What the suite shares with the target and the record must not hold. */
export interface Credentials {
  /** For the digest of notifications from the account's server (TS 6.1). */
  readonly notification?: { readonly secret: string; readonly data: string };
  /** Server: devices that it knows. */
  readonly devices?: readonly DeviceAccount[];
}

interface TargetBase {
  readonly statement: Statement;
  readonly credentials?: Credentials;
  /** What else the record must not hold. */
  readonly secrets?: readonly string[];
  /** Brings it up; resolves with why it is not there when it does not come. Left out where it is up from the beginning. */
  start?(): Promise<string | undefined>;
  /** Tries the control operations, all but startSession; or those alone that are named. */
  probe?(only?: readonly OperationName[]): Promise<readonly ProbedOperation[]>;
  /** Lets virtual time pass and answers when the peer has come to rest; only peers on a virtual clock have it. */
  readonly advance?: (ms: number) => Promise<Rest>;
  /** Back to the state after the start. */
  reset(): Promise<Answered>;
  /** Ends everything that belongs to the target; resolves when no process and no port is left. */
  close(): Promise<void>;
}

/** A DM Client under test. */
export interface ClientTarget extends TargetBase {
  /** `fixed`: it knows one server address; `token`: each session gets an address of its own. */
  readonly addressing: 'fixed' | 'token';
  /** @param serverUrl where its #1 must go; @param scenario token for its process events. */
  startSession(serverUrl: string, scenario: string): Promise<Started>;
  /** Hands a Package#0 over; each of these is left out where the target offers no such control operation. */
  readonly notify?: (bytes: Buffer, via: NotificationWay) => Promise<Answered>;
  /** An event on the device that must become this Generic Alert. */
  readonly raiseAlert?: (alert: GenericAlert) => Promise<Answered>;
  /** A local change of a node. */
  readonly setNode?: (clientUri: string, value: string | number | boolean | null) => Promise<Answered>;
  /** Takes the device's web browser away, or gives it back (CR 6.2-4a). */
  readonly setBrowser?: (available: boolean) => Promise<Answered>;
  /** Gives the client the account of a server. */
  readonly bootstrap?: (account: BootstrapAccount) => Promise<Answered>;
  /** How the process of the session that was started last ended by itself, and what it printed; undefined for a target that is no process. */
  readonly lastWords?: string | undefined;
  /** Kills the process of the session that was started last, if any. */
  abandon(): void;
}

/** A DM Server under test. */
export interface ServerTarget extends TargetBase {
  /** Where #1 goes. */
  readonly endpoint: string;
  /** Where #1 goes over TLS; left out where nobody says. */
  readonly secureEndpoint?: string;
  /** Below which address its data repository and its web pages lie; left out where it has none, or nobody says. */
  readonly repository?: string;
  readonly pages?: string;
  /** The only devices that it serves; left out: any. */
  readonly deviceIds?: readonly string[];
  /** How its process ended by itself, and what it printed last. */
  readonly lastWords?: string | undefined;
  /** Packages for that device's next session; undefined where the target cannot be steered. */
  readonly queue?: (device: string, packages: readonly CommandList[], session?: string) => Promise<Answered>;
  /** Makes the server ask that device for a session: the notification goes to `to`, or its bytes come back. */
  readonly sendNotification?: (device: string, to?: string) => Promise<Answered & { readonly bytes?: Buffer }>;
}

/** What a statement says of a device: which means there are, not which secrets. */
export function statedDevice({ id, http, certificate, psk }: DeviceAccount): StatedDevice {
  const means: StatedDevice['means'][number][] = [];
  if (http !== undefined) means.push('password');
  if (certificate !== undefined) means.push('certificate');
  if (psk !== undefined) means.push('psk');
  return { id, means };
}

/** The reason of a scenario that needs a control operation which the target does not offer. */
export function notOffered(operation: string): Answered {
  return { accepted: false, detail: `the target offers no control operation "${operation}"` };
}
