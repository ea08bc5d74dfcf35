import { type ClientUri, parseClientUri } from '../protocol/client-uri.js';
import { type DdfNode, describedAt } from '../protocol/ddf.js';
import { STATUS } from '../protocol/status.js';
import { targetOf } from './access-control.js';
import { resolve } from './address.js';
import { assertRight, type CommandContext, readAddress } from './command-context.js';
import { MOID } from './default-tree.js';
import { describedNode } from './described.js';
import { type Delivered, valueFor } from './mo-content.js';
import { Refused } from './refused.js';
import { type Located, type MoInstance, type Tree, uriOf } from './tree.js';
import { isObject, type MoObject, TreeNode } from './tree-node.js';

/** Where delivered data goes: onto a node, as a new child of a node, or as a new instance. */
export type Place =
  | { readonly kind: 'node'; readonly at: Located }
  | { readonly kind: 'child'; readonly parent: Located; readonly name: string }
  | { readonly kind: 'instance'; readonly moid: string };

/**
 * The place that an HGET's ClientURI names (TS 5.3; D-23).
 *
 * @throws Refused 404 when neither the node nor its parent is there, 405 when it is not to be changed or there are several.
 */
export function placeFor(text: string, context: CommandContext): Place {
  const uri = readAddress(text, context);
  const found = findPlace(uri, context.tree);
  if (found === undefined) throw new Refused(STATUS.NOT_FOUND, `${text} resolves to nothing`);
  assertWritable(found);
  assertMayWrite(found, context);
  return found;
}

function assertMayWrite(place: Place, context: CommandContext): void {
  if (place.kind === 'instance') return;
  const { instance } = place.kind === 'node' ? place.at : place.parent;
  assertRight('write', instance, context);
  if (instance.moid === MOID.delegation) assertMayDelegate(targetOf(instance), context);
}

/** Only who may delegate says who else has rights (protocol facts, section 10). */
function assertMayDelegate(target: string, context: CommandContext): void {
  const cut = target.lastIndexOf('/');
  const instance = context.tree.instance(target.slice(0, cut), target.slice(cut + 1));
  if (instance === undefined) throw new Refused(STATUS.NOT_FOUND, `${target} is no instance`);
  assertRight('delegate', instance, context);
}

function findPlace(uri: ClientUri, tree: Tree): Place | undefined {
  const [at, other] = resolve(tree, uri);
  if (other !== undefined) throw new Refused(STATUS.METHOD_NOT_ALLOWED, 'resolves to several nodes');
  if (at !== undefined) return { kind: 'node', at };
  const last = uri.path.at(-1);
  if (last === undefined) {
    const fresh = uri.instance.kind === 'only' && tree.instances(uri.moid).length === 0;
    return fresh ? { kind: 'instance', moid: uri.moid } : undefined;
  }
  const parents = resolve(tree, { ...uri, path: uri.path.slice(0, -1) });
  const [parent] = parents;
  if (parent?.node.children === undefined || parents.length > 1 || last.kind !== 'name') return undefined;
  return { kind: 'child', parent, name: last.name };
}

function assertWritable(place: Place): void {
  if (place.kind === 'instance') return;
  if (place.kind === 'child') {
    if (!place.parent.node.access.has('Add'))
      throw new Refused(STATUS.METHOD_NOT_ALLOWED, 'the parent takes no new node');
    return;
  }
  const { node } = place.at;
  for (const each of node.all()) {
    if (!each.access.has('Replace') || (each.permanent && each !== node)) {
      throw new Refused(STATUS.METHOD_NOT_ALLOWED, `${each.name} is not to be changed`);
    }
  }
}

