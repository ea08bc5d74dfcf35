import { timingSafeEqual } from 'node:crypto';
import { FIELD } from '../protocol/headers.js';
import {
  type AuthItem,
  algorithmOf,
  digestResponse,
  readBasic,
  readCredentials,
  writeAuth,
} from '../protocol/http-auth.js';
import type { HeaderList, PeerReply, PeerRequest } from '../stimuli/peer.js';
import type { Clock } from './clock.js';
import type { Identified, ServerHookContext, ServerHooks } from './hooks.js';
import { fieldOf } from './http-fields.js';
import { NonceBook } from './nonce-book.js';
import { refusal } from './server-replies.js';

/** A device that the server knows, and its password. Certificates and pre-shared keys name the device themselves (D-57). */
export interface KnownDevice {
  readonly device: string;
  readonly user: string;
  readonly password: string;
}

export interface DeviceGateOptions {
  readonly devices: readonly KnownDevice[];
  readonly clock: Clock;
  readonly hooks: ServerHooks;
}

const REALM = 'dm';
const NOBODY: Identified = { device: undefined, by: 'nothing', standing: 'wrong' };

/** Lets a device that the server knows pass once it has proved who it is: by TLS, by HTTP Basic or by HTTP Digest (TS 9). Others pass as they are. */
export class DeviceGate {
  readonly #options: DeviceGateOptions;
  readonly #byUser: ReadonlyMap<string, KnownDevice>;
  readonly #known: ReadonlySet<string>;
  readonly #nonces: NonceBook;

  constructor(options: DeviceGateOptions) {
    this.#options = options;
    this.#byUser = new Map(options.devices.map((known) => [known.user, known]));
    this.#known = new Set(options.devices.map(({ device }) => device));
    this.#nonces = new NonceBook(options.clock);
  }

  /** Why the request does not pass; undefined when it does. */
  refuse(request: PeerRequest, context: () => ServerHookContext): PeerReply | undefined {
    const device = fieldOf(request, 'omadm-devid');
    if (device === undefined || !this.#known.has(device)) return undefined;
    const found = this.#identify(request);
    const { device: proven, standing } = this.#options.hooks.identify?.(found, request, context()) ?? found;
    if (standing !== 'right') return this.#challenge(standing === 'stale');
    return proven === device ? undefined : refusal(403);
  }

  clear(): void {
    this.#nonces.clear();
  }

  /** What is said in HTTP counts before what was proved in TLS. */
  #identify(request: PeerRequest): Identified {
    const given = readCredentials(fieldOf(request, 'authorization'));
    if (given === undefined) return provenIn(request);
    if (given.scheme === 'basic') return this.#basic(given);
    return given.scheme === 'digest' ? this.#digest(given, request) : NOBODY;
  }

  #basic(given: AuthItem): Identified {
    const read = readBasic(given);
    const known = read === undefined ? undefined : this.#byUser.get(read.user);
    const right = read !== undefined && known !== undefined && isEqual(read.password, known.password);
    return { device: known?.device, by: 'basic', standing: right ? 'right' : 'wrong' };
  }

  #digest({ params }: AuthItem, { method, target }: PeerRequest): Identified {
    const value = (name: string): string => params.get(name) ?? '';
    const known = this.#byUser.get(value('username'));
    const wrong: Identified = { device: known?.device, by: 'digest', standing: 'wrong' };
    const algorithm = algorithmOf({ scheme: 'digest', token: undefined, params });
    const nc = value('nc');
    const fits =
      value('realm') === REALM && value('uri') === target && value('qop') === 'auth' && /^[0-9a-f]{8}$/i.test(nc);
    if (known === undefined || algorithm === undefined || !fits) return wrong;
    const { user, password } = known;
    const [nonce, cnonce] = [value('nonce'), value('cnonce')];
    const response = digestResponse({
      algorithm,
      user,
      password,
      realm: REALM,
      nonce,
      nc,
      cnonce,
      method,
      uri: target,
    });
    if (!isEqual(value('response'), response)) return wrong;
    const used = this.#nonces.use(nonce, Number.parseInt(nc, 16));
    return { device: known.device, by: 'digest', standing: used === 'good' ? 'right' : used };
  }

  /** The scheme that is best first (RFC 9110 11.6.1); `stale`: the same credentials would do with the new nonce. */
  #challenge(stale: boolean): PeerReply {
    const digest = (algorithm: string): readonly [string, string] => [
      FIELD.wwwAuthenticate,
      writeAuth('Digest', [
        ['realm', REALM],
        ['qop', 'auth'],
        ['algorithm', algorithm, false],
        ['nonce', this.#nonces.issue()],
        ...(stale ? [['stale', 'true', false] as const] : []),
      ]),
    ];
    const basic = writeAuth('Basic', [
      ['realm', REALM],
      ['charset', 'UTF-8'],
    ]);
    const headers: HeaderList = [digest('SHA-256'), digest('MD5'), [FIELD.wwwAuthenticate, basic]];
    return refusal(401, headers);
  }
}

function provenIn({ proven }: PeerRequest): Identified {
  return proven === undefined ? NOBODY : { device: proven.name, by: proven.by, standing: 'right' };
}

function isEqual(one: string, other: string): boolean {
  const [a, b] = [Buffer.from(one), Buffer.from(other)];
  return a.length === b.length && timingSafeEqual(a, b);
}
