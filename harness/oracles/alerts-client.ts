import { isDeepStrictEqual } from 'node:util';
import type { Observed } from '../model/finding.js';
import { MARKS } from '../protocol/alerts.js';
import type { SeenAlert } from '../protocol/packages.js';
import { BoundedMap, BoundedSet } from '../session/bounded.js';
import { marksIn } from '../session/marks.js';
import type { HttpRequestEvent } from '../trace/event.js';
import { raisedAlert, raisedMarks } from './alert-events.js';
import { LONG_BODY, line } from './common.js';
import { NOTHING, type Oracle, oracle } from './oracle.js';
import { type Charged, held, violated } from './say.js';

/** Planted values of events that are remembered. */
const MOST_MARKS = 512;
/** Optional members of a Generic Alert (TS 5.4). */
const MEMBERS = ['SourceURI', 'TargetURI', 'Mark', 'DataType', 'Data'] as const;

/** ALT-02: a Generic Alert travels in #1 or #3 and in nothing else (CR 6.1.2, TS 5.4). */
export const alertsInPackagesOnly = oracle({
  name: 'alerts/in-packages-only',
  on: 'client',
  requirements: ['ALT-02'],
  sees: ['event', 'one', 'three', 'other', 'two'],
  create: ({ text }) => {
    const marks = new BoundedSet<string>(MOST_MARKS);
    /** Scenario of the last event that came in a package as it should. */
    let came: { readonly scenario: string | undefined; readonly request: HttpRequestEvent } | undefined;
    const strays = (request: HttpRequestEvent): readonly Observed[] => {
      const body = request.body.size > LONG_BODY ? '' : text(request.body);
      const found = [...marksIn(`${request.target} ${body}`)].find((mark) => marks.has(mark));
      if (found === undefined) return NOTHING;
      return [
        violated('ALT-02', 'An event was told in a request that is no package.', request.scenario, [request], {
          expected: 'alerts in #1 and #3 only',
          actual: `the event ${found} in ${line(request)}`,
        }),
      ];
    };
    return (seen) => {
      if (seen.kind === 'event') {
        for (const mark of raisedMarks(seen.event)) marks.add(mark);
        const { event } = seen;
        if (event.kind !== 'http-request' || event.to === 'server') return NOTHING;
        return strays(event);
      }
      if (seen.kind === 'other') return strays(seen.request);
      if (seen.kind === 'one' || seen.kind === 'three') {
        const said = seen.reading.view?.alerts.flatMap(({ raw }) => [...marksIn(JSON.stringify(raw))]) ?? [];
        if (said.some((mark) => marks.has(mark))) came = { scenario: seen.request.scenario, request: seen.request };
        return NOTHING;
      }
      if (!seen.run.hasEnd || came === undefined) return NOTHING;
      const { scenario, request } = came;
      came = undefined;
      return [
        held('ALT-02', 'Events came in packages and in no other request.', scenario, [request, seen.run.response]),
      ];
    };
  },
});

/** ALT-04: AlertType is there, and the members are those of the event (TS 5.4, D-43); ALT-05: Mark is one of the seven (TS 5.4). */
export const alertsWellMade = oracle({
  name: 'alerts/well-made',
  on: 'client',
  requirements: ['ALT-04', 'ALT-05'],
  sees: ['event', 'one', 'three'],
  create: () => {
    const raised = new BoundedMap<string, Readonly<Record<string, unknown>>>(MOST_MARKS);
    return (seen) => {
      if (seen.kind === 'event') {
        const { event } = seen;
        const alert = raisedAlert(event);
        if (alert !== undefined) for (const mark of raisedMarks(event)) raised.set(mark, alert);
        return NOTHING;
      }
      const { request, session } = seen;
      const charged = session ?? request.scenario;
      return (seen.reading.view?.alerts ?? []).flatMap((alert) => {
        const event = [...marksIn(JSON.stringify(alert.raw))].map((mark) => raised.get(mark)).find(Boolean);
        return [...membersOf(alert, event, charged, request), ...gravityOf(alert, charged, request)];
      });
    };
  },
});

function membersOf(
  { raw, type }: SeenAlert,
  event: Readonly<Record<string, unknown>> | undefined,
  charged: Charged,
  request: HttpRequestEvent,
): readonly Observed[] {
  if (type === undefined) {
    return [
      violated('ALT-04', 'An alert has no AlertType.', charged, [request], {
        expected: 'a member AlertType, a string',
        actual: shorten(raw),
      }),
    ];
  }
  if (event === undefined) return NOTHING;
  if (type !== event.AlertType) {
    return [
      violated('ALT-04', 'The alert of an event has another AlertType than the event.', charged, [request], {
        expected: String(event.AlertType),
        actual: type,
      }),
    ];
  }
  const members = raw as Readonly<Record<string, unknown>>;
  const others = MEMBERS.filter((name) => event[name] !== undefined && !isDeepStrictEqual(members[name], event[name]));
  // A Mark that is none of the seven is ALT-05's.
  const wrong = others.find((name) => name !== 'Mark' || !('Mark' in members) || isMark(members.Mark));
  if (wrong === undefined && others.length > 0) return NOTHING;
  if (wrong === undefined) return [held('ALT-04', 'The alert has the members of its event.', charged, [request])];
  return [
    violated('ALT-04', `The alert of an event has not the ${wrong} of the event.`, charged, [request], {
      expected: shorten(event[wrong]),
      actual: shorten(members[wrong]),
      decision: 'D-43',
    }),
  ];
}

function gravityOf({ raw }: SeenAlert, charged: Charged, request: HttpRequestEvent): readonly Observed[] {
  if (typeof raw !== 'object' || raw === null || !('Mark' in raw)) return NOTHING;
  const { Mark: mark } = raw;
  if (isMark(mark)) return [held('ALT-05', 'The Mark is one of the seven.', charged, [request])];
  return [
    violated('ALT-05', 'The Mark of an alert is none of the seven.', charged, [request], {
      expected: MARKS.join(', '),
      actual: shorten(mark),
    }),
  ];
}

function isMark(value: unknown): boolean {
  return MARKS.some((known) => known === value);
}

function shorten(value: unknown): string {
  const text = JSON.stringify(value) ?? 'nothing';
  return text.length > 120 ? `${text.slice(0, 117)}...` : text;
}

export const ALERTS_CLIENT: readonly Oracle[] = [alertsInPackagesOnly, alertsWellMade];
