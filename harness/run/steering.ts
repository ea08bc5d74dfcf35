import type { GenericAlert } from '../protocol/alerts.js';
import { type Answered, type BootstrapAccount, type ClientTarget, notOffered } from '../targets/target.js';
import type { Action, TlsMeans } from '../trace/event.js';
import { act, type RunContext } from './context.js';

export interface SteeringOptions {
  readonly context: RunContext;
  readonly target: ClientTarget;
  readonly token: string;
}

/** What a scenario asks of the device of a client under test, by the control protocol; recorded, and an obstacle where it cannot be had. */
export class Steering {
  readonly #options: SteeringOptions;
  #changed = false;

  constructor(options: SteeringOptions) {
    this.#options = options;
  }

  /** Whether nodes or accounts were changed since the last reset. */
  get changed(): boolean {
    return this.#changed;
  }

  /** An event on the device, which must become this Generic Alert. */
  async raiseAlert(alert: GenericAlert): Promise<Answered> {
    const answer = (await this.#options.target.raiseAlert?.(alert)) ?? notOffered('raiseAlert');
    return this.#told({ name: 'raise-alert', alert: { ...alert }, ...answer }, answer);
  }

  /** A change of a node by the device itself. */
  async setNode(uri: string, value: string | number | boolean | null): Promise<Answered> {
    this.#changed = true;
    const answer = (await this.#options.target.setNode?.(uri, value)) ?? notOffered('setNode');
    return this.#told({ name: 'set-node', uri, value, ...answer }, answer);
  }

  /** The account of a server. */
  async bootstrap(account: BootstrapAccount): Promise<Answered> {
    this.#changed = true;
    const { context, token, target } = this.#options;
    let answer = notOffered('bootstrap');
    // Recorded before the session that it causes.
    await context.bus.causing(async () => {
      answer = (await target.bootstrap?.(account)) ?? answer;
      const { SrvID: serverId, SrvURI: serverUri, MOIDs: moids } = account;
      const { http, tls, notification } = account;
      const means: TlsMeans[] = [
        ...(tls?.clientCert === undefined ? [] : ['certificate' as const]),
        ...(tls?.psk === undefined ? [] : ['psk' as const]),
      ];
      const action: Action = {
        ...{ name: 'bootstrap', serverId, serverUri, moids },
        notification: notification !== undefined,
        ...(http === undefined ? {} : { http: true }),
        ...(means.length === 0 ? {} : { tls: means }),
        ...answer,
      };
      return { kind: 'action', scenario: token, action };
    });
    if (!answer.accepted)
      act(context, token, { name: 'obstacle', reason: answer.detail ?? 'the account was not taken' });
    return answer;
  }

  /** The same, for a scenario that must leave nothing behind: where it cannot be had, that is an obstacle. */
  async canReset(): Promise<boolean> {
    const { accepted, detail } = await this.reset();
    const { context, token } = this.#options;
    if (!accepted) act(context, token, { name: 'obstacle', reason: `it could not be undone: ${detail ?? 'no reset'}` });
    return accepted;
  }

  /** Takes the device's web browser away, or gives it back. */
  async setBrowser(available: boolean): Promise<Answered> {
    const answer = (await this.#options.target.setBrowser?.(available)) ?? notOffered('setBrowser');
    return this.#told({ name: 'browser', available, ...answer }, answer);
  }

  /** Back to the state after the start; a target that cannot do so goes on as it is. */
  async reset(): Promise<Answered> {
    this.#changed = false;
    const answer = await this.#options.target.reset();
    act(this.#options.context, this.#options.token, { name: 'reset', ...answer });
    return answer;
  }

  #told(action: Action, { accepted, detail }: Answered): Answered {
    const { context, token } = this.#options;
    act(context, token, action);
    if (!accepted) act(context, token, { name: 'obstacle', reason: detail ?? `${action.name} was not done` });
    return { accepted, ...(detail === undefined ? {} : { detail }) };
  }
}
