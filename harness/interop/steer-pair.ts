import type { Missing } from '../model/interop.js';
import type { Role } from '../model/verdict.js';
import type { GenericAlert } from '../protocol/alerts.js';
import { digestStanding } from '../protocol/write-notification.js';
import { eventAlert } from '../run/happenings.js';
import type { CommandList } from '../stimuli/plan.js';
import type { OperationName } from '../targets/steer.js';
import { type Answered, notOffered, type Started } from '../targets/target.js';
import { recordBody } from '../trace/body.js';
import type { Action } from '../trace/event.js';
import type { Pair } from './pair.js';
import type { Peer } from './peers.js';

/** A control operation that was not done, and whether it was made sure that the side does not have it. */
export interface NotDone {
  readonly reason: string;
  readonly missing?: Missing;
}

/** What the harness asks of both sides, recorded as in any run. */
export class PairSteering {
  readonly #pair: Pair;
  readonly #token: string;

  constructor(pair: Pair, token: string) {
    this.#pair = pair;
    this.#token = token;
  }

  /** Asks the client for a session; recorded before the #1 that it causes. */
  async startSession(): Promise<Started | NotDone> {
    const { bus, client, serverUrl } = this.#pair;
    let started: Started = notOffered('startSession');
    await bus.causing(async () => {
      started = await client.startSession(serverUrl, this.#token);
      return this.#action({ name: 'start-session', ...told(started) });
    });
    return started.accepted ? started : await this.#notDone('client', 'startSession', started);
  }

  /** Packages for the device's next session. */
  async queue(device: string, packages: readonly CommandList[]): Promise<NotDone | undefined> {
    const { server, bus } = this.#pair;
    const answer = (await server.queue?.(device, packages)) ?? notOffered('queue');
    bus.emit(this.#action({ name: 'queue', device, packages, ...told(answer) }));
    return answer.accepted ? undefined : await this.#notDone('server', 'queue', answer);
  }

  /** Has the server make a notification, and hands its bytes to the client. */
  async notify(device: string): Promise<NotDone | undefined> {
    const { server, client, bus } = this.#pair;
    const asked: Answered & { readonly bytes?: Buffer } =
      (await server.sendNotification?.(device)) ?? notOffered('sendNotification');
    bus.emit(this.#action({ name: 'ask-notification', device, ...told(asked) }));
    if (!asked.accepted) return await this.#notDone('server', 'sendNotification', asked);
    const { bytes } = asked;
    if (bytes === undefined || bytes.length === 0)
      return { reason: 'the answer to sendNotification holds no notification' };
    const via = client.statement.supports?.notificationTransport?.[0] ?? 'control';
    let answer: Answered = notOffered('notify');
    await bus.causing(async () => {
      answer = (await client.notify?.(bytes, via)) ?? answer;
      return {
        kind: 'notification',
        scenario: this.#token,
        from: 'server',
        to: 'client',
        via,
        device,
        body: recordBody(bytes, () => undefined),
        digest: digestStanding(bytes, server.credentials?.notification),
        ...told(answer),
      };
    });
    return answer.accepted ? undefined : await this.#notDone('client', 'notify', answer);
  }

  /** Raises an event on the device. @returns the text that its alert carries. */
  async raiseAlert(count: number): Promise<string | NotDone> {
    const { client, bus, marks } = this.#pair;
    const mark = marks.next();
    const alert: GenericAlert = eventAlert(count, client.statement.nodes.devInfo, mark);
    let answer: Answered = notOffered('raiseAlert');
    await bus.causing(async () => {
      answer = (await client.raiseAlert?.(alert)) ?? answer;
      return this.#action({ name: 'raise-alert', alert: { ...alert }, ...told(answer) });
    });
    return answer.accepted ? mark : await this.#notDone('client', 'raiseAlert', answer);
  }

  /** Gives the client the account of the server. */
  async bootstrap(serverId: string, moids: readonly string[]): Promise<NotDone | undefined> {
    const { client, server, bus, serverUrl } = this.#pair;
    const notification = server.credentials?.notification;
    const account = {
      SrvID: serverId,
      SrvURI: serverUrl,
      MOIDs: moids,
      ...(notification === undefined ? {} : { notification }),
    };
    let answer: Answered = notOffered('bootstrap');
    await bus.causing(async () => {
      answer = (await client.bootstrap?.(account)) ?? answer;
      const known = { serverId, serverUri: serverUrl, moids, notification: notification !== undefined };
      return this.#action({ name: 'bootstrap', ...known, ...told(answer) });
    });
    return answer.accepted ? undefined : await this.#notDone('client', 'bootstrap', answer);
  }

  /** The client's statement alone shows that it has no such operation: nothing need be prepared for it. */
  lacking(operation: OperationName | undefined): NotDone | undefined {
    const { choice } = this.#pair.options.client;
    const missing = operation === undefined ? undefined : unstated('client', operation, choice);
    return missing === undefined ? undefined : { reason: missing.probe, missing };
  }

  /** Records something that the harness did or found. */
  act(action: Action): void {
    this.#pair.bus.emit(this.#action(action));
  }

  #action(action: Action) {
    return { kind: 'action' as const, scenario: this.#token, action };
  }

  async #notDone(side: Role, operation: OperationName, answer: Answered): Promise<NotDone> {
    const reason = answer.detail ?? `the ${side} did not do what the control operation "${operation}" asks`;
    const { options, client, server } = this.#pair;
    const target = side === 'client' ? client : server;
    const missing = await missingOf(side, operation, options[side], target);
    this.act({ name: 'obstacle', reason: missing?.probe ?? reason });
    return missing === undefined ? { reason } : { reason, missing };
  }
}

/** Whether the side does not have the operation: by its statement, or by what it answers, held against an operation that does not exist. */
async function missingOf(
  side: Role,
  operation: OperationName,
  { choice }: Peer,
  target: Pick<Pair['client'] | Pair['server'], 'probe'>,
): Promise<Missing | undefined> {
  const stated = unstated(side, operation, choice);
  if (stated !== undefined || choice.kind !== 'statement') return stated;
  const [probed] = (await target.probe?.([operation])) ?? [];
  if (probed?.standing !== 'not offered') return undefined;
  const probe = probed.detail ?? `the target offers no control operation "${operation}"`;
  return { side, key: 'control.operations', probe };
}

/** What the statement gives no way to ask for. */
function unstated(side: Role, operation: OperationName, choice: Peer['choice']): Missing | undefined {
  if (choice.kind !== 'statement') return undefined;
  const { control, start } = choice.implementation;
  if (operation === 'startSession' && start?.process?.per === 'session') return undefined;
  if (control === undefined) {
    const probe = 'the statement names no control channel, so there is nothing that could be asked';
    return { side, key: 'control', probe };
  }
  if (control.commands !== undefined && control.commands[operation] === undefined && control.commands.any === undefined)
    return {
      side,
      key: `control.commands.${operation}`,
      probe: 'the statement names no command for it, nor one for any operation',
    };
  return undefined;
}

function told({ accepted, detail }: Answered): { readonly accepted: boolean; readonly detail?: string } {
  return { accepted, ...(detail === undefined ? {} : { detail }) };
}
