import { childOf, type DdfNode } from '../protocol/ddf.js';
import { isObject, type MoValue, type NodeAction, type NodeTraits, TreeNode } from './tree-node.js';

/** What runs when a node is executed, by the path of real names below the instance's root, joined by slashes. */
export type Actions = Readonly<Record<string, NodeAction>>;

/** A node, and all below it, out of `MOData`; each may be used as its DDF says (protocol facts, section 10). */
export function describedNode(
  name: string,
  data: MoValue,
  description: DdfNode | undefined,
  actions: Actions = {},
  at = '',
): TreeNode {
  const traits = traitsOf(description, actions[at]);
  if (!isObject(data)) return TreeNode.leaf(name, data, traits);
  const children = Object.entries(data).map(([child, value]) => {
    const below = description && childOf(description, child);
    return describedNode(child, value, below, actions, at === '' ? child : `${at}/${child}`);
  });
  return TreeNode.over(name, children, traits);
}

/** A node that no DDF describes is dynamic, and open to everything but EXEC. */
function traitsOf(description: DdfNode | undefined, action: NodeAction | undefined): NodeTraits {
  if (description === undefined) return {};
  const { scope, access } = description;
  return { permanent: scope === 'Permanent', access, ...(action === undefined ? {} : { action }) };
}
