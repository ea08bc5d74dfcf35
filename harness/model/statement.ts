import type { Role } from './verdict.js';

/** Where on a client under test the suite finds a thing to act on; what is not named is not exercised. */
export interface Nodes {
  readonly devInfo: string;
  readonly account: string;
  readonly sample?: string;
  readonly executable?: string;
  readonly permanent?: string;
}

export type StartKind = 'embedded' | 'url' | 'process';

/** What the suite knows about the implementation under test, without secrets (this is what a trace's header holds). */
export interface Statement {
  readonly name: string;
  readonly vendor?: string;
  readonly version?: string;
  readonly role: Role;
  readonly start: { readonly kind: StartKind; readonly per?: 'run' | 'session'; readonly detail?: string };
  /** Control operations that the target offers. */
  readonly operations: readonly string[];
  /** Optional commands that it declares; undefined = nothing declared, so the MUST set counts and the rest is judged when seen. */
  readonly commands?: readonly string[];
  readonly nodes: Nodes;
}

export const DEFAULT_NODES: Nodes = {
  devInfo: 'urn:oma:mo:oma-dm-devinfo:1.2//',
  account: 'urn:oma:mo:oma-dm-dmacc:1.2//',
};