/** Makes the node first and puts it then, so that data which does not fit changes nothing. */
function prepare(place: Place, delivered: Delivered, context: CommandContext): TreeNode | MoObject {
  const name = place.kind === 'node' ? place.at.node.name : place.kind === 'child' ? place.name : '';
  const node = place.kind === 'node' ? place.at.node : undefined;
  if (delivered.kind === 'content') {
    if (place.kind === 'instance' || node?.children !== undefined) {
      throw new Refused(STATUS.NOT_ACCEPTABLE, `no interior node can be made of ${delivered.content.type}`);
    }
    return TreeNode.holding(name, delivered.content, node?.traits);
  }
  const [item, more] = delivered.items;
  if (item === undefined || more !== undefined)
    throw new Refused(STATUS.BAD_REQUEST, 'one item is wanted for one node');
  if (place.kind === 'instance') {
    if (place.moid === MOID.delegation) assertMayDelegate(String(item.data.Target ?? '').replace(/\/$/, ''), context);
    return item.data;
  }
  const kind = node === undefined ? 'any' : node.children === undefined ? 'leaf' : 'interior';
  const value = valueFor(name, kind, item.data);
  if (value === undefined) throw new Refused(STATUS.BAD_REQUEST, `the data holds nothing for the ${kind} ${name}`);
  const made = describedNode(name, value, descriptionOf(place, context.tree));
  if (node === undefined) return made;
  return isObject(value)
    ? TreeNode.over(name, [...(made.children?.values() ?? [])], node.traits)
    : TreeNode.leaf(name, value, node.traits);
}

/** What the DDF says of the node in that place. */
function descriptionOf(place: Exclude<Place, { kind: 'instance' }>, tree: Tree): DdfNode | undefined {
  const { instance, path } = place.kind === 'node' ? place.at : place.parent;
  const root = tree.description(instance.moid);
  return root && describedAt(root, place.kind === 'node' ? path : [...path, place.name]);
}

/** Puts delivered data in its place. Returns the ClientURI of an instance that this created. */
export function incorporate(delivered: Delivered, place: Place, context: CommandContext): string | undefined {
  const { tree } = context;
  const made = prepare(place, delivered, context);
  if (place.kind === 'instance') return rootUri(created(tree.create(place.moid, made), context));
  if (!(made instanceof TreeNode)) return undefined;
  if (place.kind === 'node') tree.put(place.at.instance, place.at.path, made);
  else tree.put(place.parent.instance, [...place.parent.path, place.name], made);
  return undefined;
}

/** Who creates an instance has all rights to it. */
function created(instance: MoInstance, { serverId }: CommandContext): MoInstance {
  instance.creator = serverId;
  return instance;
}

function rootUri(instance: { readonly moid: string; readonly miid: string }): string {
  return uriOf({ moid: instance.moid, miid: instance.miid, path: [] });
}

/**
 * Stores data for which the server named no place, all of it or nothing, and returns every place (TS 5.3). `MOID//` and a MIID that this
 * client never gave stand for a new instance, whose MIID the client picks.
 */
export function incorporateAnywhere(delivered: Delivered, context: CommandContext): readonly string[] {
  if (delivered.kind === 'content') return [storeContent(delivered, context)];
  const steps = delivered.items.map((item) => {
    const uri = readAddress(item.clientUri, context);
    const place = isForNewInstance(uri, context.tree)
      ? ({ kind: 'instance', moid: uri.moid } as const)
      : placeFor(item.clientUri, context);
    const alone: Delivered = { kind: 'mo', items: [item] };
    prepare(place, alone, context);
    return () => incorporate(alone, place, context) ?? placeUri(place);
  });
  return steps.map((store) => store());
}

function isForNewInstance({ moid, instance, path }: ClientUri, tree: Tree): boolean {
  if (path.length > 0) return false;
  return instance.kind === 'only' || (instance.kind === 'name' && tree.instance(moid, instance.name) === undefined);
}

function placeUri(place: Place): string {
  if (place.kind === 'instance') return `${place.moid}//`;
  const { instance, path } = place.kind === 'node' ? place.at : place.parent;
  return uriOf({ ...instance, path: place.kind === 'node' ? path : [...path, place.name] });
}

function storeContent(delivered: Extract<Delivered, { kind: 'content' }>, context: CommandContext): string {
  if (!context.manages(MOID.content)) throw new Refused(STATUS.METHOD_NOT_ALLOWED, 'no place for data of this type');
  const root = TreeNode.over(MOID.content, [TreeNode.holding('Data', delivered.content)]);
  return `${rootUri(created(context.tree.create(MOID.content, root), context))}Data`;
}

/** Whether a text names a place that the device itself may set: used for local changes, where rights do not count. */
export function localPlace(text: string, tree: Tree): Place | undefined {
  const { uri } = parseClientUri(text);
  return uri === undefined ? undefined : findPlace(uri, tree);
}
