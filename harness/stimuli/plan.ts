import type { PackageThree } from '../protocol/packages.js';
import type { Delivery, HeaderList } from './peer.js';

/** Commands of a #2 as they are written to the wire: arrays of strings, the name first (TS 5.3). */
export type CommandList = readonly (readonly string[])[];

/** What a turn may look at when it is computed. */
export interface TurnContext {
  readonly device: string | undefined;
  /** The #3s of this session so far, the last one last. */
  readonly reports: readonly PackageThree[];
}

/** One #2 of a plan: its commands, fixed or computed when its time has come, or a body of any bytes. */
export interface Turn {
  readonly commands: CommandList | ((context: TurnContext) => CommandList);
  /** These very bytes as body instead of the commands. */
  readonly body?: Buffer;
  /** Other status or media type than a #2 has. */
  readonly status?: number;
  readonly contentType?: string;
  /** Further header fields. */
  readonly headers?: HeaderList;
  readonly delivery?: Delivery;
}

/** The #2s a server sends in one session, in order; after the last one it sends END if none was sent. */
export interface SessionPlan {
  readonly turns: readonly Turn[];
}
