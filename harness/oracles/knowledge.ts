import { leavesOf, type MoLeaf, readMoSerialization } from '../protocol/mo-data.js';
import { BoundedMap, BoundedSet } from '../session/bounded.js';
import { marksIn } from '../session/marks.js';
import type { CommandRun, PackageRun, Session } from '../session/observation.js';
import type { BodyRecord } from '../trace/event.js';
import {
  codeOf,
  dataOf,
  isSecure,
  LONG_BODY,
  originOf,
  placesOf,
  plainUri,
  served,
  soleUri,
  succeeded,
} from './common.js';

/** Nodes remembered for each session; the harness's own plans stay far below. */
const MOST_NODES = 256;

/** What a client has said, by 200, of a node: the planted values it holds now, or that it is gone. */
export interface KnownNode {
  readonly uri: string;
  readonly marks: ReadonlySet<string>;
  readonly gone: boolean;
  /** Values it held before the last change. */
  readonly before: ReadonlySet<string>;
  /** Round in which that was said. */
  readonly round: number;
  /** Set when a later HGET of the node failed: it must still hold the same (STA-14). */
  readonly failedSince: CommandRun | undefined;
  readonly command: CommandRun;
}

/** What was read of a node: the planted values in the data; or that the read failed. */
export interface Read {
  readonly command: CommandRun;
  readonly uri: string;
  readonly marks: ReadonlySet<string>;
  readonly status: 'data' | 'error';
  /** Code of the command's status. */
  readonly code: number;
  readonly known: KnownNode | undefined;
}

type Text = (body: BodyRecord) => string;

/**
 * Walks through the commands of finished packages in their order and keeps, for each session, what the client said it holds.
 * Only values that the harness planted count, so no representation has to be known (D-08, D-22).
 */
export class Knowledge {
  readonly #text: Text;
  readonly #nodes = new WeakMap<Session, Map<string, KnownNode>>();
  /** Origins at which a transfer of the session has arrived over plain HTTP: over TLS, the next connection may fail for reasons of its own. */
  readonly #reached = new WeakMap<Session, Set<string>>();

  constructor(text: Text) {
    this.#text = text;
  }

  nodes(session: Session): ReadonlyMap<string, KnownNode> {
    return this.#nodes.get(session) ?? new Map();
  }

  /** Takes a finished package; returns what its commands read, each with what was known at that moment. */
  learn(run: PackageRun): readonly Read[] {
    const nodes = this.#nodes.get(run.session) ?? new BoundedMap<string, KnownNode>(MOST_NODES);
    this.#nodes.set(run.session, nodes);
    const reads: Read[] = [];
    const reached = this.#reached.get(run.session) ?? new BoundedSet<string>(MOST_NODES);
    this.#reached.set(run.session, reached);
    for (const command of run.commands) {
      if (command.exchanges.length > 0 && !isSecure(command.command.serverUri)) reached.add(originOf(command));
    }
    for (const command of run.commands) {
      if (command.command.standing !== 'well-formed') continue;
      const name = command.command.name;
      if (codeOf(command) === undefined && (name === 'HGET' || name === 'DELETE')) forget(nodes, command);
      else if (name === 'HGET') this.#hget(nodes, run, command);
      else if (name === 'DELETE') {
        reads.push(...deletedAgain(nodes, command));
        remove(nodes, run, command);
      }
      if (name === 'GET' || name === 'HPUT' || name === 'HPOST') reads.push(...this.#read(nodes, reached, command));
    }
    return reads;
  }

  #hget(nodes: Map<string, KnownNode>, run: PackageRun, command: CommandRun): void {
    const target = command.command.clientUris[0];
    // The last one counts: one that answers a challenge follows another (D-19).
    const last = command.exchanges.at(-1);
    const response = served(last);
    if (response === undefined) {
      // Said to be done all the same, it may have changed the node: by a redirect that was followed (D-17), by what came from another URI or in part.
      if (succeeded(command) && (last === undefined || last.response !== undefined)) {
        forget(nodes, command);
        return;
      }
      const known = target === undefined ? undefined : nodes.get(plainUri(target));
      if (known !== undefined) nodes.set(known.uri, { ...known, failedSince: command });
      return;
    }
    if (!succeeded(command)) return;
    const text = response.body.size > LONG_BODY ? '' : this.#text(response.body);
    if (target !== undefined) put(nodes, run, command, target, marksIn(text));
    else {
      const [place, ...more] = placesOf(command);
      if (place === undefined || more.length > 0) return;
      for (const { path, value } of leavesIn(text))
        put(nodes, run, command, [plainRoot(place), ...path].join('/'), marksIn(JSON.stringify(value)));
    }
  }

