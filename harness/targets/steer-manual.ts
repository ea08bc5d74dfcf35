import type { OperationName, Steer, Steered } from './steer.js';

/** Puts a request to a person; undefined when nobody is there to answer. */
export type AskPerson = (request: string) => Promise<string | undefined>;

const NOBODY = 'it is done by hand, and nobody answers at the terminal';

/** Steers by asking a person to press the button now (`control: { manual: true }`). */
export class ManualSteer implements Steer {
  readonly #ask: AskPerson | undefined;
  #gone = false;

  /** @param ask undefined where there is nobody to ask. */
  constructor(ask: AskPerson | undefined) {
    this.#ask = ask;
  }

  async call(operation: OperationName, body: unknown, more: Readonly<Record<string, string>> = {}): Promise<Steered> {
    const wanted = requestFor(operation, body, more);
    if (wanted === undefined)
      return { accepted: false, offered: false, detail: `nobody can do "${operation}" by hand` };
    const answer = this.#gone
      ? undefined
      : await this.#ask?.(`${wanted} [Enter: done, n: there is no way to, x: it did not work]`);
    if (answer === undefined) {
      this.#gone = true;
      return { accepted: false, offered: true, detail: `control operation "${operation}": ${NOBODY}` };
    }
    if (answer.trim().toLowerCase() === 'n')
      return {
        accepted: false,
        offered: false,
        detail: `there is no way to do "${operation}" by hand, says the person asked`,
      };
    if (answer.trim() === '') return { accepted: true, offered: true };
    return { accepted: false, offered: true, detail: `control operation "${operation}" did not work by hand` };
  }

  close(): Promise<void> {
    return Promise.resolve();
  }
}

/** What the person is asked to do. A notification without an address would have to be handed to the suite, byte by byte. */
function requestFor(
  operation: OperationName,
  body: unknown,
  { 'server.url': serverUrl }: Readonly<Record<string, string>>,
): string | undefined {
  const json = JSON.stringify(body);
  switch (operation) {
    case 'startSession':
      return `Let the client open a DM Session${serverUrl === undefined ? '' : ` with ${serverUrl}`} now.`;
    case 'notify':
      return `Hand this notification to the client (hexadecimal): ${Buffer.isBuffer(body) ? body.toString('hex') : json}`;
    case 'raiseAlert':
      return `Let this Generic Alert wait for the next session: ${json}`;
    case 'setNode':
      return `Change this node on the device itself: ${json}`;
    case 'bootstrap':
      return `Give the client this account: ${json}`;
    case 'setBrowser':
      return `The web browser of the device: ${json}`;
    case 'queue':
      return `Let the server send these packages in the device's next session: ${json}`;
    case 'sendNotification':
      return typeof body === 'object' && body !== null && 'to' in body
        ? `Let the server notify the device: ${json}`
        : undefined;
    case 'reset':
      return 'Put the implementation back to the state it had when it started.';
  }
}
