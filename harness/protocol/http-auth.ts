import { createHash } from 'node:crypto';

/** One challenge of WWW-Authenticate, or the credentials of Authorization: a scheme with one token or with parameters (RFC 9110 11.3, 11.4). */
export interface AuthItem {
  /** In lower case. */
  readonly scheme: string;
  readonly token: string | undefined;
  /** Names in lower case; of a name that stands twice the first counts. */
  readonly params: ReadonlyMap<string, string>;
}

/** Algorithms of Digest that the suite speaks (RFC 7616 3.2). */
export const DIGEST_ALGORITHMS = { 'SHA-256': 'sha256', MD5: 'md5' } as const;
export type DigestAlgorithm = keyof typeof DIGEST_ALGORITHMS;

/** What a Digest response is computed from, with `qop=auth` (RFC 7616 3.4). */
export interface DigestInput {
  readonly algorithm: DigestAlgorithm;
  readonly user: string;
  readonly password: string;
  readonly realm: string;
  readonly nonce: string;
  /** How often the nonce was used, this time included, as 8 hexadecimal digits. */
  readonly nc: string;
  readonly cnonce: string;
  readonly method: string;
  /** The request target. */
  readonly uri: string;
}

const GAP = /[ \t,]*/y;
const SPACE = /[ \t]*/y;
const TOKEN = /[!#$%&'*+.^_`|~0-9A-Za-z-]+/y;
const EQUALS = /[ \t]*=[ \t]*/y;
const QUOTED = /"((?:[^"\\]|\\.)*)"/sy;
/** Has the whole rest of its list member to itself. */
const TOKEN68 = /[ \t]+([A-Za-z0-9._~+/-]+=*)[ \t]*(?=,|$)/y;

/** Takes what a sticky expression matches at the place that was reached: its group, where it has one. */
class Scanner {
  readonly #text: string;
  at = 0;

  constructor(text: string) {
    this.#text = text;
  }

  take(pattern: RegExp): string | undefined {
    pattern.lastIndex = this.at;
    const match = pattern.exec(this.#text);
    if (match === null) return undefined;
    this.at = pattern.lastIndex;
    return match[1] ?? match[0];
  }
}

/**
 * The challenges of all WWW-Authenticate fields, in order: one for each field, or several in one. Never throws; reads as far as it understands.
 * @param values the fields' values.
 */
export function readChallenges(values: readonly string[]): readonly AuthItem[] {
  return values.flatMap(readItems);
}

/** The credentials of an Authorization field; undefined when it holds none. */
export function readCredentials(value: string | undefined): AuthItem | undefined {
  return value === undefined ? undefined : readItems(value)[0];
}

function readItems(text: string): readonly AuthItem[] {
  const scanner = new Scanner(text);
  const items: { scheme: string; token: string | undefined; params: Map<string, string> }[] = [];
  for (;;) {
    scanner.take(GAP);
    const name = scanner.take(TOKEN)?.toLowerCase();
    if (name === undefined) return items;
    const after = scanner.at;
    const current = items.at(-1);
    if (current !== undefined && scanner.take(EQUALS) !== undefined) {
      const value = valueAt(scanner);
      if (value === undefined) return items;
      if (!current.params.has(name)) current.params.set(name, value);
    } else {
      scanner.at = after;
      items.push({ scheme: name, token: scanner.take(TOKEN68), params: new Map() });
    }
  }
}

function valueAt(scanner: Scanner): string | undefined {
  const quoted = scanner.take(QUOTED);
  const value = quoted === undefined ? scanner.take(TOKEN) : quoted.replace(/\\(.)/gs, '$1');
  scanner.take(SPACE);
  return value;
}

/** A parameter whose value stands as a bare token where `quoted` is false. */
export type AuthParam = readonly [name: string, value: string, quoted?: boolean];

/** `Scheme name="value", name=token` */
export function writeAuth(scheme: string, params: readonly AuthParam[]): string {
  const list = params.map(([name, value, quoted = true]) => `${name}=${quoted ? quote(value) : value}`);
  return `${scheme} ${list.join(', ')}`;
}

function quote(value: string): string {
  return `"${value.replace(/["\\]/g, '\\$&')}"`;
}

/** `user:password` in UTF-8 (RFC 7617 2). */
export function writeBasic(user: string, password: string): string {
  return `Basic ${Buffer.from(`${user}:${password}`).toString('base64')}`;
}

/** User and password of Basic credentials; undefined when they are none. */
export function readBasic(item: AuthItem): { readonly user: string; readonly password: string } | undefined {
  if (item.scheme !== 'basic' || item.token === undefined) return undefined;
  const text = Buffer.from(item.token, 'base64').toString();
  const colon = text.indexOf(':');
  return colon < 0 ? undefined : { user: text.slice(0, colon), password: text.slice(colon + 1) };
}

/** Value of `response` (RFC 7616 3.4.1). */
export function digestResponse(input: DigestInput): string {
  const { user, realm, password, method, uri, nonce, nc, cnonce } = input;
  const hash = (text: string): string => createHash(DIGEST_ALGORITHMS[input.algorithm]).update(text).digest('hex');
  return hash([hash(`${user}:${realm}:${password}`), nonce, nc, cnonce, 'auth', hash(`${method}:${uri}`)].join(':'));
}

/** Credentials that answer a Digest challenge. @param opaque as the challenge has it. */
export function writeDigest(input: DigestInput, opaque?: string): string {
  return writeAuth('Digest', [
    ['username', input.user],
    ['realm', input.realm],
    ['uri', input.uri],
    ['algorithm', input.algorithm, false],
    ['nonce', input.nonce],
    ['nc', input.nc, false],
    ['cnonce', input.cnonce],
    ['qop', 'auth', false],
    ['response', digestResponse(input)],
    ...(opaque === undefined ? [] : [['opaque', opaque] as const]),
  ]);
}

/** The algorithm that a Digest challenge, or credentials, name; MD5 where they name none (RFC 7616 3.3); undefined for one that is not spoken here. */
export function algorithmOf(item: AuthItem): DigestAlgorithm | undefined {
  const named = (item.params.get('algorithm') ?? 'MD5').toUpperCase();
  return named === 'MD5' || named === 'SHA-256' ? named : undefined;
}

/** Whether a Digest challenge can be answered with `qop=auth`. */
export function offersAuth(item: AuthItem): boolean {
  const offered = item.params.get('qop')?.split(',');
  return offered?.some((word) => word.trim().toLowerCase() === 'auth') ?? false;
}
