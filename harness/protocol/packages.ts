/** Where and why foreign input is malformed. */
export interface Problem {
  readonly kind: 'encoding' | 'json' | 'trailing' | 'shape';
  /** JSON pointer into the body; empty for the body as a whole. */
  readonly pointer: string;
  /** Byte offset into the body, where known. */
  readonly offset?: number;
  readonly message: string;
}

/**
 * What could be read of a body. `view` is there as soon as the body is a JSON object, also when `problems` says that it does not fit its schema,
 * so that one mistake does not hide what else there is to see. Never throws on foreign input.
 */
export interface Reading<T> {
  readonly view: T | undefined;
  readonly problems: readonly Problem[];
}

export type CommandName =
  | 'HGET'
  | 'HPUT'
  | 'HPOST'
  | 'DELETE'
  | 'EXEC'
  | 'GET'
  | 'SHOW'
  | 'CONT'
  | 'END'
  | 'DEFAULT'
  | 'SUB'
  | 'UNSUB';

/** A command as it stands in a #2 (TS 5.3). */
export interface SeenCommand {
  /** The array's members as sent. */
  readonly raw: readonly unknown[];
  /** First member, when it is a string. */
  readonly name: string | undefined;
  readonly params: readonly string[];
  /** `malformed`: a member is no string, or there are too few or too many parameters; `unknown`: none of the twelve. */
  readonly standing: 'well-formed' | 'malformed' | 'unknown';
  /** ServerURI parameter, for the commands that have one. */
  readonly serverUri: string | undefined;
  /** ClientURI parameters. */
  readonly clientUris: readonly string[];
}

export interface SeenStatus {
  readonly raw: unknown;
  /** `sc` when it is a number. */
  readonly sc: number | undefined;
  /** String members of `URI`. */
  readonly uris: readonly string[];
  /** All members but `sc` and `URI`: where GET's data comes, whichever member holds it (D-08). */
  readonly data: Readonly<Record<string, unknown>>;
}

export interface SeenAlert {
  readonly raw: unknown;
  readonly type: string | undefined;
  /** Set when it is one of the three alerts that say why the session was opened. */
  readonly initiation: 'ServerInitiatedMgmt' | 'ClientInitiatedMgmt' | 'BootstrapComplete' | undefined;
  /** Session identifier, wherever the alert carries it as number or numeric string (D-07). */
  readonly notificationId: number | undefined;
}

export interface SeenMo {
  readonly raw: unknown;
  readonly ddf: string | undefined;
  readonly moid: string | undefined;
  readonly miids: readonly string[];
}

/** #1, client to server (TS 7.2). */
export interface PackageOne {
  readonly mos: readonly SeenMo[] | undefined;
  readonly alerts: readonly SeenAlert[];
  /** True when it has a member `CMD`, which only a server may send. */
  readonly hasCommands: boolean;
}

/** #2, server to client (TS 7.3). */
export interface PackageTwo {
  readonly commands: readonly SeenCommand[];
  readonly hasEnd: boolean;
}

/** #3, client to server (TS 7.4). */
export interface PackageThree {
  readonly statuses: readonly SeenStatus[];
  readonly alerts: readonly SeenAlert[];
  readonly hasCommands: boolean;
  /** Whether it has a member that DM does not name (D-28). */
  readonly hasOthers: boolean;
}
