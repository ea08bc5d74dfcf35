import { randomBytes } from 'node:crypto';
import type { KnownDevice } from '../reference/device-gate.js';
import type { ServerIdentity } from '../reference/secure-front.js';
import type { DeviceAccount } from '../targets/target.js';
import { CertificateAuthority } from './certificates.js';

/** How many devices an embedded server knows: more than any scenario uses, so that what one leaves behind does not reach the next ones. */
const DEVICES = 24;

/** Devices that the server and the suite know, with credentials that are made for one run and are of use to nobody else. */
export class EmbeddedSecurity {
  /** As the suite holds them. */
  readonly accounts: readonly DeviceAccount[];
  readonly #passwords: ReadonlyMap<string, string>;
  #authority: Promise<CertificateAuthority> | undefined;

  /** @param newDevice makes a device identity that nobody else uses. */
  constructor(newDevice: () => string) {
    const ids = Array.from({ length: DEVICES }, newDevice);
    this.#passwords = new Map(ids.map((id) => [id, `password ${randomBytes(9).toString('base64url')}`]));
    this.accounts = [...this.#passwords].map(([id, password]) => ({
      id,
      http: { user: id.replace(':', '-'), password },
      certificate: async () => (await this.#vouching()).client(id),
      psk: { identity: id, key: randomBytes(16) },
    }));
  }

  /** As the server holds them. */
  get devices(): readonly KnownDevice[] {
    return this.accounts.flatMap(({ id, http }) => (http === undefined ? [] : [{ device: id, ...http }]));
  }

  /** The server's own keys and certificates, and what it knows its devices by. */
  readonly identity = async (): Promise<ServerIdentity> => {
    const authority = await this.#vouching();
    const identities = await Promise.all([authority.server(), authority.rsaServer()]);
    const psk = new Map(this.accounts.flatMap(({ psk }) => (psk === undefined ? [] : [[psk.identity, psk.key]])));
    return { identities, clientCa: authority.ca, psk };
  };

  /** Makes what takes long, so that it is there when the first connection comes. */
  prepare(): void {
    // Whoever needs it gets the error, too.
    this.identity().catch(() => undefined);
  }

  #vouching(): Promise<CertificateAuthority> {
    this.#authority ??= CertificateAuthority.create();
    return this.#authority;
  }
}
