import type { Observed } from '../model/finding.js';
import { MEDIA, mediaTypeOf } from '../protocol/media-types.js';
import { field } from '../session/classify.js';
import { commandsIn, describeReply, isPlain, isToGoodPackage, isTwo, mayRefuse, type Reply } from './common-server.js';
import { NOTHING, type Oracle, oracle } from './oracle.js';
import { resentSkipsNothing } from './packages-resent.js';
import { held, violated } from './say.js';

/** The reply is meant as a #2: to a #1, or to a #3 that answers a #2. */
function meantAsTwo(reply: Reply): boolean {
  return reply.to === 'one' || (reply.to === 'three' && reply.standing === 'answers');
}

/** PKG-05: #2 is the 200 response to #1 or #3 (CR 6.1a, TS 5.2). */
export const twoIs200 = oracle({
  name: 'packages/two-is-200',
  on: 'server',
  requirements: ['PKG-05'],
  sees: ['reply'],
  create: () => (seen) => {
    if (!meantAsTwo(seen) || seen.response.defect !== undefined) return NOTHING;
    if (commandsIn(seen).length === 0) return NOTHING;
    const events = [seen.response, seen.request];
    if (seen.response.status === 200) return [held('PKG-05', 'The #2 came as a 200 response.', seen.session, events)];
    return [
      violated('PKG-05', 'Commands came in a response other than 200.', seen.session, events, {
        expected: '200',
        actual: `${seen.response.status}`,
      }),
    ];
  },
});

/** PKG-08: #2 is typed `application/vnd.oma.dm.request+json` (TS 5.2). */
export const twoIsTyped = oracle({
  name: 'packages/two-is-typed',
  on: 'server',
  requirements: ['PKG-08'],
  sees: ['reply'],
  create: () => (seen) => {
    if (!meantAsTwo(seen) || commandsIn(seen).length === 0) return NOTHING;
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
});

/** PKG-12: #2 is UTF-8 JSON that fits its schema (TS 7.3); PKG-21: one HTTP response is one whole package (CR 6.1a). */
export const twoIsWhole = oracle({
  name: 'packages/two-is-whole',
  on: 'server',
  requirements: ['PKG-12', 'PKG-21'],
  sees: ['reply'],
  create: () => (seen) =>
    meantAsTwo(seen) && seen.response.status === 200 && isToGoodPackage(seen) ? judgeBody(seen) : NOTHING,
});

function judgeBody(seen: Reply): readonly Observed[] {
  if (seen.response.defect !== undefined || seen.reading === undefined) return NOTHING;
  const events = [seen.response, seen.request];
  const trailing = seen.reading.problems.find((problem) => problem.kind === 'trailing');
  if (trailing !== undefined) {
    return [
      violated('PKG-21', `More than one JSON value in one response: ${trailing.message}`, seen.session, events, {
        expected: 'one JSON value',
        actual: trailing.message,
      }),
    ];
  }
  const [problem] = seen.reading.problems;
  if (problem !== undefined) {
    const message = `#2 is malformed at ${problem.offset === undefined ? problem.pointer || 'the body' : `byte ${problem.offset}`}: ${problem.message}`;
    const details = { expected: 'UTF-8 JSON that fits the schema: arrays of strings', actual: problem.message };
    return [violated('PKG-12', message, seen.session, events, details)];
  }
  return [
    held('PKG-12', '#2 is UTF-8 JSON that fits its schema.', seen.session, events),
    held('PKG-21', 'The response is one JSON value and nothing else.', seen.session, events),
  ];
}

/** PKG-14: chunked and Content-Length requests are both read, or refused as HTTP allows (CR 6.1a). */
export const readsAnyRequestFraming = oracle({
  name: 'packages/reads-any-request-framing',
  on: 'server',
  requirements: ['PKG-14'],
  sees: ['reply'],
  create: () => {
    /** The same package in the usual form was served, so a refusal of another one is about its form. */
    const served = new Set<Reply['to']>();
    return (seen) => {
      if (!meantAsTwo(seen)) return NOTHING;
      if (isPlain(seen.request) && isTwo(seen)) served.add(seen.to);
      return judgeFraming(seen, served.has(seen.to));
    };
  },
});

function judgeFraming(seen: Reply, served: boolean): readonly Observed[] {
  const { framing, defect } = seen.request;
  const chunked = framing.by === 'chunked';
  if (defect !== undefined || (!chunked && framing.segments === undefined)) return NOTHING;
  const message = `A request ${chunked ? 'chunked' : `sent in ${framing.segments?.length ?? 1} pieces`}`;
  const events = [seen.response, seen.request];
  if (isTwo(seen)) return [held('PKG-14', `${message} was read.`, seen.session, events)];
  if (chunked && seen.response.status === 411)
    return [held('PKG-14', 'A chunked request was refused by 411.', seen.session, events)];
  // Who is not served at all, or not now, is not refused for the form.
  if (!served || mayRefuse(seen.response.status)) return NOTHING;
  if (seen.response.status < 400 && seen.response.defect === undefined) return NOTHING;
  return [
    violated('PKG-14', `${message} was not read.`, seen.session, events, {
      expected: chunked ? 'a #2, or 411' : 'a #2',
      actual: describeReply(seen),
    }),
  ];
}

/** PKG-18: another method on the DM endpoint never gets a #2 (HTTP). */
export const onlyPostGetsTwo = oracle({
  name: 'packages/only-post-gets-two',
  on: 'server',
  requirements: ['PKG-18'],
  sees: ['reply'],
  create: () => (seen) => {
    if (seen.request.method === 'POST' || seen.request.defect !== undefined) return NOTHING;
    const events = [seen.response, seen.request];
    const success = seen.response.status >= 200 && seen.response.status < 300;
    if (success && commandsIn(seen).length > 0) {
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
});

export const PACKAGES_SERVER: readonly Oracle[] = [
  twoIs200,
  twoIsTyped,
  twoIsWhole,
  readsAnyRequestFraming,
  onlyPostGetsTwo,
  resentSkipsNothing,
];
