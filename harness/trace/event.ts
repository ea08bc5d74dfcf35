import type { Statement } from '../model/statement.js';
import type { Role } from '../model/verdict.js';

/** Who speaks. `repository` and `pages` are the server side's web servers for interface 3 and 4 (CR 6.1.3, 6.1.4). */
export type Party = 'client' | 'server' | 'repository' | 'pages';

/** The first line of a trace. */
export interface TraceHeader {
  readonly record: 'dmconform-trace';
  readonly version: 1;
  /** ISO 8601 instant of `t` = 0. */
  readonly started: string;
  readonly suite: string;
  readonly ledger: string;
  /** Role of the implementation under test. */
  readonly role: Role;
  readonly statement: Statement;
  /** Decisions read otherwise, by id. */
  readonly decisions: Readonly<Record<string, string>>;
  readonly profile: string;
  /** How long the harness waits for a package, in milliseconds (D-27). */
  readonly patienceMs: number;
  readonly source: 'live' | 'har';
  /** Two foreign implementations talked to each other: the other side, whose role the same record can be judged for as well. */
  readonly counterpart?: Counterpart;
}

export interface Counterpart {
  readonly statement: Statement;
  readonly decisions: Readonly<Record<string, string>>;
}

/** The last line of a complete trace; a trace without it was cut short. */
export interface TraceFooter {
  readonly record: 'dmconform-trace-end';
  readonly events: number;
  readonly partial?: string;
}

/** Bytes of a message body, after transfer decoding: readable text, base64, or a spill file beside the trace (above 64 KiB). */
export type BodyRecord =
  | { readonly size: 0 }
  | { readonly size: number; readonly text: string }
  | { readonly size: number; readonly base64: string }
  | { readonly size: number; readonly sha256: string; readonly file: string };

/** How the message was framed on the connection. */
export interface Framing {
  /** `length`: Content-Length; `chunked`; `close`: until the connection ended; `none`: no body. */
  readonly by: 'length' | 'chunked' | 'close' | 'none';
  /** Sizes of the chunks, the closing zero left out. */
  readonly chunks?: readonly number[];
  /** Sizes of the pieces in which head and body came off, or went to, the socket; left out for a single piece. */
  readonly segments?: readonly number[];
}

interface EventBase {
  /** 1, 2, 3 … in the order of recording. */
  readonly seq: number;
  /** Milliseconds since the header's `started`, with microseconds: for a message, when its last byte was seen. */
  readonly t: number;
  /** Token of the scenario whose traffic it is; absent when nobody claims it. */
  readonly scenario?: string;
}

interface MessageBase extends EventBase {
  /** Joins a request with its responses. */
  readonly exchange: string;
  readonly connection: string;
  readonly from: Party;
  readonly to: Party;
  /** When its first byte was seen. */
  readonly began: number;
  /** Header fields in wire order, names in wire case, values trimmed. */
  readonly headers: readonly (readonly [string, string])[];
  /** The head's bytes as Latin-1 text where `line` and `headers` do not reproduce them exactly. */
  readonly rawHead?: string;
  readonly body: BodyRecord;
  readonly framing: Framing;
  /** Why the message is not a whole, well-formed HTTP message: cut, garbage, bad chunk … Absent when it is. */
  readonly defect?: string;
}

export interface HttpRequestEvent extends MessageBase {
  readonly kind: 'http-request';
  readonly method: string;
  readonly target: string;
  /** `HTTP/1.1` as on the wire. */
  readonly httpVersion: string;
  /** Name of the session it was sent in, where the harness itself is the sender and plays several at once. */
  readonly label?: string;
}

export interface HttpResponseEvent extends MessageBase {
  readonly kind: 'http-response';
  readonly status: number;
  readonly reason: string;
  readonly httpVersion: string;
}

/** What a client offers in its ClientHello (RFC 8446 4.1.2), by registered names; `0xHHHH` where this program knows none. */
export interface HelloRecord {
  /** Versions from `supported_versions`, or the one version of older clients: `TLSv1.3`, `TLSv1.2` … */
  readonly versions: readonly string[];
  /** Cipher suites by their IANA names, in the client's order; signalling values and GREASE are left out. */
  readonly suites: readonly string[];
  /** Host name of the `server_name` extension. */
  readonly serverName?: string;
}

/** What a TLS handshake agreed on, as this side of it knows. */
export interface TlsRecord {
  readonly version: string;
  /** IANA name of the cipher suite. */
  readonly suite: string;
  /** Server side: whether the client proved an identity. `right`: the one that this run gave it; `other`: another one. */
  readonly client?: ClientProof;
}

