import { randomBytes } from 'node:crypto';
import { FIELD, fieldValues } from '../protocol/headers.js';
import {
  type AuthItem,
  algorithmOf,
  type DigestAlgorithm,
  type DigestInput,
  offersAuth,
  readChallenges,
  writeBasic,
  writeDigest,
} from '../protocol/http-auth.js';
import type { HeaderList } from '../stimuli/peer.js';
import type { Action } from '../trace/event.js';

/** What the record says of credentials, which it must not hold. */
export type Credentials = Omit<Extract<Action, { name: 'credentials' }>, 'name' | 'exchange'>;

export interface DevicePasswordOptions {
  readonly user: string;
  readonly password: string;
  /** What these credentials are worth for the device that sends them. */
  readonly outcome: 'right' | 'wrong' | 'other-device';
  /** Default: the best that the server offers. */
  readonly scheme?: 'basic' | 'digest';
  readonly algorithm?: DigestAlgorithm;
  /** Every response of Digest goes with a nonce that the server never gave. */
  readonly nonce?: 'made-up';
}

/** Value of Authorization, and what it is worth. */
export interface Authorization {
  readonly value: string;
  readonly credentials: Credentials;
}

/** A device's user name and password: answers the server's challenges with them (RFC 7617, RFC 7616). */
export class DevicePassword {
  readonly #options: DevicePasswordOptions;
  #challenge: AuthItem | undefined;
  #count = 0;
  #last: Authorization | undefined;
  #replayed: Authorization | undefined;

  constructor(options: DevicePasswordOptions) {
    this.#options = options;
  }

  /** Digest algorithms among the challenges of a 401, the best first. */
  static algorithmsIn(headers: HeaderList): readonly DigestAlgorithm[] {
    const offered = new Set(challengesIn(headers).filter(isSpoken).map(algorithmOf));
    return (['SHA-256', 'MD5'] as const).filter((algorithm) => offered.has(algorithm));
  }

  /**
   * Takes the challenges of a 401.
   * @returns whether there is one to answer: a first one, or one which says that a nonce is used up.
   */
  learn(headers: HeaderList): boolean {
    const found = this.#choose(challengesIn(headers));
    if (found === undefined) return false;
    const first = this.#challenge === undefined;
    const madeUp = this.#options.nonce === 'made-up';
    this.#challenge = madeUp ? withMadeUpNonce(found) : found;
    this.#count = 0;
    if (madeUp) return first;
    return first || found.params.get('stale')?.toLowerCase() === 'true';
  }

  /** For the next request; undefined until a challenge has come. */
  next(method: string, uri: string): Authorization | undefined {
    const { user, password, outcome } = this.#options;
    const challenge = this.#challenge;
    const replayed = this.#replayed;
    this.#replayed = undefined;
    if (replayed !== undefined) return replayed;
    if (challenge?.scheme === 'digest') this.#last = this.#digest(challenge, method, uri);
    else if (challenge !== undefined)
      this.#last = { value: writeBasic(user, password), credentials: { scheme: 'basic', outcome } };
    return this.#last;
  }

  #digest(challenge: AuthItem, method: string, uri: string): Authorization {
    const { user, password, outcome } = this.#options;
    this.#count += 1;
    const input: DigestInput = {
      algorithm: algorithmOf(challenge) ?? 'MD5',
      user,
      password,
      realm: challenge.params.get('realm') ?? '',
      nonce: challenge.params.get('nonce') ?? '',
      nc: this.#count.toString(16).padStart(8, '0'),
      cnonce: randomBytes(12).toString('base64url'),
      method,
      uri,
    };
    const worth = this.#options.nonce === 'made-up' ? 'stale' : outcome;
    return {
      value: writeDigest(input, challenge.params.get('opaque')),
      credentials: { scheme: 'digest', outcome: worth, detail: input.algorithm },
    };
  }

  /** Sends the last credentials once more, to the byte. */
  replay(): void {
    const last = this.#last;
    if (last !== undefined) this.#replayed = { ...last, credentials: { ...last.credentials, outcome: 'replayed' } };
  }

  #choose(challenges: readonly AuthItem[]): AuthItem | undefined {
    const { scheme, algorithm } = this.#options;
    const digests = challenges.filter(isSpoken);
    const wanted = algorithm === undefined ? ['SHA-256', 'MD5'] : [algorithm];
    const digest = wanted.map((name) => digests.find((item) => algorithmOf(item) === name)).find(Boolean);
    const basic = challenges.find((item) => item.scheme === 'basic');
    if (scheme === 'basic') return basic;
    return digest ?? (scheme === 'digest' ? undefined : basic);
  }
}

function withMadeUpNonce(challenge: AuthItem): AuthItem {
  return { ...challenge, params: new Map([...challenge.params, ['nonce', randomBytes(18).toString('base64url')]]) };
}

function challengesIn(headers: HeaderList): readonly AuthItem[] {
  return readChallenges(fieldValues(headers, FIELD.wwwAuthenticate));
}

/** A Digest challenge that the suite can answer. */
function isSpoken(item: AuthItem): boolean {
  return item.scheme === 'digest' && algorithmOf(item) !== undefined && offersAuth(item);
}
