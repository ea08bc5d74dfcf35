import { BoundedMap } from '../session/bounded.js';
import { marksIn } from '../session/marks.js';
import type { Session } from '../session/observation.js';
import type { ActionEvent, HttpRequestEvent, HttpResponseEvent, TraceEvent } from '../trace/event.js';

/** Events of a device that are remembered; the suite's own scenarios raise a few each. */
const MOST_EVENTS = 256;

/** An event that the harness raised on the device, recognised in alerts by the value planted in it. */
export interface DeviceEvent {
  readonly mark: string;
  readonly scenario: string | undefined;
  /** Undefined while only the alert was seen: the client may be quicker than the record of the request to raise it. */
  raised: ActionEvent | undefined;
  /** First package that carried it, and its place there. */
  first: { readonly request: HttpRequestEvent; readonly place: number } | undefined;
  /** The package under way that carries it. */
  carried: { readonly request: HttpRequestEvent; readonly session: Session | undefined } | undefined;
  /** Why the last delivery failed (D-44). */
  failed: TraceEvent | undefined;
  /** `yes`: a #2 has answered the package; `maybe`: something has that leaves it open (D-44). */
  taken: 'no' | 'maybe' | 'yes';
  answer: HttpResponseEvent | undefined;
  takenIn: Session | undefined;
  /** Whole sessions since, each with a #3, that did not bring it. */
  sessions: number;
  /** It was shown that it did not come again. */
  settled: boolean;
}

/** The events of one device and what became of each. Bounded. */
export class DeviceEvents {
  readonly #events = new BoundedMap<string, DeviceEvent>(MOST_EVENTS);

  [Symbol.iterator](): IterableIterator<DeviceEvent> {
    return this.#events.values();
  }

  /** Returns the events that were not known to be raised before. */
  raise(event: ActionEvent): readonly DeviceEvent[] {
    const raised = [...raisedMarks(event)].map((mark) => this.#at(mark, event.scenario));
    const news = raised.filter((one) => one.raised === undefined);
    for (const one of raised) one.raised = event;
    return news;
  }

  /** The events that this alert tells of. */
  of(alert: unknown, scenario: string | undefined): readonly DeviceEvent[] {
    return [...marksIn(JSON.stringify(alert))].map((mark) => this.#at(mark, scenario));
  }

  #at(mark: string, scenario: string | undefined): DeviceEvent {
    const known = this.#events.get(mark);
    if (known !== undefined) return known;
    const made: DeviceEvent = {
      mark,
      scenario,
      raised: undefined,
      first: undefined,
      carried: undefined,
      failed: undefined,
      taken: 'no',
      answer: undefined,
      takenIn: undefined,
      sessions: 0,
      settled: false,
    };
    this.#events.set(mark, made);
    return made;
  }
}

/** The alert that an event which the client took must become; undefined for any other trace event. */
export function raisedAlert(event: TraceEvent): Readonly<Record<string, unknown>> | undefined {
  return event.kind === 'action' && event.action.name === 'raise-alert' && event.action.accepted
    ? event.action.alert
    : undefined;
}

/** Its planted values; none for any other trace event. */
export function raisedMarks(event: TraceEvent): ReadonlySet<string> {
  return marksIn(JSON.stringify(raisedAlert(event) ?? null));
}
