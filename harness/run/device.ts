import type { ConnectionOptions } from 'node:tls';
import { ALERT } from '../protocol/alerts.js';
import { FIELD } from '../protocol/headers.js';
import { MEDIA } from '../protocol/media-types.js';
import type { SeenCommand } from '../protocol/packages.js';
import { readPackageTwo } from '../protocol/read-packages.js';
import {
  type PackageOneContent,
  type StatusEntry,
  writePackageOne,
  writePackageThree,
} from '../protocol/write-packages.js';
import type { Requested } from '../recorder/tap.js';
import { type HeaderList, headerValue, type PeerResponse, type PeerSend } from '../stimuli/peer.js';
import { TransportError } from '../stimuli/transport-error.js';
import { destinationOf, renderRequest } from '../stimuli/wire-request.js';
import { WireTransport } from '../stimuli/wire-transport.js';
import type { ClientProof } from '../trace/event.js';
import { act, type RunContext } from './context.js';
import type { Credentials, DevicePassword } from './device-password.js';

/** Rounds after which a device stops following a server that never sends END. */
const MOST_ROUNDS = 50;

export interface DeviceOptions {
  readonly context: RunContext;
  readonly endpoint: string;
  readonly id: string;
  readonly token: string;
  readonly record: boolean;
  /** A new TCP connection for each package. */
  readonly fresh?: boolean;
  /** Shared with another device; by default one of its own. */
  readonly transport?: WireTransport;
  /** Answers the server's challenges; by default nobody does. */
  readonly password?: DevicePassword;
  /** Over TLS: what to prove an identity with. */
  readonly tls?: DeviceTls;
}

/** What a device has at hand in a TLS handshake, and how the record calls it. */
export interface DeviceTls {
  readonly options: ConnectionOptions;
  readonly shows: ClientProof;
  /** What that is worth for the device which its packages name, when it is another's. */
  readonly credentials?: Credentials;
}

export type SendHow = NonNullable<Parameters<WireTransport['sendWith']>[1]>;

/** What came back: a #2's commands, or why there are none. */
export interface Turned {
  readonly response: PeerResponse | undefined;
  readonly commands: readonly SeenCommand[];
  readonly ended: boolean;
}

const LOST: Turned = { response: undefined, commands: [], ended: false };

/**
 * A DM Client of the suite's own that sends one package at a time, so that a scenario can do anything between two of them. Conformant unless told
 * otherwise: it follows CONT, returns the server's cookie (D-13), and answers each command with 200 unless the scenario gives other statuses.
 */
export class Device {
  readonly id: string;
  readonly transport: WireTransport;
  /** Why the last package without a response had none. */
  failure: string | undefined;
  readonly #options: DeviceOptions;
  #url: string;
  #cookie: string | undefined;
  /** What the values of Authorization that were sent are worth. */
  readonly #worth = new Map<string, Credentials>();
  #commands: readonly SeenCommand[] = [];
  #lastThree: Buffer | undefined;

  constructor(options: DeviceOptions, label: () => string | undefined = () => undefined) {
    this.id = options.id;
    this.#options = options;
    this.#url = options.endpoint;
    this.transport =
      options.transport ?? deviceTransport(options, label, (exchange, headers) => this.#requested(exchange, headers));
  }

  /** A request of this device was recorded: says what the credentials in it are worth, which the record does not hold. */
  #requested(exchange: string, headers: HeaderList): void {
    const { context, token, tls } = this.#options;
    const value = headerValue(headers, FIELD.authorization);
    const credentials = value === undefined ? tls?.credentials : this.#worth.get(value);
    if (credentials !== undefined) act(context, token, { name: 'credentials', exchange, ...credentials });
  }

