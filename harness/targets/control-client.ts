import { Agent, request } from 'undici';
import type { Answered } from './target.js';

export interface Operation {
  readonly method: 'POST' | 'PUT';
  readonly path: string;
}

/** The operations of the control protocol by name (design: control protocol). */
export const OPERATIONS = {
  startSession: { method: 'POST', path: '/session' },
  notify: { method: 'POST', path: '/notification' },
  raiseAlert: { method: 'POST', path: '/alert' },
  setNode: { method: 'PUT', path: '/node' },
  bootstrap: { method: 'POST', path: '/bootstrap' },
  queue: { method: 'POST', path: '/queue' },
  sendNotification: { method: 'POST', path: '/notify' },
  setBrowser: { method: 'POST', path: '/browser' },
  reset: { method: 'POST', path: '/reset' },
  /** Embedded peers alone have it. */
  clock: { method: 'POST', path: '/clock' },
} as const satisfies Readonly<Record<string, Operation>>;

export interface ControlAnswered extends Answered {
  /** The answer's bytes, and what they are as JSON. */
  readonly bytes: Buffer;
  readonly body: unknown;
  /** Of the HTTP answer; undefined when there was none. */
  readonly status?: number;
}

/** Speaks the control protocol to a target over HTTP (design: control protocol). */
export class ControlChannel {
  readonly #base: string;
  readonly #agent: Agent;

  constructor(base: string, patienceMs: number) {
    this.#base = base;
    this.#agent = new Agent({ headersTimeout: patienceMs, bodyTimeout: patienceMs, connectTimeout: patienceMs });
  }

  /** Calls one operation with a JSON body, or with bytes; never rejects. */
  call(name: keyof typeof OPERATIONS, body: unknown): Promise<ControlAnswered> {
    return this.send(OPERATIONS[name], body, name);
  }

  /** The same for any operation. */
  async send({ method, path }: Operation, body: unknown, name: string = path): Promise<ControlAnswered> {
    const octets = Buffer.isBuffer(body);
    try {
      const answer = await request(`${this.#base}${path}`, {
        method,
        dispatcher: this.#agent,
        headers: { 'content-type': octets ? 'application/octet-stream' : 'application/json' },
        body: octets ? body : JSON.stringify(body),
      });
      const bytes = Buffer.from(await answer.body.arrayBuffer());
      const accepted = answer.statusCode >= 200 && answer.statusCode < 300;
      const detail = accepted ? {} : { detail: `control operation "${name}" was answered ${answer.statusCode}` };
      return { accepted, bytes, body: parse(bytes), status: answer.statusCode, ...detail };
    } catch (error) {
      const why = error instanceof Error ? error.message : String(error);
      const detail = `control operation "${name}" failed: ${why}`;
      return { accepted: false, detail, bytes: Buffer.alloc(0), body: undefined };
    }
  }

  /** The same, without what was answered. */
  async ask(name: keyof typeof OPERATIONS, body: unknown): Promise<Answered> {
    const { accepted, detail } = await this.call(name, body);
    return { accepted, ...(detail === undefined ? {} : { detail }) };
  }

  async close(): Promise<void> {
    await this.#agent.destroy();
  }
}

function parse(bytes: Buffer): unknown {
  try {
    return JSON.parse(bytes.toString('utf8'));
  } catch {
    return undefined;
  }
}
