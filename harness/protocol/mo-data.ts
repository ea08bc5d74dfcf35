import { readJsonBody } from './json-body.js';
import { isObject, type JsonObject } from './json-object.js';
import type { Problem, Reading } from './packages.js';
import { MO_SERIALIZATION_SCHEMA } from './schemas.js';
import { shapeCheck } from './shape.js';

/** A member of an MO serialization (protocol facts, section 7). */
export interface MoItem {
  readonly ddf?: string;
  /** As sent; undefined where a foreign item has none. */
  readonly clientUri: string | undefined;
  /** Cache validator (TS 11). */
  readonly cv?: string;
  readonly data: JsonObject;
}

/** An item as the harness writes it. */
export interface MoItemContent extends MoItem {
  readonly clientUri: string;
}

const check = shapeCheck(MO_SERIALIZATION_SCHEMA);

/** Reads a body that should be an MO serialization. A lone object counts as an array of one beside the problem. Never throws. */
export function readMoSerialization(bytes: Uint8Array): Reading<readonly MoItem[]> {
  const { value, problems } = readJsonBody(bytes);
  return value === undefined ? { view: undefined, problems } : readMoItems(value, problems, bytes.length);
}

/** Like `readMoSerialization`, for JSON that was read already: the data of a status (D-08). */
export function readMoItems(value: unknown, before: readonly Problem[] = [], size = 0): Reading<readonly MoItem[]> {
  const problems = [...before, ...check(value, size)];
  if (Array.isArray(value)) return { view: value.map(readItem), problems };
  return { view: isObject(value) ? [readItem(value)] : undefined, problems };
}

/** Body of an MO serialization. */
export function writeMoSerialization(items: readonly MoItemContent[]): Buffer {
  return Buffer.from(JSON.stringify(toMoJson(items)));
}

/** The same before it is text: what a status carries in its data member (D-08). */
export function toMoJson(items: readonly MoItemContent[]): readonly JsonObject[] {
  return items.map(({ ddf, clientUri, cv, data }) => ({
    ...(ddf === undefined ? {} : { DDF: ddf }),
    ClientURI: clientUri,
    ...(cv === undefined ? {} : { CV: cv }),
    MOData: data,
  }));
}

function readItem(raw: unknown): MoItem {
  const entry = isObject(raw) ? raw : {};
  const { DDF, ClientURI, CV, MOData } = entry;
  return {
    ...(typeof DDF === 'string' ? { ddf: DDF } : {}),
    clientUri: typeof ClientURI === 'string' ? ClientURI : undefined,
    ...(typeof CV === 'string' || typeof CV === 'number' ? { cv: String(CV) } : {}),
    data: isObject(MOData) ? MOData : {},
  };
}

/**
 * What MOData may mean for a node of that name (D-22): a leaf's value stands under its name; an interior node's children stand there bare or
 * wrapped in one member of its name. Readings in the order of likelihood; more than one where both fit.
 */
export function nodeReadings(data: JsonObject, name: string): readonly unknown[] {
  const names = Object.keys(data);
  if (!Object.hasOwn(data, name)) return [data];
  const named = data[name];
  if (!isObject(named)) return names.length === 1 ? [named] : [named, data];
  return names.length === 1 ? [named, data] : [data];
}

export interface MoLeaf {
  /** Names from the top of MOData down. */
  readonly path: readonly string[];
  readonly value: unknown;
}

/** A node on the way down; names are joined to a path only at a leaf, so that depth costs no quadratic time. */
interface Place {
  readonly name: string;
  readonly parent: Place | undefined;
}

/** All leaves of MOData in document order, however deep: what is no object with members is a leaf. Takes no stack. */
export function leavesOf(data: JsonObject): readonly MoLeaf[] {
  const leaves: MoLeaf[] = [];
  const open: { readonly place: Place | undefined; readonly value: unknown }[] = [{ place: undefined, value: data }];
  for (let next = open.pop(); next !== undefined; next = open.pop()) {
    const { place, value } = next;
    const members = isObject(value) ? Object.entries(value).reverse() : [];
    if (members.length === 0 && place !== undefined) leaves.push({ path: pathOf(place), value });
    for (const [name, member] of members) open.push({ place: { name, parent: place }, value: member });
  }
  return leaves;
}

function pathOf(place: Place): readonly string[] {
  const names: string[] = [];
  for (let at: Place | undefined = place; at !== undefined; at = at.parent) names.push(at.name);
  return names.reverse();
}
