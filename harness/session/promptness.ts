import type { HttpRequestEvent, HttpResponseEvent, TraceEvent, TraceHeader } from '../trace/event.js';

/** How soon the suite answers a client that states no time-out of its own, in milliseconds (D-34). */
export const PLEDGE_MS = 1000;
/** The part of its time-out after which a client may have given up: its clock began to run before its request was here. */
const NEARLY = 0.8;
/** How long after a stall what came during it may still be read, in milliseconds. */
const BACKLOG_MS = 50;
/** Stalls, late answers and open requests that are remembered; the oldest are forgotten first. */
const MOST = 256;

/** Why the target may have given up on the suite: what is to be said of it, and the event that shows it. */
export interface Lateness {
  readonly reason: string;
  readonly witness: number | undefined;
}

interface Stall {
  readonly from: number;
  readonly to: number;
  readonly seq: number;
}

interface Waiting {
  /** When the client began to wait, at the earliest. */
  readonly since: number;
  readonly request: HttpRequestEvent;
  readonly stall: Stall | undefined;
}

/**
 * How promptly the suite itself answered, as the record shows it: by the time between a request and its response, and by the stalls in which
 * it read nothing, so that a request may have been there before it was seen. A client that had to wait for longer than it says it does, or than
 * {@link PLEDGE_MS}, may have given up with good reason (D-27, D-34). Bounded.
 */
export class Promptness {
  readonly #role: TraceHeader['role'];
  readonly #limitMs: number;
  readonly #stated: number | undefined;
  readonly #stalls: Stall[] = [];
  readonly #waiting = new Map<string, Waiting>();
  /** By exchange. */
  readonly #late = new Map<string, Lateness>();
  /** Of the suite as DM Server or repository, by the number of the response. */
  readonly #lateResponses = new Map<number, Lateness>();
  /** When the harness stopped to wait in a scenario. */
  readonly #over = new Map<string, number>();
  #latest: string | undefined;
  #now = 0;

  constructor(header: TraceHeader) {
    this.#role = header.role;
    this.#stated = header.role === 'client' ? header.statement.timeouts?.package : undefined;
    this.#limitMs = this.#stated === undefined ? PLEDGE_MS : NEARLY * this.#stated;
  }

  push(event: TraceEvent): void {
    this.#now = event.t;
    if (event.kind === 'http-request') this.#request(event);
    else if (event.kind === 'http-response') this.#response(event);
    else if (event.kind === 'connection' && (event.phase === 'closed' || event.phase === 'reset'))
      this.#gone(event.connection, event.t);
    else if (event.kind === 'action') {
      const { action, scenario, seq, t } = event;
      if (action.name === 'stall') keep(this.#stalls, { from: t - action.ms, to: t, seq });
      else if (scenario !== undefined && (action.name === 'gave-up' || action.name === 'scenario-end'))
        remember(this.#over, scenario, this.#over.get(scenario) ?? t);
    }
  }

  /** The answer of an exchange came, or has not come yet, when the client had waited for too long. */
  answer(exchange: string | undefined): Lateness | undefined {
    if (exchange === undefined) return undefined;
    const waiting = this.#waiting.get(exchange);
    return this.#late.get(exchange) ?? (waiting === undefined ? undefined : this.#tooLong(waiting, this.#now));
  }

  /** The same of the DM Server's latest answer. */
  get latestAnswer(): Lateness | undefined {
    return this.answer(this.#latest);
  }

  /** The first of these events that is an answer of the suite, and came when the client had waited for too long. */
  among(events: readonly number[]): Lateness | undefined {
    if (this.#lateResponses.size === 0) return undefined;
    for (const seq of events) {
      const late = this.#lateResponses.get(seq);
      if (late !== undefined) return late;
    }
    return undefined;
  }

  /** A package of the scenario, other than this one, has waited too long already at `t`. */
  unanswered({ scenario, exchange, t }: HttpRequestEvent): Lateness | undefined {
    for (const [id, waiting] of this.#waiting) {
      const { request } = waiting;
      if (id === exchange || request.to !== 'server' || request.scenario !== scenario) continue;
      const late = this.#tooLong(waiting, t);
      if (late !== undefined) return late;
    }
    return undefined;
  }

  /** Stalls between two instants took longer than the client waits. */
  stalled(from: number, to: number): Lateness | undefined {
    let ms = 0;
    let witness: number | undefined;
    for (const stall of this.#stalls) {
      const part = Math.min(to, stall.to) - Math.max(from, stall.from);
      if (part <= 0) continue;
      ms += part;
      witness ??= stall.seq;
    }
    return ms < this.#limitMs ? undefined : this.#lateness(ms, witness, 'stood still for');
  }

  /** When the harness no longer waited for anything of the scenario, if it was before `t`. */
  until(scenario: string | undefined, from: number, t: number): number {
    const over = this.#over.get(scenario ?? '');
    return over === undefined || over < from ? t : Math.min(over, t);
  }

  #request(event: HttpRequestEvent): void {
    const stall = this.#stalls.findLast(({ from, to }) => event.t >= from && event.t <= to + BACKLOG_MS);
    remember(this.#waiting, event.exchange, { since: stall?.from ?? event.t, request: event, stall });
  }

  #response({ exchange, status, t, seq }: HttpResponseEvent): void {
    const waiting = status >= 100 && status < 200 ? undefined : this.#waiting.get(exchange);
    if (waiting === undefined) return;
    this.#waiting.delete(exchange);
    if (waiting.request.to === 'server') this.#latest = exchange;
    const late = this.#done(exchange, waiting, t);
    if (late !== undefined && this.#role === 'client') remember(this.#lateResponses, seq, late);
  }

  #gone(connection: string, t: number): void {
    for (const [exchange, waiting] of this.#waiting) {
      if (waiting.request.connection !== connection) continue;
      this.#waiting.delete(exchange);
      this.#done(exchange, waiting, t);
    }
  }

  #done(exchange: string, waiting: Waiting, t: number): Lateness | undefined {
    const late = this.#tooLong(waiting, t);
    if (late !== undefined) remember(this.#late, exchange, late);
    return late;
  }

  #tooLong({ since, request, stall }: Waiting, t: number): Lateness | undefined {
    // Pages belong to the browser, which waits as long as it likes.
    if (request.to === 'pages' || t - since < this.#limitMs) return undefined;
    return this.#lateness(t - since, stall?.seq ?? request.seq, 'took');
  }

  #lateness(ms: number, witness: number | undefined, what: 'took' | 'stood still for'): Lateness {
    const does = what === 'took' ? `took ${Math.round(ms)} ms to answer` : `stood still for ${Math.round(ms)} ms`;
    if (this.#role === 'server') return { reason: `the suite ${does}`, witness };
    const waits = this.#stated === undefined ? 'does not say how long it waits' : `waits ${this.#stated} ms`;
    return { reason: `the suite ${does}, and the client ${waits}`, witness };
  }
}

function keep<T>(list: T[], item: T): void {
  if (list.length >= MOST) list.shift();
  list.push(item);
}

function remember<K, V>(map: Map<K, V>, key: K, value: V): void {
  if (map.size >= MOST && !map.has(key)) {
    const oldest = map.keys().next().value;
    if (oldest !== undefined) map.delete(oldest);
  }
  map.set(key, value);
}
