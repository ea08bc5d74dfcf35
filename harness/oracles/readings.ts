import { BoundedMap } from '../session/bounded.js';
import type { CommandRun, PackageRun, Session } from '../session/observation.js';
import type { BodyRecord } from '../trace/event.js';
import { dataOf, failed, LONG_BODY, plainUri, soleUri, succeeded } from './common.js';

/** Readings remembered for each session; the harness's own plans stay far below. */
const MOST_READINGS = 256;
const MOST_VALUES = 10_000;

/** What one command read: the values in the data, whatever representation carries them (D-08, D-22). */
export interface Reading {
  /** The address as it stands, without the closing slash of an interior node. */
  readonly uri: string;
  readonly command: CommandRun;
  readonly run: PackageRun;
  readonly values: ReadonlySet<string>;
  /** The data as JSON; undefined where it is none. */
  readonly json: unknown;
  readonly text: string;
}

type Text = (body: BodyRecord) => string;

/** Members of an MO serialization that are no data. */
const FRAME: ReadonlySet<string> = new Set(['ClientURI', 'DDF', 'CV']);

/** What GET, HPUT or HPOST of one address read, when it was done and the data was seen; else undefined. */
export function readingOf(command: CommandRun, run: PackageRun, text: Text): Reading | undefined {
  const { name } = command.command;
  const uri = soleUri(command.command);
  if (uri === undefined || !succeeded(command)) return undefined;
  if (name === 'GET') return reading(uri, command, run, JSON.stringify(dataOf(command)));
  if (name !== 'HPUT' && name !== 'HPOST') return undefined;
  // Of several nodes each may be sent by itself.
  const bodies = command.exchanges.map(({ request }) => request.body).filter(({ size }) => size <= LONG_BODY);
  const parts = [...new Set(bodies.map(text))].map((part) => reading(uri, command, run, part));
  return parts.length > 1 ? together(parts) : parts[0];
}

function together(parts: readonly Reading[]): Reading | undefined {
  const [first] = parts;
  return (
    first && {
      ...first,
      values: new Set(parts.flatMap(({ values }) => [...values])),
      json: parts.every(({ json }) => json !== undefined) ? parts.map(({ json }) => json) : undefined,
      text: parts.map((part) => part.text).join('\n'),
    }
  );
}

function reading(uri: string, command: CommandRun, run: PackageRun, text: string): Reading {
  const json = parse(text);
  return { uri: plainUri(uri), command, run, json, text, values: json === undefined ? new Set([text]) : scalars(json) };
}

/** A lone value is text as it stands: `2.0` is no number. */
function parse(text: string): unknown {
  try {
    const json: unknown = JSON.parse(text);
    return typeof json === 'object' ? (json ?? undefined) : undefined;
  } catch {
    return undefined;
  }
}

/** All values in a piece of JSON, addresses and validators of an MO serialization left out. Takes no stack. */
export function scalars(json: unknown): ReadonlySet<string> {
  const found = new Set<string>();
  const open: unknown[] = [json];
  while (open.length > 0 && found.size < MOST_VALUES) {
    const value = open.pop();
    if (typeof value !== 'object' || value === null) {
      if (value !== null && value !== undefined) found.add(String(value));
      continue;
    }
    const framed = 'MOData' in value;
    for (const [name, member] of Object.entries(value)) if (!framed || !FRAME.has(name)) open.push(member);
  }
  return found;
}

/** The one value of a leaf; undefined when the data holds none or several. */
export function leafValue(one: Reading | undefined): string | undefined {
  if (one === undefined || one.values.size !== 1) return undefined;
  const [value] = one.values;
  return value === '' ? undefined : value;
}

/** Values shorter than this may stand in a text for any reason. */
const TELLING = 8;

/** Whether the data holds that value; in data that is no JSON it must be all of the text, or long enough to stand in it for no other reason. */
export function holds(one: Reading, value: string): boolean {
  if (one.json !== undefined) return one.values.has(value);
  return one.text === value || (value.length >= TELLING && one.text.includes(value));
}

/** The latest reading of each address of each session. What a command changed, or may have changed, is forgotten. */
export class Readings {
  readonly #of = new WeakMap<Session, Map<string, Reading>>();

  of(session: Session): ReadonlyMap<string, Reading> {
    return this.#of.get(session) ?? new Map<string, Reading>();
  }

  /** What is known when a command of the package begins: what commands before it changed, or may have changed, is forgotten. */
  before(run: PackageRun, index: number): ReadonlyMap<string, Reading> {
    const known = new Map(this.of(run.session));
    for (const command of run.commands.slice(0, index)) if (!failed(command)) forget(known, command);
    return known;
  }

  /** Takes the commands of a package in their order. */
  learn(run: PackageRun, text: Text): void {
    const known = this.#of.get(run.session) ?? new BoundedMap<string, Reading>(MOST_READINGS);
    this.#of.set(run.session, known);
    for (const command of run.commands) {
      const one = readingOf(command, run, text);
      if (one !== undefined) known.set(one.uri, one);
      if (!failed(command)) forget(known, command);
    }
  }
}

function forget(known: Map<string, Reading>, { command }: CommandRun): void {
  if (command.name === 'EXEC') known.clear();
  if (command.name !== 'HGET' && command.name !== 'DELETE') return;
  const [target] = command.clientUris;
  if (target === undefined) return;
  const uri = plainUri(target);
  for (const other of [...known.keys()]) if (lies(other, uri) || lies(uri, other)) known.delete(other);
}

/** Whether `inner` is the node `outer`, or lies below it; both without closing slash. */
export function lies(inner: string, outer: string): boolean {
  return inner === outer || inner.startsWith(`${outer}/`);
}

/** A client that stops after a failed command gives the ones after it an error of its own choice (D-05, open). */
export function mayBeSkipped(run: PackageRun, index: number): boolean {
  return run.commands.slice(0, index).some(failed);
}
