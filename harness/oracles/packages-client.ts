import type { Observed } from '../model/finding.js';
import { accepts, MEDIA, mediaTypeOf } from '../protocol/media-types.js';
import { BoundedMap } from '../session/bounded.js';
import { field, listField } from '../session/classify.js';
import type { Session } from '../session/observation.js';
import { sameBody } from '../trace/body.js';
import type { HttpRequestEvent, TraceEvent } from '../trace/event.js';
import { answered, answeredInFull, failed, LONG_PACKAGE, line, transfersOf } from './common.js';
import { isEndOfConnection } from './ended-connections.js';
import { NOTHING, type Oracle, oracle } from './oracle.js';
import { held, violated } from './say.js';
import { skippedUnder } from './skipped.js';

/** PKG-01: several commands in one package are all handled (CR 6.1a); seen at the repository. Repeats of one command are FLW-09's and ORD-05's. */
export const handlesAll = oracle({
  name: 'packages/handles-all',
  on: 'client',
  requirements: ['PKG-01'],
  sees: ['three'],
  create: () => (seen) => {
    const run = answered(seen);
    if (run === undefined || run.commands.length > LONG_PACKAGE) return NOTHING;
    const due = transfersOf(run).filter((command) => !failed(command));
    if (due.length < 2) return NOTHING;
    if (due.every((command) => command.exchanges.length > 0)) {
      return [
        held('PKG-01', `All ${due.length} transfers of one package were carried out.`, run.session, [run.response]),
      ];
    }
    const missing = due.find((command) => skippedUnder(run, command) === 'PKG-01');
    if (missing === undefined) return NOTHING;
    return [
      violated(
        'PKG-01',
        `Command ${missing.index + 1} of the package was not carried out.`,
        run.session,
        [run.response, run.three.request],
        {
          expected: `${due.length} transfers`,
          actual: `${due.filter((command) => command.exchanges.length > 0).length}`,
        },
      ),
    ];
  },
});

/** PKG-02: one #3 carries the statuses of all commands of the package (CR 6.1a). */
export const oneReport = oracle({
  name: 'packages/one-report',
  on: 'client',
  requirements: ['PKG-02'],
  sees: ['three'],
  create: () => {
    const short = new WeakMap<Session, { readonly request: TraceEvent; readonly missing: number }>();
    return (seen) => {
      if (seen.session === undefined || seen.reading.view === undefined) return NOTHING;
      const count = seen.reading.view.statuses.length;
      const owed = seen.standing === 'answers' ? seen.run.commands.length : 0;
      const before = short.get(seen.session);
      // As many statuses too many now as were missing then.
      if (before !== undefined && count > owed && count - owed <= before.missing) {
        return [
          violated(
            'PKG-02',
            'The statuses of one package are spread over several #3.',
            seen.session,
            [seen.request, before.request],
            {
              expected: 'one #3 with all of them',
              actual: `a further #3 with ${count}`,
            },
          ),
        ];
      }
      if (owed > LONG_PACKAGE) return NOTHING;
      if (count < owed) short.set(seen.session, { request: seen.request, missing: owed - count });
      else if (count === owed && owed >= 2) {
        return [held('PKG-02', `One #3 carries all ${owed} statuses.`, seen.session, [seen.request])];
      }
      return NOTHING;
    };
  },
});

/** PKG-03: the client sends no further package of the session before the answer to the last one has come (CR 6.1a). */
export const waitsForAnswer = oracle({
  name: 'packages/waits-for-answer',
  on: 'client',
  requirements: ['PKG-03'],
  sees: ['one', 'three', 'event', 'reply'],
  create: () => {
    interface Waiting {
      readonly session: Session;
      readonly request: HttpRequestEvent;
      quiet: boolean;
    }
    const waiting = new BoundedMap<Session, Waiting>(256);
    const quietIn = (scenario: string | undefined): void => {
      for (const one of waiting.values()) if (one.session.scenario === scenario) one.quiet = true;
    };
    // No answer is due any more (D-42).
    const closed = (connection: string): void => {
      for (const [session, { request }] of waiting) if (request.connection === connection) waiting.delete(session);
    };
    return (seen) => {
      if (seen.kind === 'event') {
        const { event } = seen;
        if (event.kind === 'action' && event.action.name === 'quiet-closed') quietIn(event.scenario);
        if (isEndOfConnection(event)) closed(event.connection);
        return NOTHING;
      }
      if (seen.session === undefined) return NOTHING;
      const { session, request } = seen;
      const before = waiting.get(session);
      if (seen.kind === 'reply') {
        waiting.delete(session);
        if (before?.quiet !== true || seen.response.defect !== undefined) return NOTHING;
        const events = [before.request, seen.response];
        return [held('PKG-03', 'While the #2 was withheld, no further package came.', session, events)];
      }
      if (before !== undefined && !isRepeat(request, before.request)) {
        return [
          violated(
            'PKG-03',
            'A #3 was sent while the answer to the package before it was still due.',
            session,
            [request, before.request],
            {
              expected: 'no package before the #2',
              actual: line(request),
            },
          ),
        ];
      }
      waiting.set(session, { session, request, quiet: false });
      return NOTHING;
    };
  },
});

