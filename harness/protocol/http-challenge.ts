import { fieldValues } from './headers.js';

/** A challenge, or the credentials that answer one: both have the same form (RFC 9110 11.3, 11.4). */
export interface AuthField {
  /** In lower case. */
  readonly scheme: string;
  readonly token68?: string;
  /** Names in lower case, values without quotes and escapes. */
  readonly parameters: ReadonlyMap<string, string>;
}

type Fields = readonly (readonly [string, string])[];

const TOKEN = /[!#$%&'*+\-.^_`|~0-9A-Za-z]+/y;
const TOKEN68 = /([A-Za-z0-9\-._~+/]+=*)[ \t]*(?=,|$)/y;
const QUOTED = /"((?:[^"\\]|\\.)*)"/sy;
const EQUALS = /[ \t]*=[ \t]*/y;
const BETWEEN = /[ \t,]*/y;
const SPACES = /[ \t]+/y;

/** All challenges of an answer: one in each field, several in one, or both (RFC 9110 11.6.1). What cannot be read ends the field. */
export function readChallenges(headers: Fields): readonly AuthField[] {
  return fieldValues(headers, 'WWW-Authenticate').flatMap(readAuthFields);
}

/** The credentials in an Authorization field; undefined for what is none. */
export function readCredentials(value: string): AuthField | undefined {
  return readAuthFields(value)[0];
}

/** Every scheme in the value with its token or its parameters. Never throws. */
export function readAuthFields(value: string): readonly AuthField[] {
  const found: { scheme: string; token68?: string; parameters: Map<string, string> }[] = [];
  const scan = new Scanner(value);
  for (scan.skip(BETWEEN); !scan.over; scan.skip(BETWEEN)) {
    const name = scan.take(TOKEN);
    if (name === undefined) break;
    const last = found.at(-1);
    if (last !== undefined && last.token68 === undefined && scan.skip(EQUALS)) {
      const word = scan.take(QUOTED)?.replace(/\\(.)/gs, '$1') ?? scan.take(TOKEN);
      if (word === undefined) break;
      last.parameters.set(name.toLowerCase(), word);
      continue;
    }
    const token68 = scan.skip(SPACES) ? scan.take(TOKEN68) : undefined;
    found.push({ scheme: name.toLowerCase(), ...(token68 === undefined ? {} : { token68 }), parameters: new Map() });
  }
  return found;
}

/** A value as a quoted string. */
export function quoted(value: string): string {
  return `"${value.replace(/["\\]/g, '\\$&')}"`;
}

/** `Basic` with user and password in UTF-8 (RFC 7617 2). */
export function writeBasic(user: string, password: string): string {
  return `Basic ${Buffer.from(`${user}:${password}`, 'utf8').toString('base64')}`;
}

/** User and password; undefined for what is not Basic, or has no colon. */
export function readBasic({
  scheme,
  token68,
}: AuthField): { readonly user: string; readonly password: string } | undefined {
  if (scheme !== 'basic' || token68 === undefined) return undefined;
  const text = Buffer.from(token68, 'base64').toString('utf8');
  const colon = text.indexOf(':');
  return colon < 0 ? undefined : { user: text.slice(0, colon), password: text.slice(colon + 1) };
}

class Scanner {
  readonly #text: string;
  #at = 0;

  constructor(text: string) {
    this.#text = text;
  }

  get over(): boolean {
    return this.#at >= this.#text.length;
  }

  /** What a sticky pattern, or its first group, matches here. */
  take(pattern: RegExp): string | undefined {
    pattern.lastIndex = this.#at;
    const match = pattern.exec(this.#text);
    if (match === null) return undefined;
    this.#at = pattern.lastIndex;
    return match[1] ?? match[0];
  }

  skip(pattern: RegExp): boolean {
    const before = this.#at;
    this.take(pattern);
    return this.#at > before;
  }
}
