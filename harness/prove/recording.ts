import type { RunNews } from '../run/run-suite.js';
import type { ReadSpill } from '../trace/body.js';
import type { TraceEvent, TraceHeader } from '../trace/event.js';

/** What was recorded of a run. */
export interface Recording {
  readonly header: TraceHeader;
  readonly events: readonly TraceEvent[];
  readonly readSpill: ReadSpill;
}

/** What was seen of a scenario that was played. */
export interface RecordedScenario {
  /** `features/end/end-client.feature:17` */
  readonly place: string;
  /** Rows that it is about, by its tags. */
  readonly requirements: readonly string[];
  /** It takes long, by its tags. */
  readonly slow: boolean;
  /** Rows that its record showed. */
  readonly shows: readonly string[];
  /** Events of its record, which do not depend on the machine. */
  readonly cost: number;
}

/** Keeps the record of a run in memory. */
export class RunKeeper {
  readonly scenarios: RecordedScenario[] = [];
  readonly #events: TraceEvent[] = [];
  #header: TraceHeader | undefined;
  #readSpill: ReadSpill = () => undefined;
  #places: readonly string[] = [];
  #tags: readonly (readonly string[])[] = [];
  #counted = 0;

  readonly news: RunNews = {
    onRecord: (header, readSpill) => {
      this.#header = header;
      this.#readSpill = readSpill;
    },
    onEvent: (event) => this.#events.push(event),
    onPlanned: (tags, places) => {
      this.#tags = tags;
      this.#places = places;
    },
    onScenario: ({ requirements }, observed) => {
      const good = observed.filter(({ outcome }) => outcome === 'held' || outcome === 'absent');
      const cost = this.#events.length - this.#counted;
      this.#counted = this.#events.length;
      const place = this.#places[this.scenarios.length] ?? '';
      const slow = this.#tags[this.scenarios.length]?.includes('slow') === true;
      const shows = [...new Set(good.map(({ requirement }) => requirement))];
      this.scenarios.push({ place, requirements, slow, shows, cost });
    },
  };

  get recording(): Recording | undefined {
    const header = this.#header;
    return header === undefined ? undefined : { header, events: this.#events, readSpill: this.#readSpill };
  }
}
