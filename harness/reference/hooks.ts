import type { ConnectionOptions } from 'node:tls';
import type { GenericAlert } from '../protocol/alerts.js';
import type { AuthItem } from '../protocol/http-auth.js';
import type { Problem, SeenCommand } from '../protocol/packages.js';
import type { NotificationContent } from '../protocol/write-notification.js';
import type { PackageOneContent, PackageThreeContent, StatusEntry } from '../protocol/write-packages.js';
import type { PeerHandler, PeerReply, PeerRequest, PeerResponse, PeerSend } from '../stimuli/peer.js';
import type { CommandList, Turn } from '../stimuli/plan.js';
import type { TlsSettings } from '../stimuli/tls-front.js';
import type { RightAsked } from './access-control.js';
import type { AccountTls } from './account-tls.js';
import type { Clock } from './clock.js';
import type { Received } from './notification-inbox.js';
import type { Scratch } from './scratch.js';
import type { Tree } from './tree.js';
import type { AbortableTransport } from './undici-transport.js';

/**
 * Named points at which a reference peer can be made wrong, or odd but legal, in a few lines. A peer without hooks is conformant.
 * Every hook is optional; `next` (or `run`) is what the peer would have done, and may be called never, once, several times or later.
 */
export interface HookContext {
  /** The device's session, 1 for its first since the start or the last reset; 0 outside a session. */
  readonly session: number;
  /** How many #2s there have been in this session. */
  readonly package: number;
  /** OMADM-DevID. */
  readonly device: string | undefined;
  readonly clock: Clock;
  /** Shared by all sessions of the peer. */
  readonly scratch: Scratch;
  /** Of this session alone. */
  readonly own: Scratch;
}

/** Why a session is opened (TS 5.2). `report`: the result of an EXEC that was answered 202 goes to its ServerURI (D-24). */
export type Cause =
  | { readonly kind: 'own' }
  /** `notificationId` is left out when the notification had none; `reqMos`: it asked for the supported MOs. */
  | { readonly kind: 'notified'; readonly notificationId?: number; readonly reqMos?: boolean }
  | { readonly kind: 'bootstrap' }
  | { readonly kind: 'report'; readonly url: string };

/** How a session came to its end. Only `ended` is END's doing; everything else is an operation dropped (protocol: HTTP rules). */
export type SessionEnd = 'ended' | 'refused' | 'malformed' | 'broken' | 'left' | 'aborted';

/** Sends a request and resolves with its answer; rejects when the connection fails or is cut. */
export type Exchange = (request: PeerSend) => Promise<PeerResponse>;

export interface ClientHookContext extends HookContext {
  readonly cause: Cause;
  readonly tree: Tree;
  /** ServerURIs of the CONTs of this session so far. */
  readonly conts: readonly string[];
  /** Where the account says that a session begins. */
  readonly accountUri: string;
  /** Sends anything, as a request of its own. */
  readonly send: Exchange;
  /** Queues a Generic Alert. */
  raise(alert: GenericAlert): void;
}

/** What to do about a #2 that cannot be read: leave it (the session is over), send the last package again, or run commands all the same. */
export type MalformedChoice = 'leave' | 'retry' | readonly SeenCommand[];

export interface ClientHooks {
  /** A notification that came in: heed one that should be ignored, ignore one that should be heeded, or read it otherwise. */
  notification?(received: Received, context: HookContext): Received;
  /** Opening a session: swallow it, or open it twice. `open` resolves with how it ended. */
  startSession?(cause: Cause, open: () => Promise<SessionEnd>, context: HookContext): Promise<unknown> | undefined;
  /** What #1 says, before it is written. */
  packageOne?(content: PackageOneContent, context: ClientHookContext): PackageOneContent;
  /** #1 as HTTP: no request (resolve with undefined), one or several; method, URL, header fields, bytes. */
  requestOne?(request: PeerSend, next: Exchange, context: ClientHookContext): Promise<PeerResponse | undefined>;
  /** Every answer of the DM server before the client looks at it. */
  reply?(reply: PeerResponse, context: ClientHookContext): PeerResponse;
  /** An answer with 2xx that is no #2. */
  onMalformed?(
    reply: PeerResponse,
    problems: readonly Problem[],
    context: ClientHookContext,
  ): MalformedChoice | Promise<MalformedChoice>;
  /** The commands of one #2: which are run, in what order, one after another or at once. Position in the result is position in #3. */
  commands?(
    commands: readonly SeenCommand[],
    run: (index: number) => Promise<StatusEntry | undefined>,
    context: ClientHookContext,
  ): Promise<readonly (StatusEntry | undefined)[]>;
  /** One command. */
  execute?(
    command: SeenCommand,
    next: (command: SeenCommand) => Promise<StatusEntry | undefined>,
    context: ClientHookContext,
  ): Promise<StatusEntry | undefined>;
  /** Access control: whether a server has a right to an instance. */
  rights?(asked: RightAsked, allowed: boolean, context: ClientHookContext): boolean;
  /** Whether the session's account lets its server manage a MOID. */
  manages?(moid: string, allowed: boolean, context: ClientHookContext): boolean;
  /** The HTTP of HGET, HPUT, HPOST, SUB and DEFAULT (CR 6.1.3). */
  transfer?(request: PeerSend, next: Exchange, context: ClientHookContext): Promise<PeerResponse>;
  /** SHOW's browser; `launch` resolves when it has started. */
  browse?(url: string, launch: (url: string) => Promise<void>, context: ClientHookContext): Promise<void>;
  /** The statuses of a #3, which may become anything. */
  statuses?(statuses: readonly StatusEntry[], context: ClientHookContext): readonly StatusEntry[];
  /** What #3 says, before it is written. */
  packageThree?(content: PackageThreeContent, context: ClientHookContext): PackageThreeContent;
  /** #3 as HTTP, like `requestOne`. */
  requestThree?(request: PeerSend, next: Exchange, context: ClientHookContext): Promise<PeerResponse | undefined>;
  /** The END package has run. `report` sends the #3 that must not be; it resolves with the answer. */
  onEnd?(
    statuses: readonly StatusEntry[],
    report: (statuses: readonly StatusEntry[]) => Promise<PeerResponse>,
    context: ClientHookContext,
  ): Promise<void> | void;
  /** Where the next package goes: before #1 (`context.package` 0) and before each #3. */
  nextUrl?(url: string, context: ClientHookContext): string;
  /** The session is over, whichever way. */
  afterSession?(end: SessionEnd, context: ClientHookContext): Promise<void> | void;
  /** An event on the device that is to become a Generic Alert. */
  raiseAlert?(alert: GenericAlert, keep: (alert: GenericAlert) => void, context: HookContext): void;
  /** Alerts about to go out in #1 or #3: lose, keep back, mark. */
  alerts?(alerts: readonly GenericAlert[], context: ClientHookContext): readonly GenericAlert[];
  /** Whether the account's credentials go to this address where they are asked for; by default to its own server's origin alone (D-33). */
  authorizes?(url: string, allowed: boolean, context: ClientHookContext): boolean;
  /** The value of an Authorization field before it is sent; undefined: none is. */
  credentials?(value: string, challenge: AuthItem, context: ClientHookContext): string | undefined;
  /** How connections are secured: versions, suites, certificate or key; `account` is left out for servers of no account. */
  secures?(options: ConnectionOptions, account: AccountTls | undefined): ConnectionOptions;
  /** Whether to go on with a server whose certificate is not in order; `problem` is OpenSSL's name for what is wrong. */
  trusts?(problem: string): boolean;
  /** Wraps the transport once, at the start: for what cannot be seen at the level of whole messages. */
  transport?(inner: AbortableTransport): AbortableTransport;
}

