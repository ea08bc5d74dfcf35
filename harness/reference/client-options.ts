import type { CommandName } from '../protocol/packages.js';
import type { HeaderList } from '../stimuli/peer.js';
import type { Browser } from './browser.js';
import type { Clock } from './clock.js';
import type { Account } from './default-tree.js';
import type { ClientHooks } from './hooks.js';
import type { Tree } from './tree.js';
import type { AbortableTransport } from './undici-transport.js';

/** `lenient` goes on wherever it can tell what the other side meant, so that one mistake does not hide the rest. */
export type Tolerance = 'strict' | 'lenient';

export interface ReferenceClientOptions {
  /** Where the account says that sessions begin. */
  readonly serverUrl: string;
  readonly transport: AbortableTransport;
  /** Default: real time. */
  readonly clock?: Clock;
  readonly hooks?: ClientHooks;
  /** OMADM-DevID of the device that calls without one mean. */
  readonly device?: string;
  /** What the account of a fresh device holds besides the address. */
  readonly account?: Partial<Omit<Account, 'serverUri'>>;
  /** Default: a `PageLoader`. */
  readonly browser?: Browser;
  /** Default strict. */
  readonly tolerance?: Tolerance;
  /** Default: all twelve. */
  readonly commands?: readonly CommandName[];
  /** After how many milliseconds without an answer an exchange is given up; default 60 s (D-27: no source says). */
  readonly timeoutMs?: number;
  /** Whether #1 lists the supported MOs; default true (CR 6.2-2: it may). */
  readonly mos?: boolean;
  /** Further header fields of #1 and #3. */
  readonly headers?: HeaderList;
  /** POSIX seconds, for the TIMESTAMP of notifications; default the machine's own clock, also where `clock` is a virtual one. */
  readonly wallSeconds?: () => number;
  /** Folder in which undelivered alerts outlive the process; default: they do not. */
  readonly stateDir?: string;
  /** Makes the tree of a fresh device; default `defaultTree`. */
  readonly tree?: (device: string, account: Account) => Tree;
}

export const DEFAULT_DEVICE = 'IMEI:004402990020434';
export const DEFAULT_TIMEOUT_MS = 60_000;
