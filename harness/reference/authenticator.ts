import { randomBytes } from 'node:crypto';
import { fieldValues } from '../protocol/headers.js';
import {
  type AuthItem,
  algorithmOf,
  offersAuth,
  readChallenges,
  writeBasic,
  writeDigest,
} from '../protocol/http-auth.js';
import type { PeerResponse, PeerSend } from '../stimuli/peer.js';
import type { Account } from './default-tree.js';
import type { ClientHookContext, ClientHooks, Exchange } from './hooks.js';

/** How good a challenge is; the best one is answered (RFC 9110 11.6.1). */
function rank(challenge: AuthItem): number {
  if (challenge.scheme === 'basic') return 1;
  if (challenge.scheme !== 'digest' || !offersAuth(challenge) || !challenge.params.has('nonce')) return 0;
  if (algorithmOf(challenge) === undefined) return 0;
  return algorithmOf(challenge) === 'SHA-256' ? 3 : 2;
}

/** Proves to the server of an account whose client this is (TS 9, RFC 7616, RFC 7617): when it is asked, and to nobody else. */
export class Authenticator {
  readonly #account: Account;
  readonly #hooks: ClientHooks;
  readonly #context: () => ClientHookContext;
  /** The challenge that was answered last, and how often. */
  #known: { readonly challenge: AuthItem; count: number } | undefined;

  constructor(account: Account, hooks: ClientHooks, context: () => ClientHookContext) {
    this.#account = account;
    this.#hooks = hooks;
    this.#context = context;
  }

  /** Sends the request, and once more with credentials where its server asks for them (D-19). */
  async send(request: PeerSend, exchange: Exchange): Promise<PeerResponse> {
    const own = sameOrigin(request.url, this.#account.serverUri);
    const allowed = this.#hooks.authorizes?.(request.url, own, this.#context()) ?? own;
    if (!allowed || this.#account.http === undefined) return await exchange(request);
    const signed = this.#signed(request);
    const reply = await exchange(signed ?? request);
    if (reply.status !== 401) return reply;
    const [challenge] = readChallenges(fieldValues(reply.headers, 'WWW-Authenticate'))
      .filter((one) => rank(one) > 0)
      .sort((a, b) => rank(b) - rank(a));
    // Asked again although the credentials were there: they are not the right ones, unless only the nonce was too old.
    const stale = challenge?.params.get('stale')?.toLowerCase() === 'true';
    if (challenge === undefined || (signed !== undefined && !stale)) return reply;
    this.#known = { challenge, count: 0 };
    const answer = this.#signed(request);
    return answer === undefined ? reply : await exchange(answer);
  }

  /** Undefined as long as there is no challenge to answer. */
  #signed(request: PeerSend): PeerSend | undefined {
    const { http } = this.#account;
    const known = this.#known;
    if (known === undefined || http === undefined) return undefined;
    known.count += 1;
    const { challenge } = known;
    const usual =
      challenge.scheme === 'basic'
        ? writeBasic(http.user, http.password)
        : writeDigest(
            {
              algorithm: algorithmOf(challenge) ?? 'MD5',
              ...http,
              realm: challenge.params.get('realm') ?? '',
              nonce: challenge.params.get('nonce') ?? '',
              nc: known.count.toString(16).padStart(8, '0'),
              cnonce: randomBytes(12).toString('base64url'),
              method: request.method,
              uri: targetOf(request.url),
            },
            challenge.params.get('opaque'),
          );
    const { credentials } = this.#hooks;
    const value = credentials === undefined ? usual : credentials(usual, challenge, this.#context());
    if (value === undefined) return undefined;
    return { ...request, headers: [...request.headers, ['Authorization', value]] };
  }
}

export function sameOrigin(url: string, other: string): boolean {
  return URL.canParse(url) && URL.canParse(other) && new URL(url).origin === new URL(other).origin;
}

function targetOf(url: string): string {
  const { pathname, search } = new URL(url);
  return `${pathname}${search}`;
}
