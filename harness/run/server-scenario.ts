import type { CommandList } from '../stimuli/plan.js';
import type { ServerTarget } from '../targets/target.js';
import { act, quietTime, type RunContext } from './context.js';
import { Device, deviceTransport } from './device.js';
import { DeviceTransfers } from './device-transfers.js';
import type { Marks } from './marks.js';
import { ServerNotifier } from './server-notifier.js';
import { type Accounts, ServerSecurity } from './server-security.js';
import type { Network } from './stated-targets.js';

export interface ServerScenarioOptions {
  readonly context: RunContext;
  readonly target: ServerTarget;
  readonly token: string;
  readonly marks: Marks;
  readonly record: boolean;
  /** Makes a device identity that no other scenario uses. */
  readonly newDevice: () => string;
  /** Devices that the server knows. */
  readonly accounts: Accounts;
  /** Where the server reaches the devices that the suite plays. */
  readonly network?: Network;
}

/** Names of devices that the server knows. */
const KNOWN = /\bknown device\b/;

/** One scenario against a DM Server: the devices that talk to it, and what the server is asked to send them. */
export class ServerScenario {
  readonly token: string;
  readonly notifier: ServerNotifier;
  readonly #options: ServerScenarioOptions;
  readonly #devices = new Map<string, Device>();
  readonly #ids = new Map<string, string>();
  /** What devices do at the server's repository and pages. */
  readonly transfers: DeviceTransfers;
  /** Devices over TLS, and with credentials. */
  readonly security: ServerSecurity;
  #label: string | undefined;

  constructor(options: ServerScenarioOptions) {
    this.#options = options;
    this.notifier = new ServerNotifier(options);
    this.token = options.token;
    this.transfers = new DeviceTransfers(options);
    this.security = new ServerSecurity(options);
  }

  /** Identity of the device with this name; of one that is called a known one, where the server knows any, that of such a device. */
  idOf(name: string): string {
    const known = (): string | undefined => (KNOWN.test(name) ? this.security.account(name)?.id : undefined);
    const id = this.#ids.get(name) ?? known() ?? this.#options.newDevice();
    this.#ids.set(name, id);
    return id;
  }

  /** The device with this name, made when first asked for. With `session` two sessions of one device are told apart in the record. */
  device(
    name = 'the device',
    options: { readonly fresh?: boolean; readonly sharedWith?: string; readonly session?: string } = {},
  ): Device {
    const key = `${name} ${options.session ?? ''}`;
    const known = this.#devices.get(key);
    if (known !== undefined) return known;
    const { context, target, record } = this.#options;
    const transport =
      options.sharedWith === undefined
        ? deviceTransport({ context, token: this.token, record }, () => options.session ?? this.#label)
        : this.device(options.sharedWith).transport;
    const device = new Device({
      context,
      endpoint: target.endpoint,
      id: this.idOf(name),
      token: this.token,
      record,
      transport,
      ...(options.fresh === undefined ? {} : { fresh: options.fresh }),
    });
    this.#devices.set(key, device);
    return device;
  }

  /** Asks the server for these packages in the device's next session; false, with the obstacle recorded, where it cannot be asked. */
  async queue(
    name: string,
    packages: readonly (readonly (readonly string[])[])[],
    session?: 'notified',
  ): Promise<boolean> {
    const { context, target } = this.#options;
    const device = this.idOf(name);
    if (session !== undefined && !(await this.#keepsApart(device))) return false;
    const missing = this.#missingPlace(packages);
    if (missing !== undefined) {
      act(context, this.token, { name: 'obstacle', reason: missing });
      return false;
    }
    const resolved: readonly CommandList[] = packages.map((commands) =>
      commands.map((command) => command.map((cell) => this.#words(cell))),
    );
    const answer = (await target.queue?.(device, resolved, session)) ?? {
      accepted: false,
      detail: 'the target offers no control operation "queue"',
    };
    act(context, this.token, {
      name: 'queue',
      device,
      packages: resolved,
      ...(session === undefined ? {} : { session }),
      accepted: answer.accepted,
      ...(answer.detail === undefined ? {} : { detail: answer.detail }),
    });
    if (!answer.accepted)
      act(context, this.token, { name: 'obstacle', reason: answer.detail ?? 'the server did not take the plan' });
    return answer.accepted;
  }

  /**
   * Whether the control operation knows for which sessions a plan can be: one that takes a kind that does not exist takes no notice of it, and would give
   * a plan that is meant for one session to any.
   */
  async #keepsApart(device: string): Promise<boolean> {
    const { target, context } = this.#options;
    const madeUp = await target.queue?.(device, [[['END']]], 'made-up');
    if (madeUp?.accepted !== true) return true;
    const reason =
      'the control operation "queue" takes no notice of `session`, so no plan can be kept for the notified one';
    act(context, this.token, { name: 'obstacle', reason });
    return false;
  }

  /** A quiet time in which the server may do what it must not. */
  async quiet(why: string): Promise<void> {
    await quietTime(this.#options.context, this.token, why, this.#options.target.advance);
  }

  async close(): Promise<void> {
    await Promise.all([...this.#devices.values(), this.transfers, this.security].map((one) => one.close()));
  }

  /** Why a plan cannot be asked for: it needs a place that the server has not, as far as anybody says. */
  #missingPlace(packages: readonly (readonly (readonly string[])[])[]): string | undefined {
    const { repository, pages } = this.#options.target;
    const cells = packages.flat(2);
    const needs = (place: string): boolean => cells.some((cell) => cell.startsWith(`{${place}}`));
    if (repository === undefined && needs('repository'))
      return 'nobody says where the server has a data repository (`repository` in the statement)';
    if (pages === undefined && needs('pages'))
      return 'nobody says where the server has web pages (`pages` in the statement)';
    return undefined;
  }

  /** `{mark}`: a value of its own; `{server}/x`: an address at the server under test, for CONT. */
  #words(cell: string): string {
    const { target, marks } = this.#options;
    if (cell.startsWith('{server}'))
      return `${target.endpoint}?${cell.slice('{server}'.length).replace(/^\//, '')}=${marks.next()}`;
    return cell
      .replace('{repository}', target.repository ?? '')
      .replace('{pages}', target.pages ?? '')
      .replaceAll('{mark}', () => marks.next());
  }
}
