import type { Nodes } from '../model/statement.js';
import type { CommandList } from '../stimuli/plan.js';

/** A command of a plan, and what the record must show of it. */
export interface PlannedCommand {
  /** Name and parameters, as they go to the wire. */
  readonly words: readonly string[];
  /** `done`: a 2xx status; `refused`: 4xx or 5xx. */
  readonly wants: 'done' | 'refused';
  /** A transfer to its ServerURI that must have been served. */
  readonly transfers?: boolean;
  /** Text that its status must carry as data; `device`: the OMADM-DevID. */
  readonly gives?: 'device' | { readonly text: string };
}

export type PlannedPackage = readonly PlannedCommand[];

/** The places that a plan may name. */
export interface Places {
  readonly nodes: Nodes;
  /** An address at the repository of this session. */
  repository(name: string): string;
  /** The same where an object, or the value of a leaf, is to be had: `target` is the node that it is for. */
  holds(name: string, target?: string): string;
  page(name: string): string;
  /** Another address at which the server is reached. */
  server(name: string): string;
  /** The object that an earlier session has put on the client, with its closing slash. */
  readonly sample: string | undefined;
  /** A node that is not there. */
  readonly absent: string;
}

/** Why a plan cannot be made for this client. */
export interface Cannot {
  readonly cannot: string;
}

export const END: PlannedCommand = { words: ['END'], wants: 'done' };

/** HPUT or HPOST of a node. */
export function upload(name: 'HPUT' | 'HPOST', url: string, node: string): PlannedCommand {
  return { words: [name, url, node], wants: 'done', transfers: true };
}

/** HGET; without a node the client picks the place. */
export function fetched(url: string, node?: string): PlannedCommand {
  return { words: ['HGET', url, ...(node === undefined ? [] : [node])], wants: 'done', transfers: true };
}

/** A command that moves nothing. */
export function done(...words: readonly string[]): PlannedCommand {
  return { words, wants: 'done' };
}

export function refused(...words: readonly string[]): PlannedCommand {
  return { words, wants: 'refused' };
}

/** The packages as they are queued at the server. */
export function wordsOf(packages: readonly PlannedPackage[]): readonly CommandList[] {
  return packages.map((commands) => commands.map(({ words }) => words));
}

export function hasEnd(commands: PlannedPackage): boolean {
  return commands.some(({ words }) => words[0] === 'END');
}
