import { randomBytes } from 'node:crypto';
import {
  type AuthItem,
  algorithmOf,
  DIGEST_ALGORITHMS,
  digestResponse,
  readBasic,
  readCredentials,
  writeAuth,
} from '../protocol/http-auth.js';
import { type HeaderList, headerValue, type PeerReply, type PeerRequest } from '../stimuli/peer.js';
import type { Action } from '../trace/event.js';

/** What the holder of the secret finds in a request's Authorization field. */
export type CredentialsFound = Pick<Extract<Action, { name: 'credentials' }>, 'scheme' | 'outcome' | 'detail'>;

/** Which schemes a server offers, the best last as RFC 7616 3.7 leaves open; `oneRequest`: a nonce is too old after one request. */
export interface Demand {
  readonly schemes: readonly ('basic' | 'digest')[];
  readonly oneRequest?: boolean;
}

interface Nonce {
  /** The highest count so far. */
  count: number;
  old: boolean;
}

const REALM = 'dmconform';
const MOST_NONCES = 1024;

/** Challenges a client for the credentials that the run gave it, and checks what comes (RFC 7616, RFC 7617). */
export class CredentialCheck {
  readonly #known: { readonly user: string; readonly password: string };
  readonly #nonces = new Map<string, Nonce>();

  constructor(known: { readonly user: string; readonly password: string }) {
    this.#known = known;
  }

  /** Undefined for a request that carries no credentials. */
  look(request: PeerRequest): CredentialsFound | undefined {
    const value = headerValue(request.headers, 'authorization');
    if (value === undefined) return undefined;
    const field = readCredentials(value);
    if (field?.scheme === 'basic') return { scheme: 'basic', ...this.#basic(field) };
    if (field?.scheme === 'digest') return { scheme: 'digest', ...this.#digest(field, request) };
    return { scheme: 'other', outcome: 'wrong' };
  }

  /** 401 with a challenge of each scheme. */
  challenge({ schemes }: Demand, stale = false): PeerReply {
    const headers: HeaderList = schemes.flatMap((scheme) =>
      scheme === 'basic'
        ? [
            [
              'WWW-Authenticate',
              writeAuth('Basic', [
                ['realm', REALM],
                ['charset', 'UTF-8'],
              ]),
            ] as const,
          ]
        : Object.keys(DIGEST_ALGORITHMS).map(
            (algorithm) => ['WWW-Authenticate', this.#digestChallenge(algorithm, stale)] as const,
          ),
    );
    return { status: 401, headers, body: Buffer.alloc(0) };
  }

  /** A request with this nonce was served; one that is used up is too old for the next. */
  served(request: PeerRequest, { oneRequest = false }: Demand): void {
    const field = readCredentials(headerValue(request.headers, 'authorization') ?? '');
    const nonce = this.#nonces.get(field?.params.get('nonce') ?? '');
    if (nonce !== undefined) nonce.old = oneRequest;
  }

  #digestChallenge(algorithm: string, stale: boolean): string {
    const nonce = randomBytes(18).toString('base64url');
    if (this.#nonces.size >= MOST_NONCES) this.#nonces.clear();
    this.#nonces.set(nonce, { count: 0, old: false });
    return writeAuth('Digest', [
      ['realm', REALM],
      ['qop', 'auth'],
      ['algorithm', algorithm, false],
      ['nonce', nonce],
      ['opaque', 'dm'],
      ...(stale ? [['stale', 'true', false] as const] : []),
    ]);
  }

  #basic(field: AuthItem): Omit<CredentialsFound, 'scheme'> {
    const read = readBasic(field);
    if (read === undefined) return { outcome: 'malformed', detail: 'no user and password in Base64' };
    if (read.user !== this.#known.user) return { outcome: 'wrong', detail: 'another user' };
    return read.password === this.#known.password
      ? { outcome: 'right' }
      : { outcome: 'wrong', detail: 'another password' };
  }

  #digest(field: AuthItem, { method, target }: PeerRequest): Omit<CredentialsFound, 'scheme'> {
    const given = (name: string): string => field.params.get(name) ?? '';
    const lacks = ['username', 'realm', 'nonce', 'uri', 'response', 'nc', 'cnonce', 'qop'].find(
      (name) => !field.params.has(name),
    );
    if (lacks !== undefined) return { outcome: 'malformed', detail: `no ${lacks}` };
    const algorithm = algorithmOf(field);
    if (algorithm === undefined) return { outcome: 'malformed', detail: `algorithm ${given('algorithm')}` };
    if (given('username') !== this.#known.user) return { outcome: 'wrong', detail: 'another user' };
    if (pathOf(given('uri')) !== pathOf(target)) return { outcome: 'wrong', detail: 'the uri of another request' };
    if (given('qop') !== 'auth') return { outcome: 'malformed', detail: `qop ${given('qop')}` };
    const [realm, nonce, uri, nc, cnonce] = [
      given('realm'),
      given('nonce'),
      given('uri'),
      given('nc'),
      given('cnonce'),
    ];
    const input = { algorithm, ...this.#known, realm, nonce, nc, cnonce, method, uri };
    if (digestResponse(input) !== given('response').toLowerCase())
      return { outcome: 'wrong', detail: 'another response' };
    return this.#counted(nonce, nc);
  }

  #counted(name: string, nc: string): Omit<CredentialsFound, 'scheme'> {
    const nonce = this.#nonces.get(name);
    if (nonce === undefined || nonce.old) return { outcome: 'stale', detail: 'a nonce that is not in use' };
    const count = Number.parseInt(nc, 16);
    if (!(count > nonce.count)) return { outcome: 'replayed', detail: `the count ${nc} came before` };
    nonce.count = count;
    return { outcome: 'right' };
  }
}

/** Path and query, also of an absolute address. */
function pathOf(target: string): string {
  return target.replace(/^https?:\/\/[^/]*/i, '');
}