/** PKG-04: #1 and #3 are HTTP POST requests (CR 6.1a, TS 5.2). */
export const sentByPost = oracle({
  name: 'packages/sent-by-post',
  on: 'client',
  requirements: ['PKG-04'],
  sees: ['one', 'three'],
  create: () => (seen) => {
    if (seen.request.method !== 'POST') {
      return [
        violated('PKG-04', `${seen.kind === 'one' ? '#1' : '#3'} was not sent by POST.`, seen.session, [seen.request], {
          expected: 'POST',
          actual: seen.request.method,
        }),
      ];
    }
    if (seen.kind === 'one' || seen.session?.one.method !== 'POST') return NOTHING;
    return [held('PKG-04', '#1 and #3 of the session came by POST.', seen.session, [seen.session.one, seen.request])];
  },
});

/** PKG-06 and PKG-07: the media types of #1 and #3 (TS 5.2). Parameters are legal (D-28). */
export const clientMediaTypes = oracle({
  name: 'packages/client-media-types',
  on: 'client',
  requirements: ['PKG-06', 'PKG-07'],
  sees: ['one', 'three'],
  create: () => (seen) => {
    const [id, which, expected] =
      seen.kind === 'one' ? (['PKG-06', '#1', MEDIA.initiation] as const) : (['PKG-07', '#3', MEDIA.response] as const);
    const header = field(seen.request.headers, 'content-type');
    if (mediaTypeOf(header) === expected)
      return [held(id, `${which} is typed as it must be.`, seen.session, [seen.request])];
    return [
      violated(
        id,
        `${which} has ${header === undefined ? 'no' : 'another'} media type.`,
        seen.session,
        [seen.request],
        {
          expected: `Content-Type: ${expected}`,
          actual: header === undefined ? 'no Content-Type' : `Content-Type: ${header}`,
        },
      ),
    ];
  },
});

/** PKG-09: #1 and #3 carry OMADM-DevID, the same through the session (TS 5.2). */
export const carriesDevId = oracle({
  name: 'packages/carries-devid',
  on: 'client',
  requirements: ['PKG-09'],
  sees: ['one', 'three'],
  create: () => (seen) => {
    const value = field(seen.request.headers, 'omadm-devid');
    if (value === undefined || value === '') {
      return [
        violated(
          'PKG-09',
          `${seen.kind === 'one' ? '#1' : '#3'} carries no OMADM-DevID.`,
          seen.session,
          [seen.request],
          {
            expected: 'OMADM-DevID',
            actual: 'none',
          },
        ),
      ];
    }
    if (seen.kind === 'one' || seen.session?.device === undefined) return NOTHING;
    const first = seen.session.device;
    if (value !== first) {
      return [
        violated('PKG-09', 'OMADM-DevID changes within the session.', seen.session, [seen.request, seen.session.one], {
          expected: first,
          actual: value,
        }),
      ];
    }
    return [held('PKG-09', '#1 and #3 carry the same OMADM-DevID.', seen.session, [seen.session.one, seen.request])];
  },
});

/** PKG-10: #1 and #3 say what they accept, the request media type among it (TS 5.5). */
export const saysAccept = oracle({
  name: 'packages/says-accept',
  on: 'client',
  requirements: ['PKG-10'],
  sees: ['one', 'three'],
  create: () => (seen) => {
    const header = listField(seen.request.headers, 'accept');
    if (header === undefined || !accepts(header, MEDIA.request)) {
      return [
        violated(
          'PKG-10',
          `${seen.kind === 'one' ? '#1' : '#3'} does not say that it accepts a #2.`,
          seen.session,
          [seen.request],
          {
            expected: `Accept with ${MEDIA.request}`,
            actual: header === undefined ? 'no Accept' : `Accept: ${header}`,
          },
        ),
      ];
    }
    if (seen.kind === 'one') return NOTHING;
    return [held('PKG-10', '#3 accepts the media type of #2.', seen.session, [seen.request])];
  },
});

/** Where a Mark that is none of the seven stands. */
const OF_A_MARK = /^\/Alert\/\d+\/Mark$/;

/** PKG-11 and PKG-13: #1 and #3 are UTF-8 JSON that fits the schema (TS 7.2, 7.4). Content after the JSON value is PKG-20's, a Mark that is none ALT-05's. */
export const clientSchemas = oracle({
  name: 'packages/client-schemas',
  on: 'client',
  requirements: ['PKG-11', 'PKG-13'],
  sees: ['one', 'three'],
  create: () => (seen) => {
    const [id, which] = seen.kind === 'one' ? (['PKG-11', '#1'] as const) : (['PKG-13', '#3'] as const);
    const problems = seen.reading.problems.filter((one) => one.kind !== 'trailing');
    const problem = problems.find(({ pointer }) => !OF_A_MARK.test(pointer));
    if (problem === undefined && problems.length > 0) return NOTHING;
    if (problem === undefined)
      return [held(id, `${which} is UTF-8 JSON that fits its schema.`, seen.session, [seen.request])];
    const message = `${which} is malformed at ${problem.offset === undefined ? problem.pointer || 'the body' : `byte ${problem.offset}`}: ${problem.message}`;
    const details = { expected: 'UTF-8 JSON that fits the schema', actual: problem.message };
    return [violated(id, message, seen.session, [seen.request], details)];
  },
});

