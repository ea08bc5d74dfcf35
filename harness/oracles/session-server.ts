import type { Observed } from '../model/finding.js';
import type { QueuedPlan } from '../session/book.js';
import { BoundedMap, BoundedSet } from '../session/bounded.js';
import { field } from '../session/classify.js';
import { marksIn } from '../session/marks.js';
import type { Session } from '../session/observation.js';
import type { TraceEvent } from '../trace/event.js';
import {
  commandsIn,
  describeReply,
  isPlain,
  isTwo,
  isUsual,
  mayRefuse,
  Openings,
  type Reply,
  workIn,
} from './common-server.js';
import { deviceKey } from './device-key.js';
import { NOTHING, type Oracle, oracle } from './oracle.js';
import { held, unclear, violated } from './say.js';

/** SES-02: the server sends commands only inside a session that a client opened (CR 6.1a). */
export const commandsOnlyInSession = oracle({
  name: 'session/commands-only-in-session',
  on: 'server',
  requirements: ['SES-02'],
  sees: ['one', 'other', 'reply'],
  create: ({ header }) => {
    /** Devices that tried to open a session, however badly: the server may think that it did. */
    const tried = new BoundedSet<string>(1024);
    return (seen) => {
      const { scenario, headers } = seen.request;
      const key = deviceKey({ scenario, device: field(headers, 'omadm-devid') });
      if (seen.kind !== 'reply') {
        tried.add(key);
        return NOTHING;
      }
      if (seen.standing !== 'no-session' || seen.response.defect !== undefined || tried.has(key)) return NOTHING;
      // A record that somebody else made may begin in the middle of a session.
      return header.source === 'har' && workIn(seen).length > 0 ? NOTHING : uninvited(seen);
    };
  },
});

function uninvited(seen: Reply): readonly Observed[] {
  const work = workIn(seen);
  const events = [seen.response, seen.request];
  if (work.length === 0) {
    const message = `A #3 without a session brought no commands (${describeReply(seen)}).`;
    return [held('SES-02', message, seen.request.scenario, events)];
  }
  return [
    violated('SES-02', 'A #3 of a device that opened no session brought commands.', seen.request.scenario, events, {
      expected: 'no commands',
      actual: work.map((command) => command.name).join(', '),
    }),
  ];
}

/** SES-10: a session with no notification before it is served (CR 6.2-1); SES-12: after END the device can open another (CR 6.1a). */
export const servesSessions = oracle({
  name: 'session/serves-sessions',
  on: 'server',
  requirements: ['SES-10', 'SES-12'],
  sees: ['one', 'reply'],
  create: () => {
    const openings = new Openings();
    return (seen) => {
      openings.see(seen);
      if (seen.kind !== 'reply' || seen.to !== 'one') return NOTHING;
      if (!isUsual(seen.session, openings) || !isPlain(seen.request)) return NOTHING;
      const id = seen.session.ordinal > 1 ? 'SES-12' : 'SES-10';
      const own = seen.session.opening.view?.alerts.some(({ initiation }) => initiation === 'ClientInitiatedMgmt');
      if (id === 'SES-10' && own !== true) return NOTHING;
      const events = [seen.response, seen.request];
      if (isTwo(seen)) {
        const message =
          id === 'SES-10'
            ? 'A session that the client opened by itself was served.'
            : 'After END the same device opened another session.';
        return [held(id, message, seen.session, events)];
      }
      // A reply of success without a proper #2 is served, but badly: the rows on #2 judge it.
      if (seen.response.defect !== undefined || seen.response.status < 300) return NOTHING;
      const details = { expected: '200 with a #2', actual: describeReply(seen) };
      if (seen.response.status < 400) {
        const message = `The server sends the client elsewhere (${describeReply(seen)}); name that address as \`endpoint\` (D-17).`;
        return [unclear(id, message, seen.session, events, details)];
      }
      if (mayRefuse(seen.response.status)) {
        return [
          unclear(
            id,
            `The server refused the #1 (${describeReply(seen)}); name a device that it serves under \`devices\`.`,
            seen.session,
            events,
            details,
          ),
        ];
      }
      return [violated(id, 'The server refused a #1 as every client sends it.', seen.session, events, details)];
    };
  },
});

