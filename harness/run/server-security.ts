import { randomBytes } from 'node:crypto';
import { CERTIFICATE_SUITES, PSK_SUITES, type Suite, type TlsVersion } from '../protocol/tls-suites.js';
import { type Probed, probeTls, suitesOffered } from '../stimuli/tls-probe.js';
import type { DeviceAccount, ServerTarget } from '../targets/target.js';
import { CertificateAuthority } from './certificates.js';
import { act, type RunContext } from './context.js';
import { Device, type DeviceTls } from './device.js';
import { DevicePassword, type DevicePasswordOptions } from './device-password.js';

/** The devices that the server knows, given out one after the other, so that a scenario rarely meets what an earlier one left behind. */
export class Accounts {
  readonly #all: readonly DeviceAccount[];
  #given = 0;

  constructor(all: readonly DeviceAccount[]) {
    this.#all = all;
  }

  /** One that is not among those; undefined when there is none. */
  next(others: readonly DeviceAccount[]): DeviceAccount | undefined {
    for (let tried = 0; tried < this.#all.length; tried += 1) {
      const account = this.#all[this.#given % this.#all.length];
      this.#given += 1;
      if (account !== undefined && !others.includes(account)) return account;
    }
    return undefined;
  }
}

export interface ServerSecurityOptions {
  readonly context: RunContext;
  readonly target: ServerTarget;
  readonly token: string;
  readonly record: boolean;
  readonly accounts: Accounts;
}

/** How a device proves who it is: not at all, by a password, or by a certificate. */
export type Means =
  | { readonly by: 'nothing' }
  | ({ readonly by: 'password'; readonly wrong?: true } & Pick<DevicePasswordOptions, 'scheme' | 'algorithm' | 'nonce'>)
  /** `stranger`: one in the device's name, by an authority that nobody trusts. */
  | { readonly by: 'certificate'; readonly from?: 'stranger' };

const VERSIONS: readonly TlsVersion[] = ['SSLv3', 'TLSv1', 'TLSv1.1', 'TLSv1.2', 'TLSv1.3'];
let strangers: Promise<CertificateAuthority> | undefined;

/** What a scenario about security does with a DM Server: devices over TLS, with credentials of all kinds, and single handshakes (TS 9). */
export class ServerSecurity {
  readonly #options: ServerSecurityOptions;
  readonly #known = new Map<string, DeviceAccount>();
  readonly #devices: Device[] = [];

  constructor(options: ServerSecurityOptions) {
    this.#options = options;
  }

  /** The known device of that name, which is the same throughout the scenario; undefined, with the obstacle recorded, where nobody says of any. */
  account(name: string): DeviceAccount | undefined {
    const known = this.#known.get(name) ?? this.#options.accounts.next([...this.#known.values()]);
    if (known === undefined)
      this.obstacle('nobody says of devices that the server knows, and their credentials (`devices` in the statement)');
    else this.#known.set(name, known);
    return known;
  }

  /** Where #1 goes over TLS; undefined, with the obstacle recorded, where nobody says. */
  get secureEndpoint(): string | undefined {
    const url = this.#secureEndpoint;
    if (url === undefined) this.obstacle('nobody says where #1 goes over TLS (`secureEndpoint` in the statement)');
    return url;
  }

