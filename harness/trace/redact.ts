import { createHmac } from 'node:crypto';
import { bodyBytes, type ReadSpill, recordBody, type SpillBody } from './body.js';
import type { BodyRecord, MessageEvent, TraceEvent, TraceHeader } from './event.js';
import { credentialFields, DEFAULT_PARAMETERS, parameterPattern, secretPattern } from './redact-patterns.js';

export interface RedactorOptions {
  /** Fresh random bytes for each run: tokens of two runs cannot be compared. */
  readonly key: Uint8Array;
  /** Passwords, shared secrets and the like, as the user configured them. */
  readonly secrets?: readonly string[];
  /** Query parameters whose values are secret; by default {@link DEFAULT_PARAMETERS}. */
  readonly parameters?: readonly string[];
}

type Headers = readonly (readonly [string, string])[];

/**
 * Replaces secrets by `redacted:<12 hex>`, an HMAC of the secret: equal secrets stay equal within a run, so what rests on equality (the same
 * cookie came back) is still seen in the trace. Replaced are the credentials in Authorization, Proxy-Authorization, Cookie and Set-Cookie,
 * the values of secret query parameters wherever a URL stands, and the configured secrets wherever they stand.
 * A body keeps the `size` it had on the wire.
 */
export class Redactor {
  readonly #key: Uint8Array;
  readonly #parameters: RegExp | undefined;
  readonly #secrets: { readonly pattern: RegExp; readonly plain: ReadonlyMap<string, string> } | undefined;
  readonly #tokens = new Map<string, string>();

  constructor(options: RedactorOptions) {
    this.#key = options.key;
    this.#parameters = parameterPattern(options.parameters ?? DEFAULT_PARAMETERS);
    this.#secrets = secretPattern(options.secrets ?? []);
  }

  /** The token of a secret. */
  token(secret: string): string {
    const known = this.#tokens.get(secret);
    if (known !== undefined) return known;
    const token = `redacted:${createHmac('sha256', this.#key).update(secret).digest('hex').slice(0, 12)}`;
    if (this.#tokens.size < TOKEN_CACHE) this.#tokens.set(secret, token);
    return token;
  }

  /** Any text: configured secrets and secret query parameters. */
  text(text: string): string {
    const secrets = this.#secrets;
    const plain =
      secrets === undefined
        ? text
        : text.replace(secrets.pattern, (found) => this.token(secrets.plain.get(found) ?? found));
    const parameters = this.#parameters;
    // Most texts hold no parameter, which a plain search tells sooner.
    if (parameters === undefined || !plain.includes('=')) return plain;
    return plain.replace(parameters, (_found, name: string, value: string) => `${name}${this.#once(value)}`);
  }

  /** Every text in a value of any shape. */
  value<T>(value: T): T {
    return this.#deep(value);
  }

  header(header: TraceHeader): TraceHeader {
    return this.#deep(header);
  }

  /**
   * @param readSpill gives the spilled body that the event refers to.
   * @param spill takes the body that the redacted event refers to.
   */
  event(event: TraceEvent, readSpill: ReadSpill, spill: SpillBody): TraceEvent {
    if (event.kind === 'http-request') {
      return { ...this.#message(event, readSpill, spill), target: this.text(event.target) };
    }
    if (event.kind === 'http-response') {
      return { ...this.#message(event, readSpill, spill), reason: this.text(event.reason) };
    }
    if (event.kind === 'notification') {
      const { detail } = event;
      const body = this.#body(event.body, false, readSpill, spill);
      return { ...event, body, ...(detail === undefined ? {} : { detail: this.#raw(detail) }) };
    }
    if (event.kind !== 'action' && event.detail !== undefined) {
      return { ...event, detail: this.#raw(event.detail) };
    }
    return this.#deep(event);
  }

  #message<E extends MessageEvent>(event: E, readSpill: ReadSpill, spill: SpillBody): E {
    const { rawHead, defect } = event;
    return {
      ...event,
      headers: this.#headers(event.headers),
      ...(rawHead === undefined ? {} : { rawHead: this.#raw(rawHead) }),
      ...(defect === undefined ? {} : { defect: this.#raw(defect) }),
      body: this.#body(event.body, defect !== undefined, readSpill, spill),
    };
  }

  #headers(headers: Headers): Headers {
    return headers.map(([name, value]) => {
      const text = this.text(value);
      const field = credentialFields.get(name.toLowerCase());
      return [name, field === undefined ? text : field(text, (secret) => this.#once(secret))];
    });
  }

  /** Text that may hold heads as they came off the wire. */
  #raw(text: string): string {
    return this.text(text).replace(HEAD_LINE, (line, name: string, gap: string, value: string) => {
      const field = credentialFields.get(name.toLowerCase());
      return field === undefined ? line : `${name}${gap}${field(value, (secret) => this.#once(secret))}`;
    });
  }

  #body(body: BodyRecord, mayHoldHeads: boolean, readSpill: ReadSpill, spill: SpillBody): BodyRecord {
    const clean = (text: string): string => (mayHoldHeads ? this.#raw(text) : this.text(text));
    if ('text' in body) return { ...body, text: clean(body.text) };
    if (!('base64' in body) && !('file' in body)) return body;
    const bytes = bodyBytes(body, readSpill);
    const latin1 = bytes.toString('latin1');
    const cleaned = clean(latin1);
    if (cleaned === latin1) {
      if ('file' in body) spill(body.file, bytes);
      return body;
    }
    const record = recordBody(Buffer.from(cleaned, 'latin1'), spill);
    return record.size === 0 ? record : withSize(record, body.size);
  }

  /** A value that is a token already stays as it is. */
  #once(value: string): string {
    return TOKEN.test(value) ? value : this.token(value);
  }

  /** Every string in a value of any shape. */
  #deep<T>(value: T): T;
  #deep(value: unknown): unknown {
    if (typeof value === 'string') return this.text(value);
    if (Array.isArray(value)) return value.map((item: unknown) => this.#deep(item));
    if (typeof value !== 'object' || value === null) return value;
    return Object.fromEntries(Object.entries(value).map(([name, item]) => [name, this.#deep(item)]));
  }
}

/** How many tokens are remembered; beyond that they are computed again. */
const TOKEN_CACHE = 10_000;
const TOKEN = /^redacted:[0-9a-f]{12}$/;
/** A header line with its continuation lines, in raw text. */
const HEAD_LINE = /(?<![^\r\n])([A-Za-z-]+)([ \t]*:[ \t]*)([^\r\n]*(?:\r?\n[ \t][^\r\n]*)*)/g;

/** The event keeps the size that the body had on the wire. */
function withSize<T extends BodyRecord>(record: T, size: number): T {
  return { ...record, size };
}
