/** What a server may do with a node (protocol facts, section 10). */
export const DDF_ACCESS = ['Add', 'Get', 'Replace', 'Delete', 'Exec'] as const;
export type DdfAccess = (typeof DDF_ACCESS)[number];

export const DDF_FORMATS = [
  'b64',
  'bin',
  'bool',
  'chr',
  'int',
  'node',
  'null',
  'xml',
  'date',
  'time',
  'float',
] as const;
export type DdfFormat = (typeof DDF_FORMATS)[number];

/** How often a node may stand under its parent; `most` is undefined where there is no limit. */
export interface DdfOccurrence {
  readonly least: 0 | 1;
  readonly most: number | undefined;
}

/** A node as a device description describes it. */
export interface DdfNode {
  /** Undefined for a placeholder (`<x>`, or no name), which is named when it is created. */
  readonly name: string | undefined;
  /** Where the node lies, when it does not stand inside its parent. */
  readonly path: string | undefined;
  readonly access: ReadonlySet<DdfAccess>;
  readonly format: DdfFormat | undefined;
  /** Media types of its value. */
  readonly mime: readonly string[];
  /** Name of the DDF that describes what lies below. */
  readonly ddfName: string | undefined;
  readonly occurrence: DdfOccurrence;
  /** `Permanent`: the server can neither create, delete nor rename it. */
  readonly scope: 'Permanent' | 'Dynamic';
  readonly defaultValue: string | undefined;
  readonly title: string | undefined;
  readonly description: string | undefined;
  readonly caseSensitive: boolean;
  readonly children: readonly DdfNode[];
}

/** A device description, the document that `MOS[].DDF` of a #1 points at. */
export interface Ddf {
  readonly version: string | undefined;
  readonly manufacturer: string | undefined;
  readonly model: string | undefined;
  readonly nodes: readonly DdfNode[];
}

/** The description of a child by its real name: the one with that name, else the placeholder. Undefined when there is none. */
export function childOf(node: DdfNode, name: string): DdfNode | undefined {
  const fits = (child: DdfNode): boolean =>
    child.caseSensitive ? child.name === name : child.name?.toLowerCase() === name.toLowerCase();
  return node.children.find(fits) ?? node.children.find((child) => child.name === undefined);
}

/** The description of the node at a path of real names below `root`. */
export function describedAt(root: DdfNode, path: readonly string[]): DdfNode | undefined {
  return path.reduce<DdfNode | undefined>((node, name) => node && childOf(node, name), root);
}

/** Names of the children that must be there, placeholders left out. */
export function requiredNames(node: DdfNode): readonly string[] {
  return node.children.flatMap(({ name, occurrence }) => (name !== undefined && occurrence.least > 0 ? [name] : []));
}
