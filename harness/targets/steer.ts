import type { GenericAlert } from '../protocol/alerts.js';
import type { CommandList } from '../stimuli/plan.js';
import type { OPERATIONS } from './control-client.js';
import { type Answered, type BootstrapAccount, notOffered } from './target.js';

export type OperationName = Exclude<keyof typeof OPERATIONS, 'clock'>;

/** What came of a control operation. */
export interface Steered extends Answered {
  /** False when the implementation says that it has no such operation, and that was made sure of. */
  readonly offered: boolean;
  /** What it answered. */
  readonly bytes?: Buffer;
}

/** A way to steer an implementation (design: control protocol): by HTTP, by commands, or by asking a person. */
export interface Steer {
  /** @param body a JSON value, or bytes; @param more values for placeholders in a command. Never rejects. */
  call(operation: OperationName, body: unknown, more?: Readonly<Record<string, string>>): Promise<Steered>;
  close(): Promise<void>;
}

/** The control protocol as the statement offers it: what is not there is not asked for, or not again. */
export class Steering {
  readonly #steer: Steer | undefined;
  readonly #operations: ReadonlySet<string>;
  /** What was not offered, and what it was answered. */
  readonly #missing = new Map<string, Steered>();

  /** @param operations those that there may be. */
  constructor(steer: Steer | undefined, operations: readonly string[]) {
    this.#steer = steer;
    this.#operations = new Set(steer === undefined ? [] : operations);
  }

  offers(operation: OperationName): boolean {
    return this.#operations.has(operation) && !this.#missing.has(operation);
  }

  async call(operation: OperationName, body: unknown, more?: Readonly<Record<string, string>>): Promise<Steered> {
    const before = this.#missing.get(operation);
    if (before !== undefined) return before;
    if (this.#steer === undefined || !this.offers(operation)) return { ...notOffered(operation), offered: false };
    const answer = await this.#steer.call(operation, body, more);
    if (answer.offered) return answer;
    this.#missing.set(operation, answer);
    return answer;
  }

  /** The same, without what was answered. */
  async ask(operation: OperationName, body: unknown, more?: Readonly<Record<string, string>>): Promise<Answered> {
    const { accepted, detail } = await this.call(operation, body, more);
    return { accepted, ...(detail === undefined ? {} : { detail }) };
  }

  startSession(serverUrl: string): Promise<Answered> {
    return this.ask('startSession', {}, { 'server.url': serverUrl });
  }

  notify(bytes: Buffer): Promise<Answered> {
    return this.ask('notify', bytes);
  }

  raiseAlert(alert: GenericAlert): Promise<Answered> {
    return this.ask('raiseAlert', alert);
  }

  setNode(ClientURI: string, value: string | number | boolean | null): Promise<Answered> {
    return this.ask('setNode', { ClientURI, value });
  }

  bootstrap(account: BootstrapAccount): Promise<Answered> {
    return this.ask('bootstrap', account);
  }

  setBrowser(available: boolean): Promise<Answered> {
    return this.ask('setBrowser', { available });
  }

  queue(device: string, packages: readonly CommandList[], session?: string): Promise<Answered> {
    return this.ask('queue', { device, packages, ...(session === undefined ? {} : { session }) });
  }

  async sendNotification(device: string, to?: string): Promise<Answered & { readonly bytes?: Buffer }> {
    const { accepted, detail, bytes } = await this.call('sendNotification', {
      device,
      ...(to === undefined ? {} : { to }),
    });
    return { accepted, ...(bytes === undefined ? {} : { bytes }), ...(detail === undefined ? {} : { detail }) };
  }

  async close(): Promise<void> {
    await this.#steer?.close();
  }
}
