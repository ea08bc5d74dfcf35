import type { PeerReply, PeerRequest } from '../stimuli/peer.js';
import type { Answered, BootstrapAccount } from '../targets/target.js';
import type { TlsMeans } from '../trace/event.js';
import type { ClientScenarioOptions } from './client-scenario.js';
import { act } from './context.js';
import type { CredentialsFound, Demand } from './credential-check.js';
import { SAMPLE_MOID } from './provision.js';
import type { SecureKind } from './secure-servers.js';
import type { Steering } from './steering.js';

/** What a client is given for a server, besides its address and whom to trust. */
export interface Given {
  readonly http?: boolean;
  readonly means?: TlsMeans;
}

/** What the sessions need of their scenario. */
export interface SecureStage {
  readonly steering: Steering;
  /** Gives the client an account and follows the session that says so. */
  follow(ask: () => Promise<Answered>, how: { readonly mayFail: boolean }): Promise<void>;
  /** Has the client open a session at this address, and follows it. */
  runAt(url: string, how: { readonly mayFail: boolean }): Promise<void>;
}

const MOIDS = ['urn:oma:mo:oma-dm-devinfo:1.2', SAMPLE_MOID];

/** Sessions of one scenario with servers over TLS, which are as they should be or not. */
export class SecureSessions {
  readonly #options: ClientScenarioOptions;
  readonly #stage: SecureStage;
  readonly #targets = new Set<string>();
  #demand: Demand | undefined;
  #readied: Promise<boolean> | undefined;
  #count = 0;

  constructor(options: ClientScenarioOptions, stage: SecureStage) {
    this.#options = options;
    this.#stage = stage;
  }

  /** Whether a #1 to this target belongs to one of these sessions. */
  has(target: string): boolean {
    return this.#targets.has(target);
  }

  /** From now on the servers over TLS ask for credentials; undefined: no more. */
  demands(demand: Demand | undefined): void {
    this.#demand = demand;
  }

  /** The challenge, where a server of these sessions asks for credentials and the request has none that are right. */
  challenge(request: PeerRequest, found: CredentialsFound | undefined): PeerReply | undefined {
    const { check } = this.#options.lab;
    const demand = this.#demand;
    if (demand === undefined || !this.has(request.target)) return undefined;
    if (found?.outcome !== 'right') return check.challenge(demand, found?.outcome === 'stale');
    check.served(request, demand);
    return undefined;
  }

  /** The address of a server of that kind, for this scenario. */
  async address(kind: SecureKind, name: string): Promise<string> {
    const { origin } = await this.#options.lab.secure.at(kind);
    return `${origin}/x/${this.#options.token}/${name}`;
  }

  /** Why a client cannot be asked for such a session. */
  #lacks({ http, means }: Given): string | undefined {
    const { target } = this.#options;
    const { trustsSuite, account, supports } = target.statement;
    const stated = supports?.security;
    const declared = means === 'psk' ? 'psk' : 'x509';
    if (means !== undefined && stated !== undefined && !stated.includes(declared))
      return `the statement does not declare ${declared} (\`supports.security\`)`;
    if (target.bootstrap !== undefined) return undefined;
    if (target.addressing !== 'token') return 'the target offers no control operation "bootstrap"';
    if (trustsSuite !== true)
      return 'the client is not told which authority to trust: its command does not name {tls.ca}';
    if (http === true && account?.http !== true)
      return 'the client has no user and password: its command does not name {account.user} and {account.password}';
    if (means !== undefined && account?.tls?.includes(means) !== true)
      return `the client has no ${means}: its command does not name ${means === 'psk' ? '{tls.pskIdentity} and {tls.pskKey}' : '{tls.clientCert} and {tls.clientKey}'}`;
    return undefined;
  }

  /** One session with a server of that kind; with a flawed one it may be that none comes about. */
  async run(kind: SecureKind, given: Given = {}): Promise<void> {
    const { context, token, lab, target } = this.#options;
    if (context.signal.aborted) return;
    const lacks = this.#lacks(given);
    if (lacks !== undefined) return act(context, token, { name: 'obstacle', reason: lacks });
    this.#readied ??= target.bootstrap === undefined ? Promise.resolve(true) : this.#stage.steering.canReset();
    if (!(await this.#readied)) return;
    act(context, token, (await lab.secure.at(kind)).action);
    this.#count += 1;
    const url = await this.address(kind, `${kind}-${this.#count}`);
    this.#targets.add(new URL(url).pathname);
    const how = { mayFail: kind !== 'good' || this.#demand !== undefined };
    if (target.bootstrap === undefined) return await this.#stage.runAt(url, how);
    const account = this.#account(url, given);
    await this.#stage.follow(() => this.#stage.steering.bootstrap(account), how);
  }

  #account(url: string, { http, means }: Given): BootstrapAccount {
    const { authority, credentials } = this.#options.lab;
    return {
      SrvID: `secure-${this.#count}-${this.#options.token}.example`,
      SrvURI: url,
      MOIDs: MOIDS,
      ...(http === true ? { http: credentials.http } : {}),
      tls: {
        ca: authority.ca,
        ...(means === 'certificate'
          ? { clientCert: credentials.certificate.cert, clientKey: credentials.certificate.key }
          : {}),
        ...(means === 'psk' ? { psk: credentials.psk } : {}),
      },
    };
  }
}
