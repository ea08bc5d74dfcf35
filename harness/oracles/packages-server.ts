import type { Observed } from '../model/finding.js';
import { MEDIA, mediaTypeOf } from '../protocol/media-types.js';
import { field } from '../session/classify.js';
import { marksIn } from '../session/marks.js';
import type { Session } from '../session/observation.js';
import { sameBody } from '../trace/body.js';
import type { BodyRecord, HttpRequestEvent } from '../trace/event.js';
import { describeReply, isPlain, isToGoodPackage, isTwo, mayRefuse, Openings, type Reply } from './common-server.js';
import { NOTHING, type Oracle } from './oracle.js';
import { held, violated } from './say.js';

/** The reply is meant as a #2: to a #1, or to a #3 that answers a #2. */
function meantAsTwo(reply: Reply): boolean {
  return reply.to === 'one' || (reply.to === 'three' && reply.standing === 'answers');
}

/** PKG-05: #2 is the 200 response to #1 or #3 (CR 6.1a, TS 5.2). */
export const twoIs200: Oracle = {
  name: 'packages/two-is-200',
  on: 'server',
  requirements: ['PKG-05'],
  sees: ['reply'],
  create: () => (seen) => {
    if (seen.kind !== 'reply' || !meantAsTwo(seen) || seen.response.defect !== undefined) return NOTHING;
    if ((seen.reading?.view?.commands.length ?? 0) === 0) return NOTHING;
    const events = [seen.response, seen.request];
    if (seen.response.status === 200) return [held('PKG-05', 'The #2 came as a 200 response.', seen.session, events)];
    return [
      violated('PKG-05', 'Commands came in a response other than 200.', seen.session, events, {
        expected: '200',
        actual: `${seen.response.status}`,
      }),
    ];
  },
};

/** PKG-08: #2 is typed `application/vnd.oma.dm.request+json` (TS 5.2). */
export const twoIsTyped: Oracle = {
  name: 'packages/two-is-typed',
  on: 'server',
  requirements: ['PKG-08'],
  sees: ['reply'],
  create: () => (seen) => {
    if (seen.kind !== 'reply' || !meantAsTwo(seen) || (seen.reading?.view?.commands.length ?? 0) === 0) return NOTHING;
    const header = field(seen.response.headers, 'content-type');
    const events = [seen.response, seen.request];
    if (mediaTypeOf(header) === MEDIA.request)
      return [held('PKG-08', '#2 is typed as it must be.', seen.session, events)];
    return [
      violated('PKG-08', `#2 has ${header === undefined ? 'no' : 'another'} media type.`, seen.session, events, {
        expected: `Content-Type: ${MEDIA.request}`,
        actual: header === undefined ? 'no Content-Type' : `Content-Type: ${header}`,
      }),
    ];
  },
};

/** PKG-12: #2 is UTF-8 JSON that fits its schema (TS 7.3); PKG-21: one HTTP response is one whole package (CR 6.1a). */
export const twoIsWhole: Oracle = {
  name: 'packages/two-is-whole',
  on: 'server',
  requirements: ['PKG-12', 'PKG-21'],
  sees: ['one', 'reply'],
  create: () => {
    const openings = new Openings();
    return (seen) => {
      openings.see(seen);
      if (seen.kind !== 'reply' || !meantAsTwo(seen) || seen.response.status !== 200) return NOTHING;
      return isToGoodPackage(seen, openings) ? judgeBody(seen) : NOTHING;
    };
  },
};

function judgeBody(seen: Reply): readonly Observed[] {
  if (seen.response.defect !== undefined || seen.reading === undefined) return NOTHING;
  const events = [seen.response, seen.request];
  const trailing = seen.reading.problems.find((problem) => problem.kind === 'trailing');
  const problem = seen.reading.problems.find((one) => one.kind !== 'trailing');
  if (trailing !== undefined) {
    return [
      violated('PKG-21', `More than one JSON value in one response: ${trailing.message}`, seen.session, events, {
        expected: 'one JSON value',
        actual: trailing.message,
      }),
    ];
  }
  if (problem !== undefined) {
    const where = problem.offset === undefined ? problem.pointer || 'the body' : `byte ${problem.offset}`;
    return [
      violated('PKG-12', `#2 is malformed at ${where}: ${problem.message}`, seen.session, events, {
        expected: 'UTF-8 JSON that fits the schema: arrays of strings',
        actual: problem.message,
      }),
    ];
  }
  return [
    held('PKG-12', '#2 is UTF-8 JSON that fits its schema.', seen.session, events),
    held('PKG-21', 'The response is one JSON value and nothing else.', seen.session, events),
  ];
}

/** PKG-14: chunked and Content-Length requests are both read, or refused as HTTP allows (CR 6.1a). */
export const readsAnyRequestFraming: Oracle = {
  name: 'packages/reads-any-request-framing',
  on: 'server',
  requirements: ['PKG-14'],
  sees: ['reply'],
  create: () => {
    /** The same package in the usual form was served, so a refusal of another one is about its form. */
    const served = new Set<Reply['to']>();
    return (seen) => {
      if (seen.kind !== 'reply' || !meantAsTwo(seen)) return NOTHING;
      if (isPlain(seen.request) && isTwo(seen)) served.add(seen.to);
      return judgeFraming(seen, served.has(seen.to));
    };
  },
};

