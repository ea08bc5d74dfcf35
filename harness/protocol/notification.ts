/** Options of Package#0 by their names in TS 6.1. */
export const OPTION = {
  'SERVER-ID': 1,
  'PREFERRED-CON-TYPE': 2,
  'NOTIFICATION-ID': 3,
  'SHA256-DIGEST': 4,
  TIMESTAMP: 5,
  'REQ-MOS': 6,
} as const;
export type OptionName = keyof typeof OPTION;

/** Bytes of the header: VER (4 bits), OC (5), RESERVED (7), big-endian. */
export const HEADER_BYTES = 2;
/** Bytes of a SHA-256. */
export const DIGEST_BYTES = 32;
/** Bytes of NOTIFICATION-ID. */
export const IDENTIFIER_BYTES = 2;
/** The version that D-12 assumes. */
export const VERSION = 0;
/** Most options that OC can count. */
export const MOST_OPTIONS = 31;

/** Identifiers that a run counts up, other ones than the run before; the rest are those that scenarios ask for by their value, in every run. */
export const FRESH_IDENTIFIERS = { from: 0x1000, to: 0xf000 } as const;

/** One option as it stands in a notification, or as it is to be written. */
export interface NotificationOption {
  readonly number: number;
  readonly value: Buffer;
}

/** An option as it was read. */
export interface SeenOption extends NotificationOption {
  /** Byte offset of its value. */
  readonly offset: number;
}

/** What can be read of a Package#0 (TS 6.1). Unknown options are kept in `options`. */
export interface Notification {
  readonly version: number;
  /** OC, as the header says. */
  readonly count: number;
  readonly reserved: number;
  readonly options: readonly SeenOption[];
  readonly serverId: string | undefined;
  readonly connection: number | undefined;
  /** NOTIFICATION-ID, 0 to 65535. */
  readonly identifier: number | undefined;
  readonly digest: SeenOption | undefined;
  /** POSIX seconds. */
  readonly timestamp: number | undefined;
  readonly reqMos: boolean;
  /** Bytes that the options take, header included. */
  readonly end: number;
}

/**
 * Where and why bytes are no Package#0. `truncated`: an option goes beyond the end; `missing`: the bytes end after a whole option, yet OC counts more;
 * `overlong`: bytes follow the last option that OC counts; `length`: a length that D-12 knows no meaning for; `repeated`: an option stands twice;
 * `value`: an option has not the format that TS gives it.
 */
export interface NotificationProblem {
  readonly kind: 'truncated' | 'missing' | 'overlong' | 'length' | 'repeated' | 'value';
  /** Byte offset. */
  readonly offset: number;
  /** Number of the option, where one is meant. */
  readonly option?: number;
  readonly message: string;
}

export interface NotificationReading {
  /** Undefined when not even the header is there. */
  readonly view: Notification | undefined;
  readonly problems: readonly NotificationProblem[];
}

/** Name of an option for messages; its number where it has none. */
export function optionName(number: number): string {
  const known = Object.entries(OPTION).find(([, one]) => one === number);
  return known === undefined ? `option ${number}` : known[0];
}
