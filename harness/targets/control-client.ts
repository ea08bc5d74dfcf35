import { Agent, request } from 'undici';
import type { Answered } from './target.js';

/** Speaks the control protocol to a target over HTTP (design: control protocol). */
export class ControlChannel {
  readonly #base: string;
  readonly #agent: Agent;

  constructor(base: string, patienceMs: number) {
    this.#base = base;
    this.#agent = new Agent({ headersTimeout: patienceMs, bodyTimeout: patienceMs, connectTimeout: patienceMs });
  }

  /** Calls one operation; never rejects. */
  async call(path: string, body: unknown): Promise<Answered & { readonly body: unknown }> {
    try {
      const answer = await request(`${this.#base}${path}`, {
        method: 'POST',
        dispatcher: this.#agent,
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify(body),
      });
      const text = await answer.body.text();
      const accepted = answer.statusCode >= 200 && answer.statusCode < 300;
      if (accepted) return { accepted, body: parse(text) };
      return { accepted, detail: `control operation ${path} was answered ${answer.statusCode}`, body: parse(text) };
    } catch (error) {
      return {
        accepted: false,
        detail: `control operation ${path} failed: ${error instanceof Error ? error.message : String(error)}`,
        body: undefined,
      };
    }
  }

  async close(): Promise<void> {
    await this.#agent.destroy();
  }
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
