import type { SeenCommand } from '../protocol/packages.js';
import type { StatusEntry } from '../protocol/write-packages.js';
import type { PeerResponse } from '../stimuli/peer.js';
import { WireTransport } from '../stimuli/wire-transport.js';
import type { Party } from '../trace/event.js';
import { act, type RunContext } from './context.js';
import type { Device, Turned } from './device.js';
import { answerForm } from './web-form.js';

/** Rounds after which a device stops following a server that never sends END. */
const MOST_ROUNDS = 50;
const METHODS: Readonly<Record<string, string>> = { HGET: 'GET', HPUT: 'PUT', HPOST: 'POST', SHOW: 'GET' };

export interface DeviceTransfersOptions {
  readonly context: RunContext;
  readonly token: string;
  readonly record: boolean;
}

/** What the device does at interfaces 3 and 4: the data that its uploads hold, and which choice its user makes (none: the user never answers). */
export interface Doing {
  readonly data: { readonly type: string; readonly body: Buffer };
  readonly choice?: 'first' | 'last';
}

/** Interfaces 3 and 4 of the suite's own devices: carries out what a DM Server commands, at the server's own repository and pages. */
export class DeviceTransfers {
  readonly #options: DeviceTransfersOptions;
  readonly #transports = new Map<string, WireTransport>();

  constructor(options: DeviceTransfersOptions) {
    this.#options = options;
  }

  /** Runs the session that was opened to its end, and does what each command asks. */
  async follow(device: Device, first: Turned, doing: Doing): Promise<Turned> {
    let turned = first;
    for (let round = 0; round < MOST_ROUNDS && turned.commands.length > 0; round += 1) {
      const statuses = await this.carryOutAll(device, turned, doing);
      if (turned.ended) return turned;
      turned = await device.report(statuses.filter((_status, index) => turned.commands[index]?.name !== 'END'));
    }
    return turned;
  }

  /** Does what each command of one #2 asks, in order. */
  async carryOutAll(device: Device, { commands }: Turned, doing: Doing): Promise<readonly StatusEntry[]> {
    const statuses: StatusEntry[] = [];
    for (const command of commands) statuses.push({ sc: await this.#carryOut(device, command, doing) });
    return statuses;
  }

  async close(): Promise<void> {
    await Promise.all([...this.#transports.values()].map((transport) => transport.close()));
  }

  async #carryOut(device: Device, { name = '', serverUri }: SeenCommand, doing: Doing): Promise<number> {
    const method = METHODS[name];
    if (method === undefined || serverUri === undefined) return 200;
    const { type, body } = doing.data;
    const upload = method === 'PUT' || method === 'POST';
    const response = await this.#send(device, name === 'SHOW' ? 'pages' : 'repository', {
      method,
      url: serverUri,
      headers: upload ? [['Content-Type', type]] : [['Accept-Encoding', 'identity']],
      ...(upload ? { body } : {}),
    });
    if (name === 'SHOW' && response !== undefined && doing.choice !== undefined) {
      const answer = answerForm(response.body.toString('utf8'), serverUri, doing.choice);
      if (answer === undefined) this.#obstacle('the page of the SHOW has no form with a choice');
      else await this.#send(device, 'pages', answer);
    }
    return response !== undefined && response.status < 400 ? 200 : 404;
  }

  async #send(
    device: Device,
    to: Party,
    request: Parameters<WireTransport['send']>[0],
  ): Promise<PeerResponse | undefined> {
    return await this.#transport(device, to)
      .send(request, this.#options.context.signal)
      .catch((error: unknown) => {
        this.#obstacle(
          `nothing came back from ${request.url}: ${error instanceof Error ? error.message : String(error)}`,
        );
        return undefined;
      });
  }

  /** Connections of their own for each device and place, so that the record tells whose requests they carry. */
  #transport(device: Device, to: Party): WireTransport {
    const key = `${device.id} ${to}`;
    const known = this.#transports.get(key);
    if (known !== undefined) return known;
    const { context, token, record } = this.#options;
    const tap = { bus: context.bus, local: 'client', remote: to, claim: () => token, label: () => device.id } as const;
    const made = new WireTransport({ patienceMs: context.patienceMs, ...(record ? { tap } : {}) });
    this.#transports.set(key, made);
    return made;
  }

  #obstacle(reason: string): void {
    act(this.#options.context, this.#options.token, { name: 'obstacle', reason });
  }
}
