import { ControlChannel } from './control-client.js';
import type { OperationName, Steer, Steered } from './steer.js';

/** Answers that mean: there is no such operation. */
const NOT_OFFERED = [404, 405, 501];
/** An operation that nobody can have. */
const MADE_UP = { method: 'POST', path: '/no-such-operation-4711' } as const;

/** Steers over HTTP. */
export class HttpSteer implements Steer {
  readonly #channel: ControlChannel;
  /** What an operation that does not exist is answered; asked once. */
  #madeUp: Promise<number | undefined> | undefined;

  constructor(base: string, patienceMs: number) {
    this.#channel = new ControlChannel(base.replace(/\/+$/, ''), patienceMs);
  }

  async call(operation: OperationName, body: unknown): Promise<Steered> {
    const { accepted, detail, bytes, status } = await this.#channel.call(operation, body);
    if (accepted) return { accepted, bytes, offered: true };
    const said = detail ?? 'it was not done';
    if (status === undefined || !NOT_OFFERED.includes(status)) return { accepted, offered: true, detail: said };
    this.#madeUp ??= this.#channel.send(MADE_UP, {}).then((answer) => answer.status);
    const madeUp = await this.#madeUp;
    if (madeUp !== undefined && NOT_OFFERED.includes(madeUp))
      return {
        accepted,
        offered: false,
        detail: `the target offers no control operation "${operation}" (it was answered ${status}, and one that does not exist ${madeUp})`,
      };
    const instead = madeUp === undefined ? 'nothing' : String(madeUp);
    return {
      accepted,
      offered: true,
      detail: `${said}, yet an operation that does not exist was answered ${instead}, so that is not taken for "not offered"`,
    };
  }

  close(): Promise<void> {
    return this.#channel.close();
  }
}
