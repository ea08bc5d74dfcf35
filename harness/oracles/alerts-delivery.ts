import type { Observed } from '../model/finding.js';
import type { Observation, PackageRun } from '../session/observation.js';
import type { TraceEvent } from '../trace/event.js';
import { type DeviceEvent, DeviceEvents } from './alert-events.js';
import { line } from './common.js';
import { isTwo, type Reply } from './common-server.js';
import { NOTHING, type Oracle, oracle } from './oracle.js';
import { held, violated } from './say.js';

type Carrier = Extract<Observation, { kind: 'one' | 'three' }>;

/** Whole sessions after which an event that never came is lost, not only late. */
const LOST_AFTER = 2;

/**
 * ALT-01, ALT-03, ALT-08, ALT-09 and ALT-10: every event that the device took is delivered once, in order, by the end of the next session, and again
 * only after a delivery that failed (CR 6.1.2; D-44). The fence is the END of a session that began after the event and had a #3.
 */
export const deliversOnce = oracle({
  name: 'alerts/delivers-once',
  on: 'client',
  requirements: ['ALT-01', 'ALT-03', 'ALT-08', 'ALT-09', 'ALT-10'],
  sees: ['event', 'one', 'three', 'reply', 'two'],
  create: () => {
    const events = new DeviceEvents();
    return (seen) => {
      switch (seen.kind) {
        case 'event':
          if (seen.event.kind === 'action') return events.raise(seen.event).flatMap(already);
          if (seen.event.kind === 'connection') cutOff(events, seen.event);
          return NOTHING;
        case 'one':
        case 'three':
          return carry(events, seen);
        case 'reply':
          return answer(events, seen);
        case 'two':
          return seen.run.hasEnd && seen.run.number > 1 ? fence(events, seen.run) : NOTHING;
        default:
          return NOTHING;
      }
    };
  },
});

function carry(events: DeviceEvents, seen: Carrier): readonly Observed[] {
  const alerts = seen.reading.view?.alerts ?? [];
  return alerts.flatMap(({ raw }, place) =>
    events.of(raw, seen.request.scenario).flatMap((event) => {
      const found = event.taken === 'yes' ? again(event, seen) : inOrder(events, event, seen, place);
      event.first ??= { request: seen.request, place };
      event.carried = { request: seen.request, session: seen.session };
      return found;
    }),
  );
}

function again(event: DeviceEvent, { request }: Carrier): readonly Observed[] {
  return [
    violated(
      'ALT-03',
      'An alert came again after a #2 had answered the package that carried it.',
      event.scenario,
      [request, event.answer, event.raised],
      { expected: 'each event once', actual: `the event ${event.mark} again in ${line(request)}` },
    ),
  ];
}

function inOrder(events: DeviceEvents, event: DeviceEvent, seen: Carrier, place: number): readonly Observed[] {
  if (event.first !== undefined || event.raised === undefined) return NOTHING;
  const others = [...events].filter((other) => other.scenario === event.scenario && other !== event);
  const before = others.filter(
    ({ first }) => first !== undefined && (first.request !== seen.request || first.place <= place),
  );
  const raised = event.raised.seq;
  const overtaking = before.find((other) => other.raised !== undefined && other.raised.seq > raised);
  if (overtaking !== undefined) {
    return [
      violated(
        'ALT-09',
        'An alert came after that of a later event.',
        event.scenario,
        [seen.request, overtaking.first?.request, event.raised, overtaking.raised],
        { expected: 'the order of the events', actual: `${overtaking.mark} before ${event.mark}` },
      ),
    ];
  }
  const earlier = before.find((other) => other.raised !== undefined);
  return earlier === undefined
    ? NOTHING
    : [
        held('ALT-09', 'Alerts came in the order of the events.', event.scenario, [
          seen.request,
          earlier.raised,
          event.raised,
        ]),
      ];
}

