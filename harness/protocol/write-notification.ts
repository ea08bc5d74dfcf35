import { createHash } from 'node:crypto';
import { DIGEST_BYTES, type NotificationOption, OPTION, VERSION } from './notification.js';
import { readNotification } from './read-notification.js';

/** What a notification says, option by option; what is left out does not stand in it (TS 6.1). */
export interface NotificationContent {
  readonly version?: number;
  /** OC, where it is to differ from the number of options. */
  readonly count?: number;
  readonly reserved?: number;
  readonly serverId?: string;
  readonly connection?: number;
  /** 0 to 65535. */
  readonly identifier?: number;
  /** True for 32 zeros, to be replaced by {@link seal}. */
  readonly digest?: boolean;
  /** POSIX seconds, written in 4 bytes (D-12). */
  readonly timestamp?: number | undefined;
  readonly reqMos?: boolean;
  /** Further options, or known ones with any value. */
  readonly others?: readonly NotificationOption[];
}

/** Secret and auth data of a DM Account (`Auth/Noti`). */
export interface NotificationCredentials {
  readonly secret: string | Uint8Array;
  readonly data: string | Uint8Array;
}

/** Writes a Package#0, its options in the order of their numbers (TS 6.1, D-12). @throws RangeError for what 4 bits of delta or 2 bytes of length cannot hold. */
export function writeNotification(content: NotificationContent): Buffer {
  const options = [...known(content), ...(content.others ?? [])].sort((a, b) => a.number - b.number);
  const { version = VERSION, count = options.length, reserved = 0 } = content;
  const header = Buffer.alloc(2);
  header.writeUInt16BE(((version & 0xf) << 12) | ((count & 0x1f) << 7) | (reserved & 0x7f));
  let last = 0;
  const parts = options.map(({ number, value }) => {
    const head = optionHead(number - last, value.length);
    last = number;
    return Buffer.concat([head, value]);
  });
  return Buffer.concat([header, ...parts]);
}

function known(content: NotificationContent): NotificationOption[] {
  const { serverId, connection, identifier, digest, timestamp, reqMos } = content;
  const options: NotificationOption[] = [];
  const add = (number: number, value: Buffer): unknown => options.push({ number, value });
  if (serverId !== undefined) add(OPTION['SERVER-ID'], Buffer.from(serverId));
  if (connection !== undefined) add(OPTION['PREFERRED-CON-TYPE'], Buffer.of(connection));
  if (identifier !== undefined) add(OPTION['NOTIFICATION-ID'], Buffer.of(identifier >> 8, identifier & 0xff));
  if (digest === true) add(OPTION['SHA256-DIGEST'], Buffer.alloc(DIGEST_BYTES));
  if (timestamp !== undefined) {
    const value = Buffer.alloc(4);
    value.writeUInt32BE(timestamp);
    add(OPTION.TIMESTAMP, value);
  }
  if (reqMos === true) add(OPTION['REQ-MOS'], Buffer.alloc(0));
  return options;
}

function optionHead(delta: number, length: number): Buffer {
  if (delta < 0 || delta > 15) throw new RangeError(`an option number ${delta} above the one before cannot be written`);
  const first = delta << 4;
  if (length < 13) return Buffer.of(first | length);
  if (length < 269) return Buffer.of(first | 13, length - 13);
  const rest = length - 269;
  if (rest > 0xffff) throw new RangeError(`an option of ${length} bytes cannot be written`);
  return Buffer.of(first | 14, rest >> 8, rest & 0xff);
}

/** SHA-256 over secret, notification with an all-zero digest, and auth data, without separators (TS 6.1). */
export function digestOf(bytes: Uint8Array, { secret, data }: NotificationCredentials): Buffer {
  const zeroed = Buffer.from(bytes);
  const digest = readNotification(zeroed).view?.digest;
  if (digest !== undefined) zeroed.fill(0, digest.offset, digest.offset + DIGEST_BYTES);
  return createHash('sha256').update(secret).update(zeroed).update(data).digest();
}

/** The notification with the right digest in its place; unchanged where it has no place for one. */
export function seal(bytes: Uint8Array, credentials: NotificationCredentials): Buffer {
  const sealed = Buffer.from(bytes);
  const digest = readNotification(sealed).view?.digest;
  if (digest !== undefined) digestOf(sealed, credentials).copy(sealed, digest.offset);
  return sealed;
}

/** How the digest of a notification stands to these credentials. */
export function digestStanding(
  bytes: Uint8Array,
  credentials: NotificationCredentials | undefined,
): 'right' | 'wrong' | 'absent' | 'unchecked' {
  const has = readNotification(bytes).view?.options.find(({ number }) => number === OPTION['SHA256-DIGEST']);
  if (has === undefined) return 'absent';
  if (credentials === undefined) return 'unchecked';
  return has.value.equals(digestOf(bytes, credentials)) ? 'right' : 'wrong';
}
