import { isUtf8 } from 'node:buffer';
import {
  DIGEST_BYTES,
  HEADER_BYTES,
  IDENTIFIER_BYTES,
  type Notification,
  type NotificationProblem,
  type NotificationReading,
  OPTION,
  optionName,
  type SeenOption,
} from './notification.js';

interface Walked {
  readonly options: readonly SeenOption[];
  readonly problems: readonly NotificationProblem[];
  readonly end: number;
}

/**
 * Reads a Package#0 (TS 6.1, D-12). Never throws: what can be read is in `view`, everything that is wrong in `problems`, by its byte offset.
 */
export function readNotification(given: Uint8Array): NotificationReading {
  const bytes = Buffer.from(given.buffer, given.byteOffset, given.byteLength);
  if (bytes.length < HEADER_BYTES) {
    const message = `${bytes.length} byte(s), the header has ${HEADER_BYTES}`;
    return { view: undefined, problems: [{ kind: 'truncated', offset: bytes.length, message }] };
  }
  const header = bytes.readUInt16BE(0);
  const count = (header >> 7) & 0x1f;
  const { options, problems, end } = walk(bytes, count);
  const faults = options.flatMap(valueFault);
  const view = viewOf({ version: header >> 12, count, reserved: header & 0x7f }, options, end);
  return { view, problems: [...problems, ...faults] };
}

/** Takes the options one after another, as many as OC says, as far as they go. */
function walk(bytes: Buffer, count: number): Walked {
  const options: SeenOption[] = [];
  const problems: NotificationProblem[] = [];
  let at = HEADER_BYTES;
  let number = 0;
  for (let index = 0; index < count; index += 1) {
    if (at === bytes.length) {
      const message = `${index} option(s), OC says ${count}`;
      return { options, problems: [...problems, { kind: 'missing', offset: at, message }], end: at };
    }
    const first = bytes.readUInt8(at);
    const delta = first >> 4;
    number += delta;
    const length = lengthAt(bytes, at);
    if (typeof length !== 'object') {
      const message =
        length === 'reserved' ? `${optionName(number)} has the length 15` : `${optionName(number)} is cut off`;
      const kind = length === 'reserved' ? 'length' : 'truncated';
      return { options, problems: [...problems, { kind, offset: at, option: number, message }], end: at };
    }
    if (delta === 0 && index > 0)
      problems.push({
        kind: 'repeated',
        offset: at,
        option: number,
        message: `${optionName(number)} stands once more`,
      });
    const end = length.offset + length.size;
    if (end > bytes.length) {
      const message = `${optionName(number)} has ${length.size} byte(s), ${bytes.length - length.offset} are left`;
      return { options, problems: [...problems, { kind: 'truncated', offset: at, option: number, message }], end: at };
    }
    options.push({ number, value: bytes.subarray(length.offset, end), offset: length.offset });
    at = end;
  }
  if (at < bytes.length) {
    const message = `${bytes.length - at} byte(s) after the last of ${count} option(s)`;
    problems.push({ kind: 'overlong', offset: at, message });
  }
  return { options, problems, end: at };
}

/** Length of the option at this offset, and where its value begins: 4 bits, of which 13 and 14 announce one or two more bytes (D-12); undefined where these are missing. */
function lengthAt(
  bytes: Buffer,
  at: number,
): { readonly size: number; readonly offset: number } | 'reserved' | undefined {
  const nibble = bytes.readUInt8(at) & 0xf;
  if (nibble < 13) return { size: nibble, offset: at + 1 };
  if (nibble === 15) return 'reserved';
  const more = nibble - 12;
  if (at + 1 + more > bytes.length) return undefined;
  const size = more === 1 ? bytes.readUInt8(at + 1) + 13 : bytes.readUInt16BE(at + 1) + 269;
  return { size, offset: at + 1 + more };
}

function viewOf(
  header: Pick<Notification, 'version' | 'count' | 'reserved'>,
  options: readonly SeenOption[],
  end: number,
): Notification {
  const find = (number: number): SeenOption | undefined =>
    options.find((option) => option.number === number && valueFault(option).length === 0);
  const timestamp = find(OPTION.TIMESTAMP)?.value;
  return {
    ...header,
    options,
    serverId: find(OPTION['SERVER-ID'])?.value.toString('utf8'),
    connection: find(OPTION['PREFERRED-CON-TYPE'])?.value.readUInt8(0),
    identifier: find(OPTION['NOTIFICATION-ID'])?.value.readUInt16BE(0),
    digest: find(OPTION['SHA256-DIGEST']),
    timestamp:
      timestamp === undefined
        ? undefined
        : timestamp.length === 4
          ? timestamp.readUInt32BE(0)
          : Number(timestamp.readBigUInt64BE(0)),
    reqMos: find(OPTION['REQ-MOS']) !== undefined,
    end,
  };
}

const FORMATS: ReadonlyMap<number, readonly [format: string, fits: (value: Buffer) => boolean]> = new Map([
  [OPTION['SERVER-ID'], ['a string in UTF-8', (value: Buffer) => value.length > 0 && isUtf8(value)]],
  [OPTION['PREFERRED-CON-TYPE'], ['one byte, 0 to 3', (value: Buffer) => value.length === 1 && (value[0] ?? 4) < 4]],
  [OPTION['NOTIFICATION-ID'], ['two bytes', (value: Buffer) => value.length === IDENTIFIER_BYTES]],
  [OPTION['SHA256-DIGEST'], ['32 bytes', (value: Buffer) => value.length === DIGEST_BYTES]],
  [OPTION.TIMESTAMP, ['4 or 8 bytes', (value: Buffer) => value.length === 4 || value.length === 8]],
  [OPTION['REQ-MOS'], ['no value', (value: Buffer) => value.length === 0]],
]);

/** An option whose value has not the format that TS 6.1 gives it. */
function valueFault({ number, value, offset }: SeenOption): readonly NotificationProblem[] {
  const format = FORMATS.get(number);
  if (format === undefined || format[1](value)) return [];
  const message = `${optionName(number)} has ${value.length} byte(s), it is ${format[0]}`;
  return [{ kind: 'value', offset, option: number, message }];
}