function judgeFraming(seen: Reply, served: boolean): readonly Observed[] {
  const { framing, defect } = seen.request;
  const chunked = framing.by === 'chunked';
  if (defect !== undefined || (!chunked && framing.segments === undefined)) return NOTHING;
  const how = chunked ? 'chunked' : `sent in ${framing.segments?.length ?? 1} pieces`;
  const events = [seen.response, seen.request];
  if (isTwo(seen)) return [held('PKG-14', `A request ${how} was read.`, seen.session, events)];
  if (chunked && seen.response.status === 411)
    return [held('PKG-14', 'A chunked request was refused by 411.', seen.session, events)];
  // Who is not served at all, or not now, is not refused for the form.
  if (!served || mayRefuse(seen.response.status)) return NOTHING;
  if (seen.response.status < 400 && seen.response.defect === undefined) return NOTHING;
  return [
    violated('PKG-14', `A request ${how} was not read.`, seen.session, events, {
      expected: chunked ? 'a #2, or 411' : 'a #2',
      actual: describeReply(seen),
    }),
  ];
}

/** PKG-18: another method on the DM endpoint never gets a #2 (HTTP). */
export const onlyPostGetsTwo: Oracle = {
  name: 'packages/only-post-gets-two',
  on: 'server',
  requirements: ['PKG-18'],
  sees: ['reply'],
  create: () => (seen) => {
    if (seen.kind !== 'reply' || seen.request.method === 'POST' || seen.request.defect !== undefined) return NOTHING;
    const events = [seen.response, seen.request];
    const success = seen.response.status >= 200 && seen.response.status < 300;
    if (success && (seen.reading?.view?.commands.length ?? 0) > 0) {
      return [
        violated('PKG-18', `${seen.request.method} on the DM endpoint brought a #2.`, seen.request.scenario, events, {
          expected: '405, or anything but a #2',
          actual: describeReply(seen),
        }),
      ];
    }
    if (seen.response.defect !== undefined) return NOTHING;
    return [
      held(
        'PKG-18',
        `${seen.request.method} on the DM endpoint is answered ${seen.response.status}.`,
        seen.request.scenario,
        events,
      ),
    ];
  },
};

interface Sent {
  readonly body: BodyRecord;
  readonly request: HttpRequestEvent;
  /** How many statuses it holds. */
  readonly count: number | undefined;
  answered: boolean;
  /** It is the one before, sent again because no answer had come. */
  readonly again: boolean;
}

/** PKG-22: a #3 that is sent again because its answer was lost never makes the server skip a package of its plan (D-31). */
export const resentSkipsNothing: Oracle = {
  name: 'packages/resent-skips-nothing',
  on: 'server',
  requirements: ['PKG-22'],
  sees: ['three', 'reply'],
  create: ({ book }) => {
    const sent = new WeakMap<Session, Sent>();
    const reached = new WeakMap<Session, number>();
    return (seen) => {
      if (seen.kind === 'three' && seen.session !== undefined) {
        const { body } = seen.request;
        const before = sent.get(seen.session);
        const again = before !== undefined && !before.answered && sameBody(before.body, body);
        const count = seen.reading.view?.statuses.length;
        sent.set(seen.session, { body, request: seen.request, count, answered: false, again });
        return NOTHING;
      }
      if (seen.kind !== 'reply' || seen.session === undefined || seen.response.defect !== undefined) return NOTHING;
      const { session } = seen;
      const plans = book.plans(session.scenario);
      const at = placeOf(seen, session, plans);
      const last = sent.get(session);
      const before = reached.get(session) ?? -1;
      if (at !== undefined) reached.set(session, at);
      if (last?.request === seen.request) last.answered = true;
      if (last?.request !== seen.request || !last.again) return NOTHING;
      const events = [seen.response, seen.request];
      if (at !== undefined && at > before + 1) {
        // Where it could as well answer the #2 that was lost, nobody can tell that it came again (D-31).
        const lost = plans.find((plan) => plan.device === session.device)?.packages[before + 1];
        if (last.count === lost?.length) return NOTHING;
        return [
          violated('PKG-22', 'A #3 that was sent again made the server skip a package of its plan.', session, events, {
            expected: `package ${before + 2} of the plan, or a refusal`,
            actual: `package ${at + 1}`,
          }),
        ];
      }
      if (at === undefined && seen.response.status < 400) return NOTHING;
      return [
        held(
          'PKG-22',
          at === undefined ? 'The repeated #3 was refused.' : 'The repeated #3 lost no package.',
          session,
          events,
        ),
      ];
    };
  },
};

/** Which package of the device's plan a reply holds, found by the unique values in it. */
function placeOf(
  reply: Reply,
  session: Session,
  plans: ReturnType<Parameters<Oracle['create']>[0]['book']['plans']>,
): number | undefined {
  if (!plans.some((plan) => plan.device === session.device)) return undefined;
  const marks = marksIn(JSON.stringify(reply.reading?.view?.commands.map((command) => command.raw) ?? []));
  if (marks.size === 0) return undefined;
  for (const plan of plans) {
    if (plan.device !== session.device) continue;
    const at = plan.packages.findIndex((one) => [...marksIn(JSON.stringify(one))].some((mark) => marks.has(mark)));
    if (at >= 0) return at;
  }
  return undefined;
}

export const PACKAGES_SERVER: readonly Oracle[] = [
  twoIs200,
  twoIsTyped,
  twoIsWhole,
  readsAnyRequestFraming,
  onlyPostGetsTwo,
  resentSkipsNothing,
];
