import type { Observed } from '../model/finding.js';
import { BoundedMap, pushBounded } from '../session/bounded.js';
import type { HttpRequestEvent, TraceEvent } from '../trace/event.js';
import { describeReply, isPlain, isTwo, mayRefuse, type Reply, workIn } from './common-server.js';
import { isEndOfConnection } from './ended-connections.js';
import { NOTHING, oracle } from './oracle.js';
import { held, violated } from './say.js';

interface Case {
  readonly request: HttpRequestEvent;
  /** The reply, or the end of the connection without one. */
  outcome: TraceEvent | undefined;
  blamed: boolean;
}

/** Malformed packages, by scenario. */
type Cases = Map<string | undefined, Case[]>;

/** PKG-16: a malformed #1 or #3 brings no commands, and the server lives on; a 4xx is best, else warn (D-30). */
export const malformedBringsNothing = oracle({
  name: 'packages/malformed-brings-nothing',
  on: 'server',
  requirements: ['PKG-16'],
  sees: ['one', 'three', 'other', 'event', 'reply'],
  create: () => {
    const cases: Cases = new BoundedMap(256);
    return (seen) => {
      if (seen.kind === 'one' || seen.kind === 'three' || seen.kind === 'other') {
        const malformed =
          seen.kind === 'other'
            ? seen.request.method === 'POST' || seen.request.defect !== undefined
            : seen.reading.problems.length > 0;
        if (malformed) remember(cases, seen.request);
        return NOTHING;
      }
      if (seen.kind === 'event') return aliveOrDead(cases, seen.event);
      const mine = cases.get(seen.request.scenario) ?? [];
      const one = mine.find((entry) => entry.request === seen.request);
      if (one !== undefined) {
        one.outcome = seen.response;
        return judgeReply(one, seen);
      }
      return livesOn(cases, mine, seen);
    };
  },
});

function remember(cases: Cases, request: HttpRequestEvent): void {
  const mine = cases.get(request.scenario) ?? [];
  pushBounded(mine, { request, outcome: undefined, blamed: false }, 32);
  cases.set(request.scenario, mine);
}

function judgeReply(one: Case, reply: Reply): readonly Observed[] {
  const events = [reply.response, reply.request];
  const work = workIn(reply);
  if (work.length > 0) {
    one.blamed = true;
    return [
      violated('PKG-16', 'A malformed package brought commands.', reply.request.scenario, events, {
        expected: '4xx, or a closed connection',
        actual: `commands: ${work.map((command) => command.name).join(', ')}`,
      }),
    ];
  }
  const { status, defect } = reply.response;
  if (defect !== undefined || (status >= 400 && status < 500)) return NOTHING;
  one.blamed = true;
  return [
    violated('PKG-16', 'A malformed package was not refused by a 4xx.', reply.request.scenario, events, {
      expected: '4xx, or a closed connection',
      actual: describeReply(reply),
      decision: 'D-30',
      atMost: 'warn',
    }),
  ];
}

/** The end of a connection without a reply is an answer too; nobody listening any more is death. */
function aliveOrDead(cases: Cases, event: TraceEvent): readonly Observed[] {
  if (event.kind !== 'connection') return NOTHING;
  // A connection that never came about carries no scenario; it is the latest one's.
  const mine = (event.scenario === undefined ? [...cases.values()].at(-1) : cases.get(event.scenario)) ?? [];
  if (isEndOfConnection(event)) {
    for (const one of mine) if (one.request.connection === event.connection) one.outcome ??= event;
    return NOTHING;
  }
  const last = mine.at(-1);
  if (event.phase !== 'refused' || last === undefined || last.blamed) return NOTHING;
  last.blamed = true;
  return [
    violated(
      'PKG-16',
      'After a malformed package the server takes no connection any more.',
      last.request.scenario,
      [event, last.request],
      {
        expected: 'the server lives on',
        actual: 'connection refused',
      },
    ),
  ];
}

function livesOn(cases: Cases, mine: readonly Case[], reply: Reply): readonly Observed[] {
  const [first] = mine;
  if (first === undefined || reply.to !== 'one' || !isPlain(reply.request)) return NOTHING;
  const { scenario } = reply.request;
  const events = [reply.response, reply.request, ...mine.map((one) => one.request)];
  if (isTwo(reply)) {
    cases.delete(scenario);
    if (mine.some((one) => one.blamed || one.outcome === undefined)) return NOTHING;
    return [
      held(
        'PKG-16',
        `${mine.length} malformed package(s) brought no commands, and the server lives on.`,
        scenario,
        events,
      ),
    ];
  }
  const { status } = reply.response;
  // A busy server, or one that still keeps the session with the malformed #3, may say so (D-11).
  if (status < 500 || mayRefuse(status) || first.blamed) return NOTHING;
  first.blamed = true;
  return [
    violated('PKG-16', 'After a malformed package the server serves no good one.', scenario, events, {
      expected: '200 with a #2',
      actual: describeReply(reply),
    }),
  ];
}