/** What the answer to a package says of the alerts in it (D-44). */
function answer(events: DeviceEvents, reply: Reply): readonly Observed[] {
  const { request, response } = reply;
  const { status } = response;
  const good = isTwo(reply);
  const refused = status === 401 || (status >= 500 && status < 600);
  return carriedBy(events, (carried) => carried === request).flatMap((event) => {
    const session = event.carried?.session;
    event.carried = undefined;
    if (refused) {
      event.failed = response;
      return NOTHING;
    }
    if (event.taken === 'yes') return NOTHING;
    event.taken = good ? 'yes' : 'maybe';
    event.answer = response;
    event.takenIn = session;
    return good ? arrived(event, [response, request]) : NOTHING;
  });
}

/** The alert was delivered before the record of the event, which is made when the request to raise it is over. */
function already(event: DeviceEvent): readonly Observed[] {
  return event.taken === 'yes' && event.answer !== undefined ? arrived(event, [event.answer]) : NOTHING;
}

function arrived(event: DeviceEvent, by: readonly TraceEvent[]): readonly Observed[] {
  if (event.raised === undefined) return NOTHING;
  const { scenario, raised, failed } = event;
  const shown = [...by, raised];
  const found = [held('ALT-01', 'The event reached the server as an alert.', scenario, shown)];
  if (failed !== undefined)
    found.push(held('ALT-08', 'The alert was sent again and delivered.', scenario, [...shown, failed]));
  else if (event.sessions === 0)
    found.push(held('ALT-10', 'The event arrived by the end of the next session.', scenario, shown));
  return found;
}

/** The connection ended before the answer came. */
function cutOff(events: DeviceEvents, event: Extract<TraceEvent, { kind: 'connection' }>): void {
  if (event.phase !== 'closed' && event.phase !== 'reset') return;
  for (const one of carriedBy(events, ({ connection }) => connection === event.connection)) {
    one.carried = undefined;
    if (one.taken === 'no') one.failed = event;
  }
}

function carriedBy(
  events: DeviceEvents,
  test: (request: NonNullable<DeviceEvent['carried']>['request']) => boolean,
): readonly DeviceEvent[] {
  return [...events].filter(({ carried }) => carried !== undefined && test(carried.request));
}

/** A session is over in which everything that happened before it should have come. */
function fence(events: DeviceEvents, run: PackageRun): readonly Observed[] {
  const { session, response } = run;
  return [...events].flatMap((event) => {
    if (event.raised === undefined || event.settled || session.one.began < event.raised.t) return NOTHING;
    if (event.taken !== 'no' || event.carried !== undefined) return cameOnce(event, run);
    event.sessions += 1;
    if (event.failed !== undefined) return session.one.began < event.failed.t ? NOTHING : notAgain(event, run);
    const sibling = [...events].some(({ scenario, taken }) => scenario === event.scenario && taken !== 'no');
    const shown = [response, session.one, event.raised];
    const details = { expected: 'an alert', actual: `none for the event ${event.mark}` };
    if (event.sessions === 1)
      return [
        violated('ALT-10', 'An event had not arrived by the end of the next session.', event.scenario, shown, details),
      ];
    if (event.sessions !== LOST_AFTER) return NOTHING;
    return sibling
      ? [violated('ALT-03', 'An alert was lost, though others of the device came.', event.scenario, shown, details)]
      : [violated('ALT-01', 'An event never reached the server.', event.scenario, shown, details)];
  });
}

function cameOnce(event: DeviceEvent, { session, response }: PackageRun): readonly Observed[] {
  if (event.taken !== 'yes' || event.takenIn === session) return NOTHING;
  event.settled = true;
  return [
    held('ALT-03', 'The alert was delivered and did not come again in a later session.', event.scenario, [
      event.answer,
      response,
      event.raised,
    ]),
  ];
}

function notAgain(event: DeviceEvent, { session, response }: PackageRun): readonly Observed[] {
  event.settled = true;
  return [
    violated(
      'ALT-08',
      'An alert that was not delivered had not been sent again by the end of the next session.',
      event.scenario,
      [response, session.one, event.failed, event.raised],
      { expected: 'the alert again', actual: `none for the event ${event.mark}` },
    ),
  ];
}

export const ALERTS_DELIVERY: readonly Oracle[] = [deliversOnce];
