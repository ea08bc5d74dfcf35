import { suiteCode, suiteName, type TlsVersion, versionCode, versionName } from './tls-suites.js';

/** What a ClientHello offers, by names. */
export interface ClientHello {
  readonly versions: readonly string[];
  readonly suites: readonly string[];
  readonly serverName?: string;
}

/** What the other side says to a ClientHello. */
export type HelloAnswer =
  /** Too few bytes yet. */
  | { readonly kind: 'more' }
  | { readonly kind: 'server-hello'; readonly version: string; readonly suite: string }
  /** `alert`: its number (RFC 8446 6). */
  | { readonly kind: 'alert'; readonly alert: number }
  /** No TLS at all. */
  | { readonly kind: 'other' };

const RECORD = { alert: 21, handshake: 22 } as const;
const CLIENT_HELLO = 1;
const SERVER_HELLO = 2;
const EXTENSION = { serverName: 0, groups: 10, pointFormats: 11, signatures: 13, versions: 43, keyShare: 51 } as const;
const RECORD_HEAD = 5;
/** X25519, P-256 and ffdhe2048, of which at least one every server has. */
const GROUPS = [0x001d, 0x0017, 0x0100];
/** ECDSA and RSA with SHA-256, and the SHA-1 ones of old servers. */
const SIGNATURES = [0x0403, 0x0804, 0x0401, 0x0203, 0x0201];
/** Signalling values that are no suites (RFC 5746, RFC 7507). */
const SIGNALS = new Set([0x00ff, 0x5600]);

/** Reads from the front; where bytes are missing it takes what is left, and numbers are 0. */
class Cursor {
  #at = 0;
  readonly #bytes: Buffer;
  #short = false;

  constructor(bytes: Buffer) {
    this.#bytes = bytes;
  }

  /** Bytes were missing somewhere. */
  get short(): boolean {
    return this.#short;
  }

  get left(): number {
    return this.#bytes.length - this.#at;
  }

  number(size: 1 | 2 | 3): number {
    const bytes = this.take(size);
    return bytes.length < size ? 0 : bytes.readUIntBE(0, size);
  }

  take(size: number): Buffer {
    if (this.left < size) this.#short = true;
    const bytes = this.#bytes.subarray(this.#at, this.#at + size);
    this.#at += bytes.length;
    return bytes;
  }

  /** A field that begins with its length. */
  field(lengthSize: 1 | 2 | 3): Buffer {
    return this.take(this.number(lengthSize));
  }
}

/**
 * What a client offers, read from the first bytes that it sent (RFC 8446 4.1.2, RFC 5246 7.4.1.2). Never throws.
 * @returns undefined when they are not, or not yet, a whole ClientHello.
 */
export function readClientHello(bytes: Buffer): ClientHello | undefined {
  const message = handshakeOf(bytes, CLIENT_HELLO);
  if (message === undefined) return undefined;
  const cursor = new Cursor(message);
  const legacy = cursor.number(2);
  cursor.take(32);
  cursor.field(1);
  const codes = numbersIn(cursor.field(2));
  cursor.field(1);
  const extensions = extensionsIn(cursor.left > 0 ? cursor.field(2) : Buffer.alloc(0));
  if (cursor.short) return undefined;
  const listed = extensions.get(EXTENSION.versions);
  const versions = listed === undefined ? [legacy] : numbersIn(new Cursor(listed).field(1));
  const serverName = serverNameIn(extensions.get(EXTENSION.serverName));
  return {
    versions: versions.filter((code) => !isGrease(code)).map(versionName),
    suites: codes.filter((code) => !SIGNALS.has(code) && !isGrease(code)).map(suiteName),
    ...(serverName === undefined ? {} : { serverName }),
  };
}

export interface HelloOffer {
  /** The highest is offered in the legacy field, too, as far as TLS 1.2. */
  readonly versions: readonly TlsVersion[];
  /** Registered names. */
  readonly suites: readonly string[];
  /** 32 bytes. */
  readonly random: Buffer;
  /** 32 bytes of an X25519 public key; needed where TLS 1.3 is offered. */
  readonly keyShare?: Buffer;
}