  #read(nodes: ReadonlyMap<string, KnownNode>, reached: ReadonlySet<string>, command: CommandRun): readonly Read[] {
    const uri = soleUri(command.command);
    const code = codeOf(command);
    if (uri === undefined || code === undefined) return [];
    const known = nodes.get(plainUri(uri));
    const upload = command.command.name !== 'GET';
    // An upload that was refused, or that may not have found its repository, does not tell of the node.
    if (upload && command.exchanges.length === 0 && !reached.has(originOf(command))) return [];
    if (code >= 400 && command.exchanges.length === 0)
      return [{ command, uri, marks: new Set(), status: 'error', code, known }];
    const body = command.exchanges[0]?.request.body;
    if (upload && (body === undefined || body.size > LONG_BODY)) return [];
    const text = body === undefined ? JSON.stringify(dataOf(command)) : this.#text(body);
    return [{ command, uri, marks: marksIn(text), status: 'data', code, known }];
  }
}

/** A GET without any data reads nothing: that is STA-12. */
export function showsNothing({ command, code }: Read): boolean {
  const empty = Object.values(dataOf(command)).every(isEmpty);
  return command.command.name === 'GET' && empty && code < 300;
}

/** A node that is gone because another one, above it, was deleted. */
export function isBelowDeleted({ gone, uri, command: { command } }: KnownNode): boolean {
  return gone && plainUri(command.clientUris.join()) !== uri;
}

const EMPTY: ReadonlySet<string> = new Set(['null', '""', '{}', '[]']);

/** A value of a status's data that tells nothing. */
export function isEmpty(value: unknown): boolean {
  return EMPTY.has(JSON.stringify(value));
}

/** A change without a readable status may have been done or not. */
function forget(nodes: Map<string, KnownNode>, { command }: CommandRun): void {
  const [target] = command.clientUris;
  if (target === undefined) return;
  clear(nodes, plainUri(target));
}

/** A change leaves what was known of the node, above it and below it in doubt. */
function clear(nodes: Map<string, KnownNode>, uri: string): void {
  for (const other of [...nodes.keys()])
    if (other === uri || related(other, uri) || related(uri, other)) nodes.delete(other);
}

function put(
  nodes: Map<string, KnownNode>,
  run: PackageRun,
  command: CommandRun,
  target: string,
  marks: ReadonlySet<string>,
): void {
  const uri = plainUri(target);
  const before = nodes.get(uri)?.marks ?? new Set<string>();
  clear(nodes, uri);
  if (marks.size > 0)
    nodes.set(uri, { uri, marks, gone: false, before, round: run.number, failedSince: undefined, command });
}

function remove(nodes: Map<string, KnownNode>, run: PackageRun, command: CommandRun): void {
  if (!succeeded(command)) return;
  const uri = plainUri(command.command.clientUris.join());
  for (const known of [...nodes.values()]) {
    if (known.uri !== uri && !related(uri, known.uri)) continue;
    nodes.set(known.uri, {
      ...known,
      gone: true,
      before: known.marks,
      round: run.number,
      failedSince: undefined,
      command,
    });
  }
}

/** A DELETE of a node that is gone already reads nothing, but its status tells of the node (STA-06). */
function deletedAgain(nodes: ReadonlyMap<string, KnownNode>, command: CommandRun): readonly Read[] {
  const uri = command.command.clientUris.join();
  const known = nodes.get(plainUri(uri));
  const code = codeOf(command);
  if (known?.gone !== true || code === undefined) return [];
  return [{ command, uri, marks: new Set(), status: code >= 400 ? 'error' : 'data', code, known }];
}

/** Whether `inner` lies below `outer`. */
function related(outer: string, inner: string): boolean {
  return inner.startsWith(outer.endsWith('/') ? outer : `${outer}/`);
}

/** The address without closing slash, also that of an instance that has no name. */
function plainRoot(uri: string): string {
  return uri.endsWith('/') ? uri.slice(0, -1) : uri;
}

/** The leaves in an MO serialization with one element. */
function leavesIn(text: string): readonly MoLeaf[] {
  const { view } = readMoSerialization(Buffer.from(text));
  return view?.length === 1 ? view.flatMap(({ data }) => leavesOf(data)) : [];
}