/** SES-08: sessions of different devices are never mixed (CR 6.1a); seen by unique values in the plans. */
export const devicesKeptApart = oracle({
  name: 'session/devices-kept-apart',
  on: 'server',
  requirements: ['SES-08'],
  sees: ['two'],
  create: ({ book }) => {
    const served = new BoundedMap<string | undefined, Set<Session>>(256);
    return (seen) => {
      const { session, response } = seen.run;
      const plans = book.plans(session.scenario);
      if (plans.length < 2) return NOTHING;
      const marks = marksIn(JSON.stringify(seen.run.two.commands.map((command) => command.raw)));
      const found = plans.filter((plan) => overlaps(marksOf(plan), marks));
      const foreign = found.find(({ device }) => device !== session.device);
      if (foreign !== undefined) {
        return [
          violated(
            'SES-08',
            'A device was sent commands that were meant for another.',
            session,
            [response, session.one],
            {
              expected: `commands of ${session.device ?? 'the device'}`,
              actual: `commands of ${foreign.device}`,
            },
          ),
        ];
      }
      if (found.length === 0) return NOTHING;
      const sessions = served.get(session.scenario) ?? new Set<Session>();
      served.set(session.scenario, sessions.add(session));
      const other = [...sessions].find((one) => one.device !== session.device && one.state === 'open');
      if (other === undefined) return NOTHING;
      return [
        held('SES-08', 'While sessions of two devices were open, each was sent its own commands.', session, [
          response,
          other.one,
        ]),
      ];
    };
  },
});

function marksOf(plan: QueuedPlan): ReadonlySet<string> {
  return marksIn(JSON.stringify(plan.packages));
}

function overlaps(left: ReadonlySet<string>, right: ReadonlySet<string>): boolean {
  return [...right].some((mark) => left.has(mark));
}

/**
 * SES-14: a second session of one device, while one is open, is refused or kept apart (D-11); PKG-19: a #1 sent again after a lost
 * response opens a new session or is refused, and never goes on in the middle of the old one (D-26).
 */
export const secondSessionApart = oracle({
  name: 'session/second-session-apart',
  on: 'server',
  requirements: ['SES-14', 'PKG-19'],
  sees: ['one', 'reply'],
  create: ({ book }) => {
    const first = new BoundedMap<string, Session>(1024);
    return (seen) => {
      if (seen.kind === 'one') {
        const key = deviceKey(seen.session);
        if ((first.get(key)?.state ?? 'ended') === 'ended') first.set(key, seen.session);
        return NOTHING;
      }
      if (seen.to !== 'one') return NOTHING;
      const { session } = seen;
      const before = first.get(deviceKey(session)) ?? session;
      const plans = book.plans(session.scenario);
      if (before === session || plans.length === 0) return NOTHING;
      const events = [seen.response, seen.request, before.one];
      // The response to the first #1 was lost, or its session is under way.
      const id = before.run === undefined ? 'PKG-19' : 'SES-14';
      if (!isTwo(seen)) {
        const refused = seen.response.status >= 400 && seen.response.defect === undefined;
        return refused ? [held(id, `The second #1 was refused (${describeReply(seen)}).`, session, events)] : NOTHING;
      }
      return secondServed(id, session, seen, plans, events);
    };
  },
});

function secondServed(
  id: string,
  session: Session,
  seen: Reply,
  plans: readonly QueuedPlan[],
  events: readonly TraceEvent[],
): readonly Observed[] {
  const marks = marksIn(JSON.stringify(commandsIn(seen).map(({ raw }) => raw)));
  const middle = plans
    .filter((plan) => plan.device === session.device)
    .map(({ packages }) => {
      const at = packages.findIndex((one) => overlaps(marksIn(JSON.stringify(one)), marks));
      // What follows an END is the plan of the next session.
      return packages[at - 1]?.some(([name]) => name === 'END') === true ? 0 : at;
    })
    .find((at) => at > 0);
  if (middle === undefined) return [held(id, 'The second #1 began a session of its own.', session, events)];
  return [
    violated(id, 'The second #1 was answered from the middle of the first session.', session, events, {
      expected: 'the first package of a plan, END, or a refusal',
      actual: `package ${middle + 1} of the plan`,
    }),
  ];
}

export const SESSION_SERVER: readonly Oracle[] = [
  commandsOnlyInSession,
  servesSessions,
  devicesKeptApart,
  secondSessionApart,
];