/** PKG-15: chunked, split and oddly cased responses are all read (CR 6.1a). */
export const readsAnyFraming = oracle({
  name: 'packages/reads-any-framing',
  on: 'client',
  requirements: ['PKG-15'],
  sees: ['three', 'left'],
  create: () => (seen) => {
    if (seen.kind === 'left') {
      const { response, delivery } = seen.run;
      if (delivery === 'plain') return NOTHING;
      return [
        violated(
          'PKG-15',
          'A #2 that HTTP allows in this form was not answered.',
          seen.session,
          [response, seen.witness],
          {
            expected: 'a #3',
            actual: `none (framed by ${response.framing.by}, in ${response.framing.segments?.length ?? 1} piece(s))`,
          },
        ),
      ];
    }
    const run = answeredInFull(seen);
    if (run?.delivery !== 'unusual') return NOTHING;
    const { by, segments } = run.response.framing;
    const message = `A #2 (framed by ${by}, in ${segments?.length ?? 1} piece(s)) was read and answered.`;
    return [held('PKG-15', message, run.session, [run.response])];
  },
});

/** The same package on another connection: PKG-20 tells whether it came for want of an answer (D-42). */
function isRepeat(request: HttpRequestEvent, before: HttpRequestEvent): boolean {
  return request.connection !== before.connection && sameBody(request.body, before.body);
}

/** A #3, and what is said of the same one on another connection should an answer come to this one after all. */
interface Sent {
  readonly request: HttpRequestEvent;
  readonly fits: boolean;
  answered: boolean;
  readonly again: Observed[];
}

/** PKG-20: one HTTP request is one whole package, and each #3 answers exactly one #2 (CR 6.1a). */
export const wholePackages = oracle({
  name: 'packages/whole-packages',
  on: 'client',
  requirements: ['PKG-20'],
  sees: ['one', 'three', 'reply'],
  create: () => {
    const last = new WeakMap<Session, Sent>();
    /** Those without an answer, by connection. */
    const waiting = new BoundedMap<string, Sent>(256);
    return (seen) => {
      if (seen.kind === 'reply') {
        const { connection } = seen.request;
        const sent = waiting.get(connection);
        waiting.delete(connection);
        if (sent === undefined || seen.response.defect !== undefined) return NOTHING;
        sent.answered = true;
        return sent.again;
      }
      const trailing = seen.reading.problems.find((problem) => problem.kind === 'trailing');
      if (trailing !== undefined) {
        return [
          violated(
            'PKG-20',
            `More than one JSON value in one request: ${trailing.message}`,
            seen.session,
            [seen.request],
            {
              expected: 'one JSON value',
              actual: trailing.message,
            },
          ),
        ];
      }
      if (seen.kind === 'one' || seen.session === undefined) return NOTHING;
      const { request } = seen;
      const before = last.get(seen.session);
      const count = seen.reading.view?.statuses.length;
      const owed = seen.standing === 'answers' ? seen.run.commands.length : undefined;
      const sent: Sent = { request, fits: count !== undefined && count === owed, answered: false, again: [] };
      last.set(seen.session, sent);
      waiting.set(request.connection, sent);
      // It fitted the #2 before and holds too much for this one, so it is the one before; where it holds too little it may as well be cut short
      // (STA-01). After END it could be meant for END's package.
      const again = before?.fits === true && sameBody(before.request.body, request.body) && (count ?? 0) > (owed ?? 0);
      if (again && seen.standing !== 'after-end' && seen.session.state !== 'failed') {
        const found = [
          violated(
            'PKG-20',
            'The same #3 was sent again for a #2 that it had answered.',
            seen.session,
            [seen.request, before.request],
            {
              expected: 'one #3 for each #2',
              actual: 'two',
            },
          ),
        ];
        if (before.answered || before.request.connection === request.connection) return found;
        // For want of an answer a #3 may come again, which is no second one (D-42).
        before.again.push(...found);
        return NOTHING;
      }
      if (!sent.fits) return NOTHING;
      return [
        held('PKG-20', 'Each request is one JSON value and each #3 answers one #2.', seen.session, [seen.request]),
      ];
    };
  },
});

export const PACKAGES_CLIENT: readonly Oracle[] = [
  handlesAll,
  oneReport,
  waitsForAnswer,
  sentByPost,
  clientMediaTypes,
  carriesDevId,
  saysAccept,
  clientSchemas,
  readsAnyFraming,
  wholePackages,
];
