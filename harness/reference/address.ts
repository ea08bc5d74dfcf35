import type { ClientUri, Instance, NodeValue, Segment } from '../protocol/client-uri.js';
import type { Located, MoInstance, Tree } from './tree.js';
import type { TreeNode } from './tree-node.js';

/** A way down the tree, and which node each x-name stands for on it. */
interface Trail extends Located {
  readonly xnames: ReadonlyMap<string, TreeNode>;
}

/** Nodes that a ClientURI addresses, in tree order (TS 6). Empty when it resolves to nothing. */
export function resolve(tree: Tree, uri: ClientUri): readonly Located[] {
  let trails = startingPoints(tree.instances(uri.moid), uri.instance);
  for (const segment of uri.path) trails = trails.flatMap((trail) => step(trail, segment));
  return trails.filter((trail) => uri.nv.every((condition) => meets(trail, condition)));
}

/** An empty instance means the only one, so with two of them it means nothing. */
function startingPoints(instances: readonly MoInstance[], wanted: Instance): readonly Trail[] {
  const chosen = instances.filter((instance) => {
    if (wanted.kind === 'only') return instances.length === 1;
    return wanted.kind !== 'name' || wanted.name === instance.miid;
  });
  return chosen.map((instance) => {
    const start = { instance, path: [], node: instance.root };
    return { ...start, xnames: named(new Map(), wanted, instance.root) };
  });
}

function step(trail: Trail, segment: Segment): readonly Trail[] {
  const children = [...(trail.node.children?.values() ?? [])];
  const chosen = segment.kind === 'name' ? children.filter((child) => child.name === segment.name) : children;
  return chosen.map((node) => ({
    instance: trail.instance,
    path: [...trail.path, node.name],
    node,
    xnames: named(trail.xnames, segment, node),
  }));
}

function named(known: Trail['xnames'], segment: Instance, node: TreeNode): Trail['xnames'] {
  return segment.kind === 'xname' ? new Map(known).set(segment.name, node) : known;
}

/** Whether the node that an x-name stands for has the wanted value at the wanted place below it. */
function meets(trail: Trail, { xname, path, value }: NodeValue): boolean {
  const start = trail.xnames.get(xname);
  if (start === undefined) return false;
  return below(start, path).some((node) => node.children === undefined && String(node.value) === value);
}

function below(start: TreeNode, path: readonly Segment[]): readonly TreeNode[] {
  return path.reduce<readonly TreeNode[]>(
    (nodes, segment) =>
      nodes.flatMap((node) => {
        const children = [...(node.children?.values() ?? [])];
        return segment.kind === 'name' ? children.filter((child) => child.name === segment.name) : children;
      }),
    [start],
  );
}
