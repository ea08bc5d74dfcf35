import type { TlsVersion } from '../protocol/tls-suites.js';
import type { TlsSettings } from '../stimuli/tls-front.js';
import type { WireServer } from '../stimuli/wire-server.js';
import type { Action, CertificateFlaw } from '../trace/event.js';
import type { CertificateAuthority, Identity } from './certificates.js';
import type { RunCredentials } from './run-credentials.js';

export const FLAWS = ['unknown-ca', 'self-signed', 'expired', 'not-yet-valid', 'wrong-host'] as const;
const OLD_VERSIONS = ['TLSv1.1', 'TLSv1'] as const;

/**
 * What a DM Server over TLS is like: `good`, and another one like it; with a certificate that has a flaw; of an old version alone; or asking the client for a
 * certificate, or for a pre-shared key.
 */
export type SecureKind = 'good' | 'other' | CertificateFlaw | (typeof OLD_VERSIONS)[number] | 'certificate' | 'psk';

export interface SecureServersOptions {
  readonly authority: CertificateAuthority;
  readonly credentials: RunCredentials;
  readonly listen: (tls: TlsSettings) => Promise<WireServer>;
  /** Certificates of RSA keys besides those of ECDSA: an unknown client may have the suites of RSA alone. */
  readonly rsa: boolean;
}

const USUAL = { min: 'TLSv1.2', max: 'TLSv1.3' } as const;

/** The DM endpoints over TLS of one run, each opened when it is first wanted. */
export class SecureServers {
  readonly #options: SecureServersOptions;
  readonly #servers = new Map<SecureKind, Promise<WireServer>>();

  constructor(options: SecureServersOptions) {
    this.#options = options;
  }

  /** The one of that kind, and how it is described in the record. */
  async at(kind: SecureKind): Promise<{ readonly origin: string; readonly action: Action }> {
    const listening = this.#servers.get(kind) ?? this.#listen(kind);
    this.#servers.set(kind, listening);
    const { origin } = await listening;
    const { min, max } = versionsOf(kind);
    const action: Action = {
      name: 'tls-server',
      origin,
      flaw: isFlaw(kind) ? kind : 'none',
      versions: min === max ? [min] : [max, min],
      asks: kind === 'certificate' || kind === 'psk' ? kind : 'nothing',
    };
    return { origin, action };
  }

  /** What broke in them. */
  async faults(): Promise<readonly unknown[]> {
    return (await Promise.all(this.#servers.values())).flatMap(({ faults }) => faults);
  }

  async close(): Promise<void> {
    await Promise.all([...this.#servers.values()].map(async (server) => (await server).close()));
  }

  async #listen(kind: SecureKind): Promise<WireServer> {
    const { listen, authority, credentials } = this.#options;
    if (kind === 'psk') {
      const { identity, key } = credentials.psk;
      const psk = new Map([[identity, Buffer.from(key, 'hex')]]);
      // Suites with a certificate beside the key need an RSA one.
      const identities = this.#options.rsa ? [await authority.rsaServer()] : [];
      return await listen({ identities, psk, versions: { min: 'TLSv1.2', max: 'TLSv1.2' }, ciphers: 'PSK' });
    }
    return await listen({
      identities: await this.#identities(kind),
      versions: versionsOf(kind),
      ...(kind === 'certificate' ? { clients: { ca: authority.ca, required: false } } : {}),
    });
  }

  async #identities(kind: SecureKind): Promise<readonly Identity[]> {
    const { authority, rsa } = this.#options;
    const usual = isFlaw(kind) ? await authority.flawedServer(kind) : await authority.server();
    if (!rsa) return [usual];
    return [usual, isFlaw(kind) ? await authority.flawedServer(kind, { rsa }) : await authority.rsaServer()];
  }
}

function isFlaw(kind: SecureKind): kind is CertificateFlaw {
  return FLAWS.some((flaw) => flaw === kind);
}

function versionsOf(kind: SecureKind): { readonly min: TlsVersion; readonly max: TlsVersion } {
  const old = OLD_VERSIONS.find((version) => version === kind);
  if (old !== undefined) return { min: old, max: old };
  return kind === 'psk' ? { min: 'TLSv1.2', max: 'TLSv1.2' } : USUAL;
}