export type ClientProof = 'none' | 'certificate:right' | 'certificate:other' | 'psk:right';

export interface ConnectionEvent extends EventBase {
  readonly kind: 'connection';
  readonly connection: string;
  /**
   * `stray`: bytes that belong to no exchange (for example a second response). `secured`: the TLS handshake is complete on this side; follows `opened`.
   * `unsecured`: the connection ended before that; it follows `opened` and comes before `closed` or `reset`.
   */
  readonly phase: 'opened' | 'closed' | 'reset' | 'refused' | 'stray' | 'secured' | 'unsecured';
  readonly from: Party;
  readonly to: Party;
  /** Who closed or reset it, when known; or the stray bytes as Latin-1 text (at most 4 KiB); or why it was not secured, when known. */
  readonly detail?: string;
  /** Origin of the listener that took it, for connections over TLS: which of the harness's servers it is. */
  readonly at?: string;
  /** `secured` and `unsecured`: what the client offered, where this side saw it. */
  readonly hello?: HelloRecord;
  /** `secured`: what was agreed. */
  readonly tls?: TlsRecord;
  /** `secured` and `unsecured` at the connecting end: what this side had at hand to prove who it is, whether or not the server asked for it. */
  readonly shows?: ClientProof;
}

export interface ProcessEvent extends EventBase {
  readonly kind: 'process';
  readonly phase: 'started' | 'exited' | 'failed' | 'output';
  readonly process: string;
  readonly code?: number;
  readonly signal?: string;
  /** True when the harness ended it. */
  readonly killed?: boolean;
  readonly detail?: string;
}

/** A Package#0, a notification, as it was handed over or received (CR 6.1.1, TS 6.1). */
export interface NotificationEvent extends EventBase {
  readonly kind: 'notification';
  readonly from: Party;
  readonly to: Party;
  /** How the bytes travelled; `control`: by the control operation of that name. */
  readonly via: 'control' | 'udp' | 'http' | 'command';
  /** From a server under test: the device that it was asked to notify. */
  readonly device?: string;
  readonly body: BodyRecord;
  /** What the harness, which holds the secret that the record must not hold, knows of the digest; `unchecked`: it holds none, either. */
  readonly digest: 'right' | 'wrong' | 'absent' | 'unchecked';
  /** Whether the other side took the bytes, as far as the way of delivery tells. */
  readonly accepted: boolean;
  readonly detail?: string;
}

/** What the client can prove its identity with in a TLS handshake (TS 9). */
export type TlsMeans = 'certificate' | 'psk';

/** What is wrong with a certificate that a client must refuse (TS 9, RFC 5280, RFC 9525). */
export type CertificateFlaw = 'unknown-ca' | 'self-signed' | 'expired' | 'not-yet-valid' | 'wrong-host';

/** What the harness itself did. Stimuli are part of the evidence. */
export interface ActionEvent extends EventBase {
  readonly kind: 'action';
  readonly action: Action;
}