  /** Body of a #1 as every client sends it, or with the parts given. */
  static one(content: PackageOneContent = {}): Buffer {
    return writePackageOne({
      mos: [{ DDF: 'http://127.0.0.1/ddf/devinfo.ddf', MOID: 'urn:oma:mo:oma-dm-devinfo:1.2', MIID: ['di1'] }],
      alerts: [{ AlertType: ALERT.client }],
      ...content,
    });
  }

  /** Sends #1 and takes the #2. */
  open(body: Buffer = Device.one(), how: SendHow = {}): Promise<Turned> {
    this.#url = this.#options.endpoint;
    this.#cookie = undefined;
    return this.#post(MEDIA.initiation, body, how);
  }

  /** Sends #1 once more with the very credentials that were sent last, over a connection of its own. */
  openAgain(): Promise<Turned> {
    this.#options.password?.replay();
    return this.open(Device.one(), { fresh: true });
  }

  /** Sends a #1 with this value of Accept. */
  openAccepting(accept: string): Promise<Turned> {
    return this.#post(MEDIA.initiation, Device.one(), {}, accept);
  }

  /** Bytes of a #1 as this device sends it, for connections of the scenario's own making. */
  oneAsBytes(): Buffer {
    const { endpoint: url } = this.#options;
    return renderRequest(
      { method: 'POST', url, headers: this.#headers(MEDIA.initiation), body: Device.one() },
      destinationOf(url),
    );
  }

  /** Sends bytes as they are to the DM endpoint, over a connection of their own, and waits for what comes back. */
  async sendRaw(bytes: Buffer): Promise<void> {
    const { endpoint, context } = this.#options;
    await this.transport.sendRaw(destinationOf(endpoint).origin, [bytes], { signal: context.signal });
  }

  /** Sends the #3 that answers the last #2. */
  report(
    statuses: readonly StatusEntry[] = this.#commands.map(() => ({ sc: 200 })),
    how: SendHow = {},
  ): Promise<Turned> {
    this.#lastThree = writePackageThree({ statuses });
    return this.#post(MEDIA.response, this.#lastThree, how);
  }

  /** Sends the last #3 again, the same bytes. */
  repeat(): Promise<Turned> {
    return this.#post(MEDIA.response, this.#lastThree ?? writePackageThree({ statuses: [] }), {});
  }

  /** Sends any body as #1 or #3. */
  post(type: string, body: Buffer, how: SendHow = {}): Promise<Turned> {
    return this.#post(type, body, how);
  }

  /** Answers #2 after #2 until END, or until a reply is none. */
  async follow(
    first: Turned,
    statuses?: (command: SeenCommand, index: number) => StatusEntry,
    how: SendHow = {},
  ): Promise<Turned> {
    let turned = first;
    for (let round = 0; round < MOST_ROUNDS && !turned.ended && turned.commands.length > 0; round += 1) {
      turned = await this.report(statuses === undefined ? undefined : turned.commands.map(statuses), how);
    }
    return turned;
  }

  /** A whole session from #1 to END. */
  async session(): Promise<Turned> {
    return await this.follow(await this.open());
  }

  /** Sends another method to the DM endpoint. */
  async other(method: string, body?: Buffer): Promise<Turned> {
    const headers: HeaderList = [
      ['Accept', MEDIA.request],
      [FIELD.deviceId, this.id],
    ];
    return await this.#send(
      method,
      body === undefined ? headers : [['Content-Type', MEDIA.initiation], ...headers],
      body,
      {},
    );
  }

  close(): Promise<void> {
    return this.transport.close();
  }

