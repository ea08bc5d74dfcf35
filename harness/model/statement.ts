import type { Role } from './verdict.js';

/** Where on a client under test the suite finds a thing to act on; what is not named is not exercised. */
export interface Nodes {
  readonly devInfo: string;
  readonly account: string;
  readonly sessionInfo?: string;
  /** MOID of the example object, of which the instances `left` and `right` are there (TS 6). */
  readonly sample?: string;
  readonly executable?: string;
  /** An executable node that raises a Generic Alert. */
  readonly executableWithAlert?: string;
  readonly permanent?: string;
  readonly dynamicLeaf?: string;
  /** An instance with a cache validator. */
  readonly cacheable?: string;
  /** A node without Get access. */
  readonly secret?: string;
  /** A node of an MO that no account names. */
  readonly outsideAccount?: string;
  /** MOID of an MO that the client supports, that the account names, and of which there is no instance. */
  readonly spareMo?: string;
}

/** Optional features that the implementation declares; what is left out is neither declared nor denied. */
export interface Supports {
  /** Options of Package#0 by their names in TS 6.1, for example NOTIFICATION-ID. */
  readonly notification?: readonly string[];
  /** How notifications reach the client. */
  readonly notificationTransport?: readonly ('control' | 'udp' | 'http')[];
  readonly addressing?: readonly ('query' | 'x-name' | 'wildcard')[];
  /** Cache validators (TS 11). */
  readonly cache?: boolean;
  /** Transports of the DM protocol. */
  readonly transports?: readonly ('http' | 'https')[];
  /** How peers prove who they are (TS 9). */
  readonly security?: readonly ('basic' | 'digest' | 'x509' | 'psk')[];
  /** Access rights per instance (TS: Delegation Access Control). */
  readonly accessControl?: boolean;
}

/** The server's account on the client, or the device's at the server, without secrets. */
export interface StatedAccount {
  readonly serverId: string;
  /** Whether the client holds credentials for the digest of notifications (TS 6.1). */
  readonly notification: boolean;
  /** Client: whether it holds a user name and a password for HTTP authentication. Server: whether it holds those of the devices that the suite plays. */
  readonly http?: boolean;
  /** The same for certificates, or pre-shared keys, that TLS asks for. */
  readonly tls?: readonly ('certificate' | 'psk')[];
  /** How old a TIMESTAMP may be, in seconds, before the client takes the notification for a replay. */
  readonly timestampWindowSeconds?: number;
}

export interface StatedDevice {
  /** OMADM-DevID. */
  readonly id: string;
  readonly means: readonly ('password' | 'certificate' | 'psk')[];
}

/** `running`: it is there already, and nobody starts it. */
export type StartKind = 'embedded' | 'url' | 'process' | 'container' | 'running';

/** What the suite knows about the implementation under test, without secrets (this is what a trace's header holds). */
export interface Statement {
  readonly name: string;
  readonly vendor?: string;
  readonly version?: string;
  readonly role: Role;
  readonly start: { readonly kind: StartKind; readonly per?: 'run' | 'session'; readonly detail?: string };
  /** Control operations that the target offers. */
  readonly operations: readonly string[];
  /** Optional commands that it declares; undefined = nothing declared, so the MUST set counts and the rest is judged when seen. */
  readonly commands?: readonly string[];
  readonly supports?: Supports;
  readonly account?: StatedAccount;
  /** Client: after how many milliseconds without an answer it gives a package up. */
  readonly timeouts?: { readonly package: number };
  readonly nodes: Nodes;
  /** Client: nodes that every device has and nobody named, so that the suite sends nothing that could change them. */
  readonly spared?: readonly SpareableNode[];
  /** Server: below which address its own data repository lies, and its web pages, if it has them (CR 6.1.3, 6.1.4). */
  readonly repository?: string;
  readonly pages?: string;
  /** Server: where #1 goes over TLS, when that is another address than the endpoint. */
  readonly secureEndpoint?: string;
  /** Server: the devices that it knows and the suite may play, each with what the suite holds to prove that it is the one. */
  readonly devices?: readonly StatedDevice[];
  /** Client: it was told to trust the authority that vouches for the suite's own servers. */
  readonly trustsSuite?: boolean;
  /** Why there is no web browser here, so that a plain page loader stands in for it: what a browser must do is then not shown. */
  readonly noBrowser?: string;
}

/** What a statement says of optional features. */
export type Stated = Pick<Statement, 'commands' | 'supports'>;

export const DEFAULT_NODES: Nodes = {
  devInfo: 'urn:oma:mo:oma-dm-devinfo:1.2//',
  account: 'urn:oma:mo:oma-dm-dmacc:1.2//',
};

/** Nodes that have an address though no statement names them. */
export type SpareableNode = 'devInfo' | 'account';

/** Of these, the ones that are not named. */
export function sparedNodes(named: Partial<Nodes> = {}): readonly SpareableNode[] {
  return (['devInfo', 'account'] as const).filter((key) => named[key] === undefined);
}
