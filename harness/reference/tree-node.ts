import type { DdfAccess } from '../protocol/ddf.js';

/** Value of a leaf as MO serialization carries it. */
export type Scalar = string | number | boolean | null;

/** `MOData`: a leaf's value or the children of an interior node (TS 6; D-22). */
export type MoValue = Scalar | MoObject;
export interface MoObject {
  readonly [name: string]: MoValue;
}

/** Management data of any other media type, kept as it came (CR 6.1.3). */
export interface Content {
  readonly type: string;
  readonly bytes: Buffer;
}

/** What runs when an executable node is executed; `raise` queues a Generic Alert. */
export type NodeAction = (raise: (alert: Readonly<Record<string, unknown>>) => void) => void | Promise<void>;

/** What a DDF says about a node. Everything left out: dynamic, open to all but Exec. */
export interface NodeTraits {
  /** The server can neither create, delete nor rename it. */
  readonly permanent?: boolean;
  /** What a server may do with it. */
  readonly access?: ReadonlySet<DdfAccess>;
  readonly action?: NodeAction;
}

const OPEN: ReadonlySet<DdfAccess> = new Set<DdfAccess>(['Add', 'Get', 'Replace', 'Delete']);

/** A node of an MO instance: interior when it has `children`, else a leaf. */
export class TreeNode {
  readonly name: string;
  readonly permanent: boolean;
  readonly access: ReadonlySet<DdfAccess>;
  readonly action: NodeAction | undefined;
  readonly children: Map<string, TreeNode> | undefined;
  value: Scalar = null;
  content: Content | undefined;

  constructor(name: string, kind: 'interior' | 'leaf', traits: NodeTraits = {}) {
    this.name = name;
    this.permanent = traits.permanent ?? false;
    this.access = traits.access ?? OPEN;
    this.action = traits.action;
    this.children = kind === 'interior' ? new Map() : undefined;
  }

  /** A leaf. */
  static leaf(name: string, value: Scalar, traits?: NodeTraits): TreeNode {
    const node = new TreeNode(name, 'leaf', traits);
    node.value = value;
    return node;
  }

  /** A leaf that holds data of another media type. */
  static holding(name: string, content: Content, traits?: NodeTraits): TreeNode {
    const node = new TreeNode(name, 'leaf', traits);
    node.content = content;
    node.value = textOf(content);
    return node;
  }

  /** An interior node over nodes that are already there. */
  static over(name: string, children: readonly TreeNode[], traits?: NodeTraits): TreeNode {
    const node = new TreeNode(name, 'interior', traits);
    for (const child of children) node.children?.set(child.name, child);
    return node;
  }

  /** A node, and all below it, out of `MOData`; every node takes the traits. */
  static from(name: string, data: MoValue, traits?: NodeTraits): TreeNode {
    if (!isObject(data)) return TreeNode.leaf(name, data, traits);
    const children = Object.entries(data).map(([child, value]) => TreeNode.from(child, value, traits));
    return TreeNode.over(name, children, traits);
  }

  get traits(): NodeTraits {
    const { permanent, access, action } = this;
    return { permanent, access, ...(action === undefined ? {} : { action }) };
  }

  /** Whether its DDF lets a server read it. */
  get readable(): boolean {
    return this.access.has('Get');
  }

  /** The node as `MOData` shows it; what the server may not read is left out. */
  data(): MoValue {
    if (this.children === undefined) return this.value;
    const shown = [...this.children.values()].filter((child) => child.readable);
    return Object.fromEntries(shown.map((child) => [child.name, child.data()]));
  }

  /** This node and all below it. */
  *all(): Iterable<TreeNode> {
    yield this;
    for (const child of this.children?.values() ?? []) yield* child.all();
  }
}

export function isObject(data: unknown): data is MoObject {
  return typeof data === 'object' && data !== null && !Array.isArray(data);
}

/** Whether a JSON value can be `MOData`: scalars and objects of them, no arrays (TS 6). */
export function isMoValue(data: unknown): data is MoValue {
  if (isObject(data)) return Object.values(data).every(isMoValue);
  return data === null || ['string', 'number', 'boolean'].includes(typeof data);
}

/** Content as a leaf's value: text as it reads, anything else in base64 (node format b64). */
function textOf(content: Content): string {
  return content.bytes.toString(content.type.startsWith('text/') ? 'utf8' : 'base64');
}
