import { performance } from 'node:perf_hooks';
import type { Draft, TraceEvent } from '../trace/event.js';
import { SpillStore } from './spill-store.js';

/** Gets every event as it happens. A sink that throws breaks no traffic; what it threw is kept in {@link EventBus.faults}. */
export type EventSink = (event: TraceEvent) => void;

export interface BusOptions {
  /** Milliseconds on a clock that never runs backwards; by default the process's own. */
  readonly clock?: () => number;
  /** Instant of `t` = 0; by default now. */
  readonly started?: Date;
  readonly spills?: SpillStore;
}

/** Faults beyond this number are counted, not kept: a sink that always throws must not eat the memory. */
const KEPT_FAULTS = 100;
/** Events that wait for a sink in no hurry; spilled bodies must not be dropped before they were seen. */
const MOST_WAITING = 256;

/**
 * Numbers and dates the events of a run and hands them to its sinks, in order and at once.
 * Its ids (`x1`, `c1` …) are unique in the run.
 */
export class EventBus {
  /** ISO 8601 instant of `t` = 0, for the trace's header. */
  readonly started: string;
  /** Bodies above 64 KiB, which events only refer to. */
  readonly spills: SpillStore;
  readonly #clock: () => number;
  readonly #zero: number;
  readonly #sinks = new Set<EventSink>();
  readonly #faults: string[] = [];
  readonly #ids = new Map<string, number>();
  /** Events that wait until what caused them is recorded. */
  #held: Draft[] | undefined;
  /** What must be in the record before any other event is. */
  #before: (() => Draft | undefined) | undefined;
  #seq = 0;
  #faultCount = 0;

  constructor(options: BusOptions = {}) {
    this.#clock = options.clock ?? (() => performance.now());
    this.started = (options.started ?? new Date()).toISOString();
    this.#zero = this.#clock();
    this.spills = options.spills ?? new SpillStore();
  }

  /** Milliseconds since {@link started}, with microseconds. */
  now(): number {
    return Math.round((this.#clock() - this.#zero) * 1000) / 1000;
  }

  /** The next unused id with this prefix. */
  id(prefix: string): string {
    const next = (this.#ids.get(prefix) ?? 0) + 1;
    this.#ids.set(prefix, next);
    return `${prefix}${next}`;
  }

  /** Numbers the event, dates it unless the draft has a time, and hands it to every sink before it returns, or as soon as {@link causing} is done. */
  emit(draft: Draft): void {
    const before = this.#before?.();
    if (before !== undefined) this.#put(before);
    this.#put(draft);
  }

  /** @param look called before each event; what it returns is recorded ahead of it. One at a time; undefined ends it. */
  precede(look: (() => Draft | undefined) | undefined): void {
    this.#before = look;
  }

  #put(draft: Draft): void {
    if (this.#held !== undefined) this.#held.push({ ...draft, t: draft.t ?? this.now() });
    else this.#emit(draft);
  }

  /**
   * Does something, and records it before whatever it caused: how it went is known only afterwards, and its effects may be quicker than that.
   * @param work resolves with the event, whose time is the beginning. Nothing that waits for the judgement of an event may be part of it.
   */
  async causing(work: () => Promise<Draft>): Promise<void> {
    if (this.#held !== undefined) return this.#emit(await work());
    const t = this.now();
    const held: Draft[] = [];
    this.#held = held;
    try {
      const draft = await work();
      this.#emit({ ...draft, t: draft.t ?? t });
    } finally {
      this.#held = undefined;
      for (const draft of held) this.#emit(draft);
    }
  }

  #emit(draft: Draft): void {
    this.#seq += 1;
    const event: TraceEvent = { seq: this.#seq, ...draft, t: draft.t ?? this.now() };
    for (const sink of [...this.#sinks]) this.#hand(event, sink);
  }

  /** @returns a function that ends the subscription. */
  subscribe(sink: EventSink): () => void {
    this.#sinks.add(sink);
    return () => {
      this.#sinks.delete(sink);
    };
  }

  /**
   * A sink in no hurry, which holds no traffic up: its events wait, in order, until the returned function is called, or until they are many.
   * Several at a stroke also cost less than the same ones each between two packets.
   */
  subscribeLater(sink: EventSink): () => void {
    let waiting: TraceEvent[] = [];
    const handOver = (): void => {
      const events = waiting;
      waiting = [];
      for (const event of events) this.#hand(event, sink);
    };
    this.subscribe((event) => {
      if (waiting.push(event) >= MOST_WAITING) handOver();
    });
    return handOver;
  }

  #hand(event: TraceEvent, sink: EventSink): void {
    try {
      sink(event);
    } catch (error) {
      this.fault(`a sink broke at event ${event.seq}`, error);
    }
  }

  /** Keeps a fault of the harness itself, so that the run can say so (verdict `error`). */
  fault(where: string, error: unknown): void {
    this.#faultCount += 1;
    if (this.#faults.length >= KEPT_FAULTS) return;
    this.#faults.push(`${where}: ${error instanceof Error ? error.message : String(error)}`);
  }

  /** What broke in sinks or taps, oldest first. */
  get faults(): readonly string[] {
    const unkept = this.#faultCount - this.#faults.length;
    return unkept > 0 ? [...this.#faults, `${unkept} more`] : [...this.#faults];
  }

  /** How many events were emitted. */
  get count(): number {
    return this.#seq;
  }
}