/** The bytes of a ClientHello in a record of its own: for versions and suites that no library at hand would offer. */
export function writeClientHello(offer: HelloOffer): Buffer {
  const codes = offer.versions.map(versionCode);
  const highest = Math.max(...codes);
  const modern = highest >= versionCode('TLSv1.3');
  const body = Buffer.concat([
    two(Math.min(highest, versionCode('TLSv1.2'))),
    offer.random,
    // No session to resume.
    Buffer.from([0]),
    sized(2, numbers(offer.suites.flatMap((name) => suiteCode(name) ?? []))),
    // No compression.
    Buffer.from([1, 0]),
    sized(
      2,
      Buffer.concat([
        extension(EXTENSION.groups, sized(2, numbers(GROUPS))),
        extension(EXTENSION.pointFormats, Buffer.from([1, 0])),
        ...(highest >= versionCode('TLSv1.2') ? [extension(EXTENSION.signatures, sized(2, numbers(SIGNATURES)))] : []),
        ...(modern ? [extension(EXTENSION.versions, sized(1, numbers(codes)))] : []),
        ...(modern && offer.keyShare !== undefined
          ? [extension(EXTENSION.keyShare, sized(2, Buffer.concat([two(0x001d), sized(2, offer.keyShare)])))]
          : []),
      ]),
    ),
  ]);
  const handshake = Buffer.concat([Buffer.from([CLIENT_HELLO]), sized(3, body)]);
  return Buffer.concat([Buffer.from([RECORD.handshake]), two(0x0301), sized(2, handshake)]);
}

/** What a server's first bytes say to a ClientHello. Never throws. */
export function readHelloAnswer(bytes: Buffer): HelloAnswer {
  if (bytes.length > 0 && !isRecord(bytes)) return { kind: 'other' };
  if (bytes[0] === RECORD.alert) {
    const alert = bytes[RECORD_HEAD + 1];
    return alert === undefined ? { kind: 'more' } : { kind: 'alert', alert };
  }
  const message = handshakeOf(bytes, SERVER_HELLO);
  if (message === undefined) return { kind: 'more' };
  const cursor = new Cursor(message);
  const legacy = cursor.number(2);
  cursor.take(32);
  cursor.field(1);
  const suite = cursor.number(2);
  cursor.take(1);
  const extensions = extensionsIn(cursor.left > 0 ? cursor.field(2) : Buffer.alloc(0));
  if (cursor.short) return { kind: 'other' };
  const chosen = extensions.get(EXTENSION.versions);
  const version = chosen === undefined ? legacy : (numbersIn(chosen)[0] ?? legacy);
  return { kind: 'server-hello', version: versionName(version), suite: suiteName(suite) };
}

function isRecord(bytes: Buffer): boolean {
  return (bytes[0] === RECORD.alert || bytes[0] === RECORD.handshake) && (bytes[1] ?? 3) === 3;
}

/** The body of the first handshake message, which may span records; undefined when it is another one, or not whole. */
function handshakeOf(bytes: Buffer, type: number): Buffer | undefined {
  const parts: Buffer[] = [];
  const records = new Cursor(bytes);
  while (records.number(1) === RECORD.handshake) {
    records.take(2);
    parts.push(records.field(2));
  }
  const joined = Buffer.concat(parts);
  if (joined[0] !== type) return undefined;
  const message = new Cursor(joined.subarray(1));
  const body = message.field(3);
  return message.short ? undefined : body;
}

function extensionsIn(bytes: Buffer): ReadonlyMap<number, Buffer> {
  const found = new Map<number, Buffer>();
  const cursor = new Cursor(bytes);
  while (cursor.left > 0) {
    const type = cursor.number(2);
    const value = cursor.field(2);
    if (!cursor.short) found.set(type, value);
  }
  return found;
}

/** The list of names holds one host name (RFC 6066 3). */
function serverNameIn(extension: Buffer | undefined): string | undefined {
  if (extension === undefined) return undefined;
  const list = new Cursor(new Cursor(extension).field(2));
  const isHost = list.number(1) === 0;
  const name = list.field(2).toString('latin1');
  return isHost && !list.short && name !== '' ? name : undefined;
}

function numbersIn(bytes: Buffer): number[] {
  return Array.from({ length: bytes.length >> 1 }, (_, index) => bytes.readUInt16BE(2 * index));
}

/** Values that mean nothing, which clients sprinkle in so that servers stay tolerant (RFC 8701). */
function isGrease(code: number): boolean {
  return (code & 0x0f0f) === 0x0a0a && code >> 8 === (code & 0xff);
}

function two(value: number): Buffer {
  return Buffer.from([value >> 8, value & 0xff]);
}

function numbers(values: readonly number[]): Buffer {
  return Buffer.concat(values.map(two));
}

function sized(lengthSize: 1 | 2 | 3, bytes: Buffer): Buffer {
  const head = Buffer.alloc(lengthSize);
  head.writeUIntBE(bytes.length, 0, lengthSize);
  return Buffer.concat([head, bytes]);
}

function extension(type: number, value: Buffer): Buffer {
  return Buffer.concat([two(type), sized(2, value)]);
}
