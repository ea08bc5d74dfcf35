import type { DdfNode } from '../protocol/ddf.js';
import { describedNode } from './described.js';
import { type MoValue, TreeNode } from './tree-node.js';

/** An instance of a management object (TS 6): its MOID, the MIID that the client gave it, and its nodes. */
export interface MoInstance {
  readonly moid: string;
  readonly miid: string;
  /** The instance's own node; its name is the MIID. */
  root: TreeNode;
  /** Cache validator; changes with the instance (TS 11). */
  validator: string;
  /** Identifier of the server that created it; undefined for one that came with the device. */
  creator?: string;
}

/** A node with its place in the tree. `path` is empty for the root of an instance. */
export interface Located {
  readonly instance: MoInstance;
  readonly path: readonly string[];
  readonly node: TreeNode;
}

/** A place below an instance was created, replaced or removed. */
export interface TreeChange {
  readonly moid: string;
  readonly miid: string;
  readonly path: readonly string[];
}

/** What of a device is managed by an MO: where its DDF lies, and what that says of an instance. */
export interface MoKind {
  readonly moid: string;
  readonly ddf: string;
  readonly description?: DdfNode;
}

/** Canonical ClientURI of a place: `MOID/MIID/path`, the root with a slash at its end. */
export function uriOf(place: {
  readonly moid: string;
  readonly miid: string;
  readonly path: readonly string[];
}): string {
  return `${place.moid}/${place.miid}/${place.path.join('/')}`;
}

/** The management tree of one device. Knows places, not rights: who may do what is decided by the commands. */
export class Tree {
  readonly #instances: MoInstance[] = [];
  readonly #kinds = new Map<string, MoKind>();
  readonly #listeners = new Set<(change: TreeChange) => void>();
  #changes = 0;
  #named = 0;

  /** Declares an MO that this device supports; it is listed in #1 also while it has no instance. */
  declare(kind: MoKind): void {
    this.#kinds.set(kind.moid, kind);
  }

  supports(moid: string): boolean {
    return this.#kinds.has(moid);
  }

  /** What the DDF of that MO says of the root of its instances. */
  description(moid: string): DdfNode | undefined {
    return this.#kinds.get(moid)?.description;
  }

  /** Called after every change. Returns the way to stop it. */
  onChange(listener: (change: TreeChange) => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  instances(moid: string): readonly MoInstance[] {
    return this.#instances.filter((instance) => instance.moid === moid);
  }

  instance(moid: string, miid: string): MoInstance | undefined {
    return this.#instances.find((instance) => instance.moid === moid && instance.miid === miid);
  }

  /** The `MOS` member of a #1: DDF link, MOID and MIIDs of every supported MO (TS 7.2). */
  supported(): readonly { readonly DDF: string; readonly MOID: string; readonly MIID: readonly string[] }[] {
    return [...this.#kinds.values()].map(({ moid, ddf }) => ({
      DDF: ddf,
      MOID: moid,
      MIID: this.instances(moid).map((instance) => instance.miid),
    }));
  }

  /** Creates an instance; its root takes the MIID as its name. Without a MIID the client picks one, as it does for every instance that a server makes (TS 5.3). */
  create(moid: string, data: MoValue | TreeNode, miid: string = this.#freshMiid(moid)): MoInstance {
    if (!this.#kinds.has(moid)) this.declare({ moid, ddf: `urn:example:ddf:${moid}` });
    const made = data instanceof TreeNode ? data : describedNode(miid, data, this.description(moid));
    const root = made.name === miid ? made : TreeNode.over(miid, [...(made.children?.values() ?? [])], made.traits);
    const instance: MoInstance = { moid, miid, root, validator: '' };
    this.#instances.push(instance);
    this.#changed(instance, []);
    return instance;
  }

  /** Puts a node in its place below an instance; what was there under its name is gone. The path names the node itself. */
  put(instance: MoInstance, path: readonly string[], node: TreeNode): boolean {
    const name = path.at(-1);
    if (name === undefined) {
      if (node.children === undefined) return false;
      instance.root = node;
    } else {
      const parent = this.at(instance, path.slice(0, -1));
      if (parent?.children === undefined) return false;
      parent.children.set(name, node);
    }
    this.#changed(instance, path);
    return true;
  }

  /** Sets a leaf's value, as the device itself does. */
  setValue(place: Located, value: TreeNode['value']): void {
    place.node.value = value;
    place.node.content = undefined;
    this.#changed(place.instance, place.path);
  }

  /** What is at or below that place was changed from within. */
  touched(instance: MoInstance, path: readonly string[]): void {
    this.#changed(instance, path);
  }

  /** Removes a node and its children, or a whole instance. */
  remove(place: Located): void {
    const name = place.path.at(-1);
    if (name === undefined) this.#instances.splice(this.#instances.indexOf(place.instance), 1);
    else this.at(place.instance, place.path.slice(0, -1))?.children?.delete(name);
    this.#changed(place.instance, place.path);
  }

  /** The node at a path of real names. */
  at(instance: MoInstance, path: readonly string[]): TreeNode | undefined {
    let node: TreeNode | undefined = instance.root;
    for (const name of path) node = node?.children?.get(name);
    return node;
  }

  #changed(instance: MoInstance, path: readonly string[]): void {
    this.#changes += 1;
    instance.validator = `${instance.miid}-${this.#changes}`;
    const change: TreeChange = { moid: instance.moid, miid: instance.miid, path };
    for (const listener of [...this.#listeners]) listener(change);
  }

  #freshMiid(moid: string): string {
    do this.#named += 1;
    while (this.instance(moid, `mo${this.#named}`) !== undefined);
    return `mo${this.#named}`;
  }
}