export type Action =
  | {
      readonly name: 'scenario-begin';
      readonly title: string;
      readonly requirements: readonly string[];
      readonly feature?: string;
      readonly rule?: string;
    }
  /** `error`: what broke in the suite itself; `stopped`: why the scenario was not played. */
  | { readonly name: 'scenario-end'; readonly error?: string; readonly stopped?: string }
  /** The client was asked to open a session (control operation, or its process was started). */
  | { readonly name: 'start-session'; readonly accepted: boolean; readonly detail?: string }
  /** Packages were queued at the server under test for that device's next session. */
  | {
      readonly name: 'queue';
      readonly device: string;
      readonly packages: readonly (readonly (readonly string[])[])[];
      /** `notified`: only for the session that answers the next notification; left out: for any. */
      readonly session?: 'notified';
      readonly accepted: boolean;
      readonly detail?: string;
    }
  /** The server under test was asked to notify a device; `to`: where the notification was to go, by HTTP or UDP, else it is in the answer. */
  | {
      readonly name: 'ask-notification';
      readonly device: string;
      readonly to?: string;
      readonly accepted: boolean;
      readonly detail?: string;
    }
  /** A node address that nothing ever created: any access must fail. */
  | { readonly name: 'absent-node'; readonly uri: string }
  /** An address at which nothing listens: a transfer to it must fail. */
  | { readonly name: 'unreachable'; readonly url: string }
  /** A message the harness withholds (its last byte, or the whole of it), and its release. */
  | { readonly name: 'hold'; readonly what: string; readonly url: string }
  | { readonly name: 'release'; readonly what: string; readonly url: string }
  /** The harness cut a connection on purpose. */
  | { readonly name: 'cut'; readonly what: string; readonly url: string }
  /** The recording proxy between two implementations disturbed an exchange on purpose: the n-th after the scenario began. */
  | { readonly name: 'fault'; readonly fault: string; readonly exchange: number; readonly detail: string }
  /** A stated quiet time, real or on the embedded peer's virtual clock (decision 4 of the design). */
  | { readonly name: 'quiet-opened'; readonly mode: 'real' | 'virtual'; readonly ms: number; readonly why: string }
  | { readonly name: 'quiet-closed'; readonly mode: 'real' | 'virtual' }
  /** The target did not do within the patience what the harness waited for. */
  | { readonly name: 'gave-up'; readonly waitingFor: string; readonly afterMs: number }
  /**
   * The suite itself stood still: for the `ms` milliseconds before this event nothing was read, answered or asked. It is recorded before whatever is seen
   * next, and belongs to no scenario.
   */
  | { readonly name: 'stall'; readonly ms: number }
  /** Something the scenario needs is not to be had on this target: the reason, and the statement's key that would name it. */
  | { readonly name: 'obstacle'; readonly reason: string }
  /** An event was raised on the device under test: it must become this Generic Alert (TS 5.4). */
  | {
      readonly name: 'raise-alert';
      readonly alert: Readonly<Record<string, unknown>>;
      readonly accepted: boolean;
      readonly detail?: string;
    }
  /** A node of the device under test was changed by the device itself. */
  | {
      readonly name: 'set-node';
      readonly uri: string;
      readonly value: unknown;
      readonly accepted: boolean;
      readonly detail?: string;
    }
  /** The client was given the account of a server; whether it holds credentials for notifications, not which. */
  | {
      readonly name: 'bootstrap';
      readonly serverId: string;
      readonly serverUri: string;
      readonly moids: readonly string[];
      readonly notification: boolean;
      /** Whether it got a user name and password for HTTP authentication, and which means for TLS; not which. */
      readonly http?: boolean;
      readonly tls?: readonly TlsMeans[];
      readonly accepted: boolean;
      readonly detail?: string;
    }
  /**
   * From here on the harness's server at `origin` is as stated: what is wrong with the certificate that it shows, which versions of TLS it agrees to, and
   * what it asks of the client.
   */
  | {
      readonly name: 'tls-server';
      readonly origin: string;
      readonly flaw: CertificateFlaw | 'none';
      readonly versions: readonly string[];
      readonly asks: 'nothing' | 'certificate' | 'psk';
    }
  /** A handshake that the harness tried with the server under test (RFC 8446 4.1): what it offered, and what became of it. */
  | {
      readonly name: 'tls-probe';
      readonly url: string;
      readonly versions: readonly string[];
      readonly suites: readonly string[];
      /** How the harness proved an identity: not at all, by a certificate, or by a pre-shared key. */
      readonly means: 'none' | 'certificate' | 'psk';
      /**
       * `agreed`: the whole handshake; `answered`: a ServerHello to a hand-written ClientHello, no more was tried; `refused`: an alert, or the end of the
       * connection; `silent`: nothing within the patience; `unreachable`: no connection; `not-possible`: the harness cannot offer it here.
       */
      readonly outcome: 'agreed' | 'answered' | 'refused' | 'silent' | 'unreachable' | 'not-possible';
      readonly version?: string;
      readonly suite?: string;
      readonly detail?: string;
    }
  /**
   * What the side that knows the secret says of the credentials in a request of exchange `exchange`: the record must not hold them. `other-device`: those of
   * another device than OMADM-DevID names; `stale`: right, with a nonce that is too old; `replayed`: right, with a nonce count that was used before.
   */
  | {
      readonly name: 'credentials';
      readonly exchange: string;
      readonly scheme: 'basic' | 'digest' | 'other';
      readonly outcome: 'right' | 'wrong' | 'malformed' | 'other-device' | 'stale' | 'replayed';
      readonly detail?: string;
    }
  /** The web browser of the device under test was taken away from it, or given back. */
  | { readonly name: 'browser'; readonly available: boolean; readonly accepted: boolean; readonly detail?: string }
  /** The target was put back to the state after its start. */
  | { readonly name: 'reset'; readonly accepted: boolean; readonly detail?: string };

export type TraceEvent =
  | HttpRequestEvent
  | HttpResponseEvent
  | ConnectionEvent
  | ProcessEvent
  | NotificationEvent
  | ActionEvent;
export type MessageEvent = HttpRequestEvent | HttpResponseEvent;

/** An event before the recorder gave it its number and time. */
export type Draft<E extends TraceEvent = TraceEvent> = E extends TraceEvent
  ? Omit<E, 'seq' | 't'> & { readonly t?: number }
  : never;
