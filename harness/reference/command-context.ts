import type { GenericAlert } from '../protocol/alerts.js';
import { type ClientUri, parseClientUri } from '../protocol/client-uri.js';
import type { SeenCommand } from '../protocol/packages.js';
import { STATUS } from '../protocol/status.js';
import type { StatusEntry } from '../protocol/write-packages.js';
import type { Right } from './access-control.js';
import { resolve } from './address.js';
import type { Exchange } from './hooks.js';
import { Refused } from './refused.js';
import type { Subscriptions } from './subscriptions.js';
import type { Located, MoInstance, Tree } from './tree.js';

/** What a command may act on: one device, seen with the rights of the session's server. */
export interface CommandContext {
  readonly tree: Tree;
  /** Whether the session's account names that MOID (TS 5.3; without access control that means all rights). */
  manages(moid: string): boolean;
  /** Whether the session's server has that right to the instance. */
  may(right: Right, instance: MoInstance): boolean;
  /** Identifier of the session's server: the creator of what it creates. */
  readonly serverId: string;
  /** Accepts ClientURIs that are not quite well-formed. */
  readonly lenient: boolean;
  /** Whether the client has that command; one it lacks gets 501. */
  implements(name: string): boolean;
  /** HTTP of interface 3. */
  readonly transfer: Exchange;
  /** Starts the browser; rejects when it cannot. */
  browse(url: string): Promise<void>;
  /** Queues a Generic Alert; with a target it goes there in a session of its own. */
  raise(alert: GenericAlert, target?: string): void;
  /** CONT: where this and all later #3s of the session go. */
  continueAt(url: string): void;
  readonly subscriptions: Subscriptions;
  /** DEFAULT: ServerURI by MOID. */
  readonly defaults: Map<string, string>;
}

/** Carries out a well-formed command. Throws `Refused` where it changed nothing. */
export type Runner = (command: SeenCommand, context: CommandContext) => Promise<StatusEntry> | StatusEntry;

export const DONE: StatusEntry = { sc: STATUS.OK };

/**
 * Reads a ClientURI of a command.
 *
 * @throws Refused 400 when it is malformed, 405 when the session's server does not manage its MOID.
 */
export function readAddress(text: string, context: CommandContext): ClientUri {
  const { uri, problems } = parseClientUri(text);
  const first = problems[0];
  if (uri === undefined || (first !== undefined && !context.lenient)) {
    throw new Refused(STATUS.BAD_REQUEST, first?.message ?? 'no ClientURI');
  }
  if (!context.manages(uri.moid)) throw new Refused(STATUS.METHOD_NOT_ALLOWED, `${uri.moid} is not in the account`);
  return uri;
}

/**
 * All nodes that a ClientURI addresses, at least one, to each of which the server has the right.
 *
 * @throws Refused 404 when it resolves to nothing, 405 when a right is missing, and as `readAddress`.
 */
export function locate(text: string, right: Right, context: CommandContext): readonly [Located, ...Located[]] {
  const [first, ...rest] = resolve(context.tree, readAddress(text, context));
  if (first === undefined) throw new Refused(STATUS.NOT_FOUND, `${text} resolves to nothing`);
  for (const { instance } of [first, ...rest]) assertRight(right, instance, context);
  return [first, ...rest];
}

/** @throws Refused 405 when the session's server lacks the right to the instance. */
export function assertRight(right: Right, instance: MoInstance, context: CommandContext): void {
  if (!context.may(right, instance)) throw new Refused(STATUS.METHOD_NOT_ALLOWED, `no right to ${right}`);
}

/**
 * The one node that a ClientURI addresses (D-23).
 *
 * @throws Refused 405 when there are several, and as `locate`.
 */
export function locateOne(text: string, right: Right, context: CommandContext): Located {
  const [only, other] = locate(text, right, context);
  if (other !== undefined) throw new Refused(STATUS.METHOD_NOT_ALLOWED, `${text} resolves to several nodes`);
  return only;
}

/** @throws Refused 405 when a node may not be read. */
export function assertReadable(places: readonly Located[]): void {
  for (const { node } of places) {
    if (!node.readable) throw new Refused(STATUS.METHOD_NOT_ALLOWED, `${node.name} is not readable`);
  }
}

/** The ServerURI of a command. @throws Refused 400 when it is no absolute HTTP(S) address. */
export function serverUriOf(command: SeenCommand): string {
  const uri = command.serverUri ?? '';
  if (!/^https?:\/\//i.test(uri) || !URL.canParse(uri))
    throw new Refused(STATUS.BAD_REQUEST, `${uri} is no web address`);
  return uri;
}
