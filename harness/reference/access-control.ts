import { MOID } from './default-tree.js';
import type { MoInstance, Tree } from './tree.js';

/** What a command needs of an instance (protocol facts, section 10): GET HPUT HPOST; HGET DELETE; EXEC; an HGET onto the Delegation MO. */
export type Right = 'read' | 'write' | 'execute' | 'delegate';

/** One question of access control. */
export interface RightAsked {
  /** Identifier of the server whose session it is. */
  readonly serverId: string;
  readonly right: Right;
  readonly instance: MoInstance;
}

/**
 * Rights per instance: the creator of an instance has all of them, other servers have what an instance of the Delegation MO grants them. An instance
 * that came with the device and that nobody delegates is open to every server whose account names its MOID.
 */
export function hasRight(tree: Tree, { serverId, right, instance }: RightAsked): boolean {
  const grants = tree.instances(MOID.delegation).filter((one) => targetOf(one) === nameOf(instance));
  if (instance.creator === undefined && grants.length === 0) return true;
  if (instance.creator === serverId) return true;
  return grants.some((one) => rightsGranted(one, serverId).includes(right));
}

/** The instance that a delegation is about, as `MOID/MIID`. */
export function targetOf(delegation: MoInstance): string {
  return String(delegation.root.children?.get('Target')?.value ?? '').replace(/\/$/, '');
}

function nameOf({ moid, miid }: MoInstance): string {
  return `${moid}/${miid}`;
}

function rightsGranted(delegation: MoInstance, serverId: string): readonly string[] {
  const grants = [...(delegation.root.children?.get('Grants')?.children?.values() ?? [])];
  const own = grants.filter(({ children }) => children?.get('SrvID')?.value === serverId);
  return own.flatMap(({ children }) => String(children?.get('Rights')?.value ?? '').split(/[ ,]+/));
}
