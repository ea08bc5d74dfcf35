import { createHmac } from 'node:crypto';
import type { TraceEvent, TraceHeader } from '../trace/event.js';

/** Shorter ones, and those without a digit, would be found in other words by chance. */
const SHORTEST = 8;
/** A scheme before the identity itself, as in `IMEI:493005100592800`. */
const SCHEME = /^[A-Za-z][A-Za-z0-9+.-]*:(?=.)/;

/**
 * Replaces device identities by pseudonyms: an HMAC under a key, so that equal ones stay equal, and whoever has the key can tell which is which, and nobody else.
 * `IMEI:493005100592800` becomes `IMEI:device-5f0c…`, and the bare number becomes `device-5f0c…`, too, wherever it stands.
 */
export class Pseudonyms {
  readonly #key: Uint8Array;
  readonly #names = new Map<string, string>();
  #pattern: RegExp | undefined;

  constructor(key: Uint8Array) {
    this.#key = key;
  }

  /** Notes the identities that a trace's header names. */
  seeHeader({ statement }: TraceHeader): void {
    for (const { id } of statement.devices ?? []) this.see(id);
  }

  /** Notes the identities that an event tells: OMADM-DevID, and the device that the harness queued for or notified. */
  seeEvent(event: TraceEvent): void {
    if (event.kind === 'http-request' || event.kind === 'http-response') {
      for (const [name, value] of event.headers) if (name.toLowerCase() === 'omadm-devid') this.see(value);
    } else if (event.kind === 'notification') {
      if (event.device !== undefined) this.see(event.device);
    } else if (event.kind === 'action' && 'device' in event.action) this.see(event.action.device);
  }

  see(identity: string): void {
    const bare = identity.trim().replace(SCHEME, '');
    if (bare.length < SHORTEST || !/\d/.test(bare) || this.#names.has(bare)) return;
    const digest = createHmac('sha256', this.#key).update(bare).digest('hex');
    this.#names.set(bare, `device-${digest.slice(0, 12)}`);
    this.#pattern = undefined;
  }

  /** How many identities there are. */
  get size(): number {
    return this.#names.size;
  }

  /** The text with every identity that was seen replaced. */
  text(text: string): string {
    if (this.#names.size === 0) return text;
    // The longest first: one may be the beginning of another.
    this.#pattern ??= new RegExp(
      [...this.#names.keys()]
        .sort((a, b) => b.length - a.length)
        .map((name) => name.replace(/[.*+?^${}()|[\]\\]/g, '\\$&'))
        .join('|'),
      'g',
    );
    return text.replace(this.#pattern, (found) => this.#names.get(found) ?? found);
  }

  /** Every text in a value of any shape; names of members stay. */
  value<T>(value: T): T {
    return this.#deep(value) as T;
  }

  #deep(value: unknown): unknown {
    if (typeof value === 'string') return this.text(value);
    if (Array.isArray(value)) return value.map((item: unknown) => this.#deep(item));
    if (typeof value !== 'object' || value === null) return value;
    return Object.fromEntries(Object.entries(value).map(([name, item]) => [name, this.#deep(item)]));
  }
}