  /**
   * A device of its own, over TLS where the server has it.
   * @param id OMADM-DevID; of whom `account` holds the credentials is another matter.
   * @returns undefined, with the obstacle recorded, where what it needs is not to be had.
   */
  async device(id: string, account: DeviceAccount | undefined, means: Means): Promise<Device | undefined> {
    const endpoint =
      means.by === 'certificate' ? this.secureEndpoint : (this.#secureEndpoint ?? this.#options.target.endpoint);
    const tls = await this.#tls(id, account, means);
    const password = passwordOf(id, account, means);
    if (endpoint === undefined) return undefined;
    if (means.by !== 'nothing' && tls === undefined && password === undefined) {
      this.obstacle(`the statement names no ${means.by} of the device (\`devices\` in the statement)`);
      return undefined;
    }
    const { context, token, record } = this.#options;
    const device = new Device({
      context,
      token,
      record,
      endpoint,
      id,
      ...(tls === undefined ? {} : { tls }),
      ...(password === undefined ? {} : { password: new DevicePassword(password) }),
    });
    this.#devices.push(device);
    return device;
  }

  /** One handshake for each version of TLS, with whatever suite there is. */
  async tryVersions(): Promise<void> {
    const url = this.secureEndpoint;
    if (url === undefined) return;
    for (const version of VERSIONS) await this.#probe(url, version);
  }

  /** One handshake for each suite of TS 9 of that kind, and one with whatever suite there is. */
  async trySuites(by: Suite['by']): Promise<void> {
    const url = this.secureEndpoint;
    if (url === undefined) return;
    if (by === 'psk' && this.account('the known device')?.psk === undefined) {
      this.obstacle('the statement names no pre-shared key of a device (`devices` in the statement)');
      return;
    }
    await this.#probe(url, 'TLSv1.2');
    for (const suite of by === 'psk' ? PSK_SUITES : CERTIFICATE_SUITES) await this.#probe(url, 'TLSv1.2', suite);
  }

  /** What the scenario needs is not to be had. */
  obstacle(reason: string): void {
    act(this.#options.context, this.#options.token, { name: 'obstacle', reason });
  }

  async close(): Promise<void> {
    await Promise.all(this.#devices.map((device) => device.close()));
  }

  get #secureEndpoint(): string | undefined {
    const { secureEndpoint, endpoint } = this.#options.target;
    return secureEndpoint ?? (endpoint.startsWith('https:') ? endpoint : undefined);
  }

  /** A server that wants a certificate of every client gets the known device's, where there is one. */
  async #probe(url: string, version: TlsVersion, suite?: Suite): Promise<void> {
    const { context, token, accounts } = this.#options;
    const account = this.#known.get('the known device') ?? accounts.next([]);
    if (account !== undefined) this.#known.set('the known device', account);
    const withKey = suite?.by === 'psk' ? account?.psk : undefined;
    const certificate = withKey === undefined ? await account?.certificate?.() : undefined;
    const { patienceMs, signal } = context;
    const probed: Probed = await probeTls({
      url,
      version,
      ...(suite === undefined ? {} : { suite }),
      ...(withKey === undefined ? {} : { psk: withKey }),
      ...(certificate === undefined ? {} : { certificate }),
      patienceMs,
      signal,
    });
    const means = withKey !== undefined ? 'psk' : certificate !== undefined ? 'certificate' : 'none';
    const suites = suitesOffered({ version, ...(suite === undefined ? {} : { suite }) });
    act(context, token, { name: 'tls-probe', url, versions: [version], suites, means, ...probed });
  }

  async #tls(id: string, account: DeviceAccount | undefined, means: Means): Promise<DeviceTls | undefined> {
    if (means.by === 'certificate' && means.from === 'stranger') {
      strangers ??= CertificateAuthority.create('a stranger');
      return { options: await (await strangers).client(id), shows: 'certificate:other' };
    }
    if (means.by === 'certificate' && account?.certificate !== undefined) {
      const another = { scheme: 'other', outcome: 'other-device', detail: 'certificate' } as const;
      const options = await account.certificate();
      return { options, shows: 'certificate:right', ...(account.id === id ? {} : { credentials: another }) };
    }
    return undefined;
  }
}

function passwordOf(id: string, account: DeviceAccount | undefined, means: Means): DevicePasswordOptions | undefined {
  if (means.by !== 'password' || account?.http === undefined) return undefined;
  const { user, password } = account.http;
  const { wrong, scheme, algorithm, nonce } = means;
  return {
    user,
    password: wrong === true ? randomBytes(12).toString('base64url') : password,
    outcome: wrong === true ? 'wrong' : account.id === id ? 'right' : 'other-device',
    ...(scheme === undefined ? {} : { scheme }),
    ...(algorithm === undefined ? {} : { algorithm }),
    ...(nonce === undefined ? {} : { nonce }),
  };
}
