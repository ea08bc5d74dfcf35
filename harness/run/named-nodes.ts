import type { Nodes, SpareableNode } from '../model/statement.js';

/** A placeholder for a node, as it becomes an address, or the key of the statement that does not name it. */
export type NamedNode = { readonly uri: string } | { readonly missing: string };

const NAMES = [
  'account',
  'sessionInfo',
  'executable',
  'executableWithAlert',
  'permanent',
  'dynamicLeaf',
  'cacheable',
  'outsideAccount',
  'spareMo',
] as const satisfies readonly (keyof Nodes)[];

/**
 * `{permanent}`, `{account}SrvID`, `{left}Setting`, `{right}ID`, and `{vectors}/…` for an address of the example object (TS 6); undefined for a text
 * that begins with none of them.
 */
export function namedNode(cell: string, nodes: Nodes): NamedNode | undefined {
  const [, word, rest = ''] = /^\{(\w+)\}(.*)$/s.exec(cell) ?? [];
  if (word === 'left' || word === 'right') return below(nodes.sample && `${nodes.sample}/${word}/`, rest, 'sample');
  if (word === 'vectors') return below(nodes.sample, rest, 'sample');
  // Every account has Perm, which nobody may read.
  if (word === 'secret') return { uri: `${nodes.secret ?? `${nodes.account}Perm`}${rest}` };
  const key = NAMES.find((name) => name === word);
  return key && below(nodes[key], rest, key);
}

function below(node: string | undefined, rest: string, key: string): NamedNode {
  return node === undefined ? { missing: `nodes.${key}` } : { uri: `${node}${rest}` };
}

/** Commands that change what they name. */
const CHANGES: ReadonlySet<string> = new Set(['HGET', 'DELETE', 'EXEC']);

/** Why a command, as a scenario writes it, is not sent: on a client with a bug it would change a node that nobody gave to the suite. */
export function spares(
  [name = '', ...cells]: readonly string[],
  spared: readonly SpareableNode[] = [],
): string | undefined {
  if (!CHANGES.has(name)) return undefined;
  const node = spared.find((key) =>
    cells.some((cell) => cell.startsWith(`{${key}}`) || (key === 'account' && cell.startsWith('{secret}'))),
  );
  if (node === undefined) return undefined;
  return `${name} could change a node that every device has; it is sent with --destructive, or where the statement names \`nodes.${node}\``;
}

/** The MOID that an address begins with. */
export function moidOf(uri: string): string {
  return uri.split('/')[0] ?? uri;
}