  /** Records why there was no response, unless the scenario wanted none. */
  #lost(error: unknown, how: SendHow, after: number): void {
    const { context, token } = this.#options;
    if (how.drop !== undefined || context.signal.aborted) return;
    const failure = error instanceof TransportError ? error.failure : 'broken';
    this.failure = failure;
    const why = error instanceof Error ? error.message : String(error);
    if (failure === 'timeout')
      act(context, token, { name: 'gave-up', waitingFor: 'the response', afterMs: Math.round(after) });
    else if (failure === 'refused')
      act(context, token, { name: 'obstacle', reason: `the server takes no connection (${why})` });
    else
      act(context, token, { name: 'obstacle', reason: `the server gave no whole HTTP response (${failure}: ${why})` });
  }

  async #post(type: string, body: Buffer, how: SendHow, accept?: string): Promise<Turned> {
    return await this.#send('POST', this.#headers(type, accept), body, how);
  }

  #headers(type: string, accept: string = MEDIA.request): HeaderList {
    const headers: [string, string][] = [
      ['Content-Type', type],
      ['Accept', accept],
      [FIELD.deviceId, this.id],
    ];
    if (this.#cookie !== undefined) headers.push(['Cookie', this.#cookie]);
    return headers;
  }

  async #send(method: string, headers: HeaderList, body: Buffer | undefined, how: SendHow): Promise<Turned> {
    const { password } = this.#options;
    const request = { method, url: this.#url, headers, ...(body === undefined ? {} : { body }) };
    let response = await this.#exchange(request, how);
    // The one repeat that answers a challenge is no retry (D-19).
    if (response?.status === 401 && password?.learn(response.headers) === true)
      response = await this.#exchange(request, how, true);
    if (response === undefined) return LOST;
    return this.#take(response);
  }

  /** Sends the request, with credentials where a challenge has asked for them. */
  async #exchange(request: PeerSend, how: SendHow, repeated = false): Promise<PeerResponse | undefined> {
    const { fresh, context, password } = this.#options;
    if (context.signal.aborted) return undefined;
    const began = performance.now();
    const authorization = password?.next(request.method, destinationOf(request.url).target);
    const value = authorization?.value;
    if (authorization !== undefined) this.#worth.set(authorization.value, authorization.credentials);
    const headers = value === undefined ? request.headers : [...request.headers, [FIELD.authorization, value] as const];
    const response = await this.transport
      .sendWith({ ...request, headers }, { ...how, ...(fresh === true ? { fresh } : {}), signal: context.signal })
      .catch((error: unknown) => error);
    if (isResponse(response)) return response;
    // The server may close behind its challenge without saying so (RFC 9112 9.3.1).
    if (repeated && response instanceof TransportError && response.failure === 'closed')
      return await this.#exchange(request, { ...how, fresh: true });
    this.#lost(response, how, performance.now() - began);
    return undefined;
  }

  #take(response: PeerResponse): Turned {
    const cookies = response.headers
      .filter(([name]) => name.toLowerCase() === 'set-cookie')
      .map(([, value]) => value.split(';')[0] ?? '');
    if (cookies.length > 0) this.#cookie = cookies.join('; ');
    const reading = response.status === 200 ? readPackageTwo(response.body) : undefined;
    const commands = reading?.view?.commands ?? [];
    this.#commands = commands;
    const cont = commands.findLast((command) => command.name === 'CONT')?.serverUri;
    if (cont !== undefined && URL.canParse(cont)) this.#url = cont;
    return { response, commands, ended: reading?.view?.hasEnd === true };
  }
}

function isResponse(value: unknown): value is PeerResponse {
  return typeof value === 'object' && value !== null && 'status' in value && 'body' in value;
}

/** A transport whose connections are recorded as the client's. */
export function deviceTransport(
  options: Pick<DeviceOptions, 'context' | 'token' | 'record' | 'tls'>,
  label: () => string | undefined,
  requested: Requested = () => undefined,
): WireTransport {
  const { context, token, record, tls } = options;
  const shows = tls?.shows ?? 'none';
  const tap = {
    bus: context.bus,
    local: 'client',
    remote: 'server',
    claim: () => token,
    label,
    requested,
    shows,
  } as const;
  return new WireTransport({
    patienceMs: context.patienceMs,
    ...(tls === undefined ? {} : { tls: tls.options }),
    ...(record ? { tap } : {}),
  });
}
