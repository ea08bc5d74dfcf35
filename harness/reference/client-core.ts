import type { GenericAlert } from '../protocol/alerts.js';
import { DEFAULT_DEVICE, type ReferenceClientOptions } from './client-options.js';
import { ClientSession } from './client-session.js';
import type { Account } from './default-tree.js';
import { Device } from './device.js';
import type { Cause, SessionEnd } from './hooks.js';
import type { ReceivedBy } from './notification-inbox.js';
import { Scratch } from './scratch.js';
import type { Scalar } from './tree-node.js';

export type { ReferenceClientOptions, Tolerance } from './client-options.js';

/** A session that was asked for. */
export interface SessionRun {
  /** True when it has to wait for the device's last session to end: a device has one session at a time. */
  readonly queued: boolean;
  /** Resolves when the sending of #1 begins, or when it is certain that none is sent. */
  readonly begun: Promise<void>;
  /** How it ended; `left` when no #1 was sent. */
  readonly done: Promise<SessionEnd>;
}

export interface StartOptions {
  readonly device?: string;
  /** Default: the client's own will. */
  readonly cause?: Cause;
  /** Where #1 goes; default the account's address. */
  readonly url?: string;
  /** Of the server; default the one that the device came with. */
  readonly account?: Account;
}

/** The reference DM Client: any number of devices, each with its own tree, account, alerts and at most one session at a time. */
export class ReferenceClient {
  readonly #options: ReferenceClientOptions;
  readonly #devices = new Map<string, Device>();
  readonly #tails = new WeakMap<Device, Promise<unknown>>();
  readonly #waiting = new WeakMap<Device, number>();
  readonly #scratch = new Scratch();

  constructor(options: ReferenceClientOptions) {
    const { hooks, transport } = options;
    this.#options = { ...options, transport: hooks?.transport?.(transport) ?? transport };
  }

  /** The device with that OMADM-DevID; made when it is first asked for. */
  device(id: string = this.#options.device ?? DEFAULT_DEVICE): Device {
    const known = this.#devices.get(id);
    if (known !== undefined) return known;
    const made = new Device(id, this.#options, this.#scratch);
    this.#devices.set(id, made);
    return made;
  }

  /** Opens a session (CR 6.1a), at once or when the device's last one is over. */
  startSession(start: StartOptions = {}): SessionRun {
    const device = this.device(start.device);
    const queued = (this.#waiting.get(device) ?? 0) > 0;
    let tell: () => void = () => undefined;
    const begun = new Promise<void>((resolve) => {
      tell = resolve;
    });
    const done = this.#inTurn(device, queued, () => this.#open(device, start, tell)).finally(tell);
    return { queued, begun, done };
  }

  /** A Package#0 has come in by whichever way (CR 6.1.1): one that is heeded opens a session, or has it follow the one that is under way (D-32). */
  notify(bytes: Buffer, device?: string, by?: ReceivedBy): SessionRun | undefined {
    const target = this.device(device);
    const { unheeded, view, account } = target.notified(bytes, by);
    if (unheeded !== undefined || account === undefined) return undefined;
    const { identifier, reqMos = false } = view ?? {};
    const cause: Cause = {
      kind: 'notified',
      reqMos,
      ...(identifier === undefined ? {} : { notificationId: identifier }),
    };
    return this.startSession({ device: target.id, account, cause });
  }

  /** An event on a device: it goes out as a Generic Alert with the next package that can carry it (CR 6.1.2). */
  raiseAlert(alert: GenericAlert, device?: string): void {
    this.device(device).raise(alert);
  }

  /** A local change of a leaf; false when there is no such place. */
  setNode(clientUri: string, value: Scalar, device?: string): Promise<boolean> {
    return this.device(device).setNode(clientUri, value);
  }

  /** Takes an account and opens the session that says so (TS 5.2). */
  bootstrap(account: Account, device?: string): SessionRun {
    const target = this.device(device);
    target.bootstrap(account);
    return this.startSession({ device: target.id, cause: { kind: 'bootstrap' }, account });
  }

  /** Back to the state after the start: whatever is under way is dropped, all devices are forgotten. */
  reset(): void {
    for (const device of this.#devices.values()) device.alerts.clear();
    this.#drop();
  }

  /** Ends everything that is under way; what was kept in the state folder stays there for the next start. */
  async close(): Promise<void> {
    this.#drop();
    await this.#options.transport.close();
  }

  #drop(): void {
    for (const device of this.#devices.values()) device.gone.abort();
    this.#devices.clear();
    this.#scratch.clear();
  }

  /** Sessions of a device follow one another; the first begins in the same turn in which it was asked for. */
  async #inTurn(device: Device, queued: boolean, open: () => Promise<SessionEnd>): Promise<SessionEnd> {
    this.#waiting.set(device, (this.#waiting.get(device) ?? 0) + 1);
    const work = queued ? (this.#tails.get(device) ?? Promise.resolve()).then(open) : open();
    this.#tails.set(
      device,
      work.catch(() => undefined),
    );
    const end = await work.finally(() => this.#waiting.set(device, (this.#waiting.get(device) ?? 1) - 1));
    this.#reportResults(device);
    return end;
  }

  async #open(device: Device, start: StartOptions, begun: () => void): Promise<SessionEnd> {
    const { cause = { kind: 'own' }, url, account = device.account } = start;
    let end: SessionEnd = 'left';
    const open = async () => {
      if (!device.gone.signal.aborted) end = await new ClientSession(device, { cause, account, begun, url }).run();
      return end;
    };
    const { hooks } = device;
    try {
      if (hooks.startSession === undefined) await open();
      else await hooks.startSession(cause, open, device.hookContext(cause));
    } catch {
      // Only a hook can get here: the session is as broken as the hook.
      end = 'broken';
    }
    if (cause.kind === 'report') device.alerts.redirect(cause.url);
    return end;
  }

  /** The results of EXECs that were answered 202 go to their ServerURIs, each in a session of its own (TS 5.4, D-24). */
  #reportResults(device: Device): void {
    if (device.gone.signal.aborted) return;
    for (const url of new Set(device.reports.splice(0))) {
      this.startSession({ device: device.id, cause: { kind: 'report', url } }).done.catch(() => undefined);
    }
  }
}