export interface ServerHookContext extends HookContext {
  /** A #2 with these commands, as the server writes it. */
  two(commands: CommandList): PeerReply;
  /** A refusal: this status, no commands. */
  refuse(status: number): PeerReply;
}

/** Who a request says it comes from, and what that is worth. */
export interface Identified {
  /** The device whose credentials these are; undefined for nobody that the server knows. */
  readonly device: string | undefined;
  readonly by: 'nothing' | 'basic' | 'digest' | 'certificate' | 'psk';
  /** `stale`, `replayed`: right, with a nonce that is none any more, or a count of it that was used. */
  readonly standing: 'right' | 'wrong' | 'stale' | 'replayed';
}

export interface ServerHooks {
  /** How TLS is spoken; asked once, with the first connection. */
  tls?(settings: TlsSettings): TlsSettings;
  /** The address of TLS speaks plain HTTP. */
  plain?: true;
  /** Who a request of a device that the server knows comes from (TS 9). */
  identify?(found: Identified, request: PeerRequest, context: ServerHookContext): Identified;
  /** Any request, before anything is known of it: answer early, or change what comes of `next`. */
  accept?(
    request: PeerRequest,
    next: (request: PeerRequest) => PeerReply,
    context: ServerHookContext,
  ): PeerReply | Promise<PeerReply>;
  /** The key under which the session is kept; by default the device's identifier. */
  sessionKey?(key: string, request: PeerRequest, context: ServerHookContext): string;
  /** A #1 while a session of the device is open (D-26, D-11). */
  restart?(request: PeerRequest, context: ServerHookContext): 'fresh' | 'continue' | PeerReply;
  /** A #3 that came before (D-31): repeat the answer, or go on, which loses a package. */
  repeated?(request: PeerRequest, context: ServerHookContext): 'repeat' | 'next' | PeerReply;
  /** The next #2; undefined = nothing left to do, so END. */
  nextTurn?(turn: Turn | undefined, context: ServerHookContext): Turn | undefined;
  /** The commands of a #2 as they will be written. */
  commands?(commands: CommandList, context: ServerHookContext): CommandList;
  /** A #1 or #3 that cannot be read; undefined = refuse it as usual. */
  onMalformed?(request: PeerRequest, problems: readonly Problem[], context: ServerHookContext): PeerReply | undefined;
  /** A #3 after END, or of no session (D-10); undefined = refuse it as usual. */
  afterEnd?(request: PeerRequest, context: ServerHookContext): PeerReply | undefined;
  /** What a notification says, before it is written and sealed (TS 6.1); `again`: an earlier one is unanswered and goes out once more. */
  notification?(
    content: NotificationContent & { readonly again: boolean },
    context: ServerHookContext,
  ): NotificationContent;
  /** Its bytes. */
  notificationBytes?(bytes: Buffer, context: ServerHookContext): Buffer;
  /** Whether a session whose #1 has these identifiers is the one that was asked for (CR 6.1a R01). */
  recognises?(known: boolean, identifiers: readonly number[], context: ServerHookContext): boolean;
  /** A request at the server's own data repository (CR 6.1.3). */
  repository?(request: PeerRequest, next: PeerHandler, context: HookContext): PeerReply | Promise<PeerReply>;
  /** A request at the server's web pages (CR 6.1.4). */
  pages?(request: PeerRequest, next: PeerHandler, context: HookContext): PeerReply | Promise<PeerReply>;
  /** Every reply before it goes out: status, header fields, bytes, delivery. */
  reply?(reply: PeerReply, request: PeerRequest, context: ServerHookContext): PeerReply | Promise<PeerReply>;
}
