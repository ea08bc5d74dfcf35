import { createHash } from 'node:crypto';
import { type AuthField, quoted } from './http-challenge.js';

/** Hash functions of Digest that TS's peers have in common (RFC 7616 3.3). */
export type DigestAlgorithm = 'MD5' | 'SHA-256';

const HASHES: Readonly<Record<DigestAlgorithm, string>> = { MD5: 'md5', 'SHA-256': 'sha256' };

/** What a response is computed of (RFC 7616 3.4.1). */
export interface DigestInput {
  readonly algorithm: DigestAlgorithm;
  readonly user: string;
  readonly password: string;
  readonly realm: string;
  readonly nonce: string;
  readonly method: string;
  /** As it stands in the credentials. */
  readonly uri: string;
  /** Left out for the old form without a count (RFC 2069). */
  readonly counted?: { readonly count: string; readonly cnonce: string; readonly qop: string };
}

export function digestResponse(input: DigestInput): string {
  const { algorithm, user, realm, password, nonce, method, uri, counted } = input;
  const hash = (text: string): string => createHash(HASHES[algorithm]).update(text, 'utf8').digest('hex');
  const secret = hash(`${user}:${realm}:${password}`);
  const what = hash(`${method}:${uri}`);
  const middle = counted === undefined ? nonce : `${nonce}:${counted.count}:${counted.cnonce}:${counted.qop}`;
  return hash(`${secret}:${middle}:${what}`);
}

/** The algorithm of a challenge or of credentials; MD5 where none is named; undefined for one that is not known here. */
export function algorithmOf({ parameters }: AuthField): DigestAlgorithm | undefined {
  const name = parameters.get('algorithm')?.toUpperCase() ?? 'MD5';
  return name === 'MD5' || name === 'SHA-256' ? name : undefined;
}

/** A Digest challenge that this program can answer: a known algorithm, and `auth` among the qualities, or none of them. */
export function isAnswerable(challenge: AuthField): boolean {
  const qop = challenge.parameters.get('qop');
  const usual = qop === undefined || qop.split(',').some((one) => one.trim().toLowerCase() === 'auth');
  return (
    challenge.scheme === 'digest' && challenge.parameters.has('nonce') && usual && algorithmOf(challenge) !== undefined
  );
}

export interface DigestAnswer {
  readonly challenge: AuthField;
  readonly user: string;
  readonly password: string;
  readonly method: string;
  /** Path and query of the request. */
  readonly uri: string;
  /** Requests with this nonce so far, this one included. */
  readonly count: number;
  readonly cnonce: string;
}

/** The value of an Authorization field that answers a Digest challenge (RFC 7616 3.4). */
export function writeDigest({ challenge, user, password, method, uri, count, cnonce }: DigestAnswer): string {
  const { parameters } = challenge;
  const [realm = '', nonce = '', opaque] = ['realm', 'nonce', 'opaque'].map((name) => parameters.get(name));
  const algorithm = algorithmOf(challenge) ?? 'MD5';
  const nc = count.toString(16).padStart(8, '0');
  const counted = parameters.has('qop') ? { count: nc, cnonce, qop: 'auth' } : undefined;
  const response = digestResponse({
    algorithm,
    ...{ user, password, realm, nonce, method, uri },
    ...(counted === undefined ? {} : { counted }),
  });
  const quotedOnes = { username: user, realm, nonce, uri, response, ...(opaque === undefined ? {} : { opaque }) };
  return `Digest ${[
    ...Object.entries(quotedOnes).map(([name, value]) => `${name}=${quoted(value)}`),
    ...(parameters.has('algorithm') ? [`algorithm=${algorithm}`] : []),
    ...(counted === undefined ? [] : [`qop=auth`, `nc=${nc}`, `cnonce=${quoted(cnonce)}`]),
  ].join(', ')}`;
}
