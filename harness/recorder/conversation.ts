import { usualHead } from '../protocol/http-head.js';
import type { ConnectionEvent, Party } from '../trace/event.js';
import type { EventBus } from './bus.js';
import { HeadPeek } from './head-peek.js';
import { Lane, type SeenMessage } from './lane.js';
import { requestDraft, responseDraft } from './message-event.js';

/** Whose traffic a request is: the scenario's token, or undefined when nobody claims it. Headers are empty while only the start line is known. */
export type Claim = (requestTarget: string, headers: readonly (readonly [string, string])[]) => string | undefined;

export type Requested = (exchange: string, headers: readonly (readonly [string, string])[]) => void;

export interface ConversationOptions {
  readonly bus: EventBus;
  readonly connection: string;
  /** Who sends the requests, and who answers them. */
  readonly client: Party;
  readonly server: Party;
  readonly claim: Claim;
  /** Name of the session that a request which begins now belongs to. */
  readonly label?: (() => string | undefined) | undefined;
  /** Called with exchange and header fields of each request, right after it was recorded. */
  readonly requested?: Requested | undefined;
}

interface Exchange {
  readonly id: string;
  readonly label: string | undefined;
  readonly peek: HeadPeek;
  scenario: string | undefined;
  /** Its method was told to the reader of responses. */
  expected: boolean;
  answered: boolean;
}

const STRAY_LIMIT = 4096;

/** Turns the bytes of both directions of one connection into events on the bus. Knows no socket. */
export class Conversation {
  readonly #options: ConversationOptions;
  readonly #requests = new Lane('request');
  readonly #responses = new Lane('response');
  /** Whole requests whose final response is not complete, oldest first. */
  readonly #pending: Exchange[] = [];
  #underWay: Exchange | undefined;
  #scenario: string | undefined;

  constructor(options: ConversationOptions) {
    this.#options = options;
  }

  /** Bytes from client to server, in order; `at` is the time of their first byte, `done` that of the last. */
  requestBytes(bytes: Buffer, at: number, joined = false, done = at): void {
    const fresh = this.#requests.idle;
    if (fresh) this.#underWay = this.#open();
    const seen = this.#requests.take(bytes, at, joined);
    for (const one of seen) this.#request(one, done);
    if (this.#requests.idle || this.#requests.broken) this.#underWay = undefined;
    else if (seen.length > 0) this.#underWay = this.#open();
    else this.#underWay?.peek.push(bytes);
  }

  /** Bytes from server to client. */
  responseBytes(bytes: Buffer, at: number, joined = false, done = at): void {
    if (this.#pending.length === 0 && this.#underWay !== undefined) this.#expectEarly(this.#underWay);
    for (const seen of this.#responses.take(bytes, at, joined)) this.#response(seen, done);
  }

  /** The client sends no more. */
  requestsEnd(how: 'closed' | 'reset', at: number): void {
    const seen = this.#requests.end(how);
    if (seen !== undefined) this.#request(seen, at);
    this.#underWay = undefined;
    this.#swallowed(this.#requests, this.#options.client, this.#options.server, at);
  }

  /** The server sends no more. */
  responsesEnd(how: 'closed' | 'reset', at: number): void {
    const seen = this.#responses.end(how);
    if (seen !== undefined) this.#response(seen, at);
    this.#swallowed(this.#responses, this.#options.server, this.#options.client, at);
  }

  /** Records what became of the connection itself; its scenario is that of its last request. */
  connection(
    phase: ConnectionEvent['phase'],
    from: Party,
    to: Party,
    at: number,
    detail?: string,
    security: Pick<ConnectionEvent, 'at' | 'hello' | 'tls' | 'shows'> = {},
  ): void {
    this.#options.bus.emit({
      kind: 'connection',
      t: at,
      ...(this.#scenario === undefined ? {} : { scenario: this.#scenario }),
      connection: this.#options.connection,
      phase,
      from,
      to,
      ...(detail === undefined ? {} : { detail }),
      ...security,
    });
  }

  /** The oldest whole request without its final response: the one that is being served, if any. */
  get served(): string | undefined {
    return this.#pending[0]?.id;
  }

  /** The connection belongs to whoever claims requests that name nothing, until a request says otherwise. */
  claimConnection(): void {
    this.#claim('', []);
  }

  #open(): Exchange {
    const label = this.#options.label?.();
    const id = this.#options.bus.id('x');
    return { id, label, peek: new HeadPeek(), scenario: undefined, expected: false, answered: false };
  }

  /** A response begins before its request is whole (100 Continue, or an early refusal). */
  #expectEarly(exchange: Exchange): void {
    const head = exchange.peek.head;
    if (head === undefined || exchange.expected) return;
    exchange.expected = true;
    exchange.scenario = this.#claim(head.target, []);
    this.#responses.expect(head.method);
  }

  #claim(target: string, headers: readonly (readonly [string, string])[]): string | undefined {
    const scenario = this.#options.claim(target, headers);
    if (scenario !== undefined) this.#scenario = scenario;
    return scenario;
  }

  #request(seen: SeenMessage, at: number): void {
    const { bus, connection, client, server } = this.#options;
    const { message } = seen;
    const exchange = this.#underWay ?? this.#open();
    this.#underWay = undefined;
    exchange.scenario = this.#claim(message.target ?? '', message.headers) ?? exchange.scenario;
    if (!exchange.answered) {
      if (!exchange.expected) this.#responses.expect(message.method ?? '');
      this.#pending.push(exchange);
    }
    const { scenario, label } = exchange;
    const place = { exchange: exchange.id, connection, from: client, to: server, at, scenario, label };
    bus.emit(requestDraft(seen, place, this.#spill));
    this.#options.requested?.(exchange.id, message.headers);
  }

  #response(seen: SeenMessage, at: number): void {
    const { bus, connection, client, server } = this.#options;
    const early = this.#underWay?.answered === false ? this.#underWay : undefined;
    const exchange = this.#pending[0] ?? early;
    if (exchange === undefined) {
      this.#stray(textOf(seen), server, client, at);
      return;
    }
    if (!seen.message.interim) {
      exchange.answered = true;
      if (exchange === this.#pending[0]) this.#pending.shift();
    }
    const place = { exchange: exchange.id, connection, from: server, to: client, at, scenario: exchange.scenario };
    bus.emit(responseDraft(seen, place, this.#spill));
  }

  readonly #spill = (file: string, bytes: Buffer): void => {
    this.#options.bus.spills.put(file, bytes);
  };

  #swallowed(lane: Lane, from: Party, to: Party, at: number): void {
    const bytes = lane.takeStray();
    if (bytes.length > 0) this.#stray(bytes.toString('latin1'), from, to, at);
  }

  #stray(text: string, from: Party, to: Party, at: number): void {
    this.connection('stray', from, to, at, text.slice(0, STRAY_LIMIT));
  }
}

function textOf({ message }: SeenMessage): string {
  const head = message.rawHead ?? usualHead(message.startLine, message.headers);
  return head + message.body.subarray(0, STRAY_LIMIT).toString('latin1');
}
