import type { Observed } from '../model/finding.js';
import type { Observation, Session } from '../session/observation.js';
import { pathOf } from '../session/side-exchanges.js';
import { sameBody } from '../trace/body.js';
import {
  describeReply,
  isGoodReport,
  isPlain,
  isPutOff,
  isTwo,
  Openings,
  type Reply,
  workIn,
} from './common-server.js';
import { NOTHING, type Oracle, oracle } from './oracle.js';
import { held, violated } from './say.js';

/** END-01: the server ends a session by END and by nothing else (CR 6.1a); END-09: with nothing left to do it sends END, not an empty package (CR 6.1.2). */
export const endsByEnd = oracle({
  name: 'end/ends-by-end',
  on: 'server',
  requirements: ['END-01', 'END-09'],
  sees: ['one', 'three', 'two', 'reply'],
  create: () => {
    const openings = new Openings();
    return (seen) => {
      openings.see(seen);
      return endOf(seen, openings);
    };
  },
});

function endOf(seen: Observation, openings: Openings): readonly Observed[] {
  if (seen.kind === 'two' && seen.run.hasEnd) {
    const { session, response } = seen.run;
    const events = [response, session.one];
    return [
      held('END-01', 'The server ended the session by END.', session, events),
      held('END-09', 'With nothing left to do the server sent END.', session, events),
    ];
  }
  if (seen.kind !== 'reply' || !isGoodReport(seen, openings)) return NOTHING;
  const { status, defect, body } = seen.response;
  const events = [seen.response, seen.request];
  const details = { expected: 'END', actual: describeReply(seen) };
  if (seen.reading?.view?.commands.length === 0 && status === 200) {
    return [violated('END-09', 'The server sent an empty package.', seen.session, events, details)];
  }
  const gone = defect === undefined && status < 300 && body.size === 0;
  if (!gone) return NOTHING;
  return [violated('END-01', 'The server left the session without END.', seen.session, events, details)];
}

/** END-02: END stands at most once in a package (ours). */
export const oneEnd = oracle({
  name: 'end/one-end',
  on: 'server',
  requirements: ['END-02'],
  sees: ['two'],
  create: () => (seen) => {
    if (!seen.run.hasEnd) return NOTHING;
    const count = seen.run.two.commands.filter((command) => command.name === 'END').length;
    const events = [seen.run.response];
    if (count === 1) return [held('END-02', 'END stands once in the package.', seen.run.session, events)];
    return [
      violated('END-02', `END stands ${count} times in one package.`, seen.run.session, events, {
        expected: 'once',
        actual: `${count} times`,
        atMost: 'warn',
      }),
    ];
  },
});

/** END-08: a #3 that comes after END brings no command but END (CR 6.1a); END-12: it is refused with a 4xx (D-10). */
export const nothingAfterEnd = oracle({
  name: 'end/nothing-after-end',
  on: 'server',
  requirements: ['END-08', 'END-12'],
  sees: ['reply'],
  create: () => (seen) => {
    if (seen.standing !== 'after-end') return NOTHING;
    const events = [seen.response, seen.request];
    const work = workIn(seen);
    const { status, defect } = seen.response;
    const refused = status >= 400 && status < 500;
    if (work.length > 0) {
      // That it was not refused either goes without saying.
      return [
        violated('END-08', 'A #3 after END brought commands.', seen.session, events, {
          expected: 'no command but END',
          actual: work.map((command) => command.name).join(', '),
        }),
      ];
    }
    const first = held('END-08', 'A #3 after END brought no command but END.', seen.session, events);
    // To one that came again on another connection it may repeat END (D-31).
    if (defect !== undefined || (!refused && repeatsAnswered(seen))) return [first];
    const second = refused
      ? held('END-12', `A #3 after END was refused by ${status}.`, seen.session, events)
      : violated('END-12', 'A #3 after END was not refused.', seen.session, events, {
          expected: '4xx',
          actual: describeReply(seen),
          decision: 'D-10',
        });
    return [first, second];
  },
});

/** The #3 that END answered has come again, as it does when that answer was lost (D-31). */
function repeatsAnswered({ request, run }: Extract<Reply, { standing: 'after-end' }>): boolean {
  const before = run.request;
  return before.connection !== request.connection && sameBody(before.body, request.body);
}

/** CNT-04: a server that sent CONT serves the session at that URI (TS 5.3). */
export const servesAtCont = oracle({
  name: 'cont/serves-at-cont',
  on: 'server',
  requirements: ['CNT-04'],
  sees: ['two', 'reply'],
  create: () => {
    const at = new WeakMap<Session, string>();
    return (seen) => {
      if (seen.kind === 'two') {
        const cont = seen.run.two.commands
          .filter((command) => command.name === 'CONT' && command.standing === 'well-formed')
          .at(-1);
        const path = pathOf(cont?.serverUri);
        if (path !== undefined) at.set(seen.run.session, path);
        return NOTHING;
      }
      if (seen.standing !== 'answers') return NOTHING;
      const path = at.get(seen.session);
      if (path !== seen.request.target || !isPlain(seen.request)) return NOTHING;
      const events = [seen.response, seen.request];
      if (isTwo(seen)) return [held('CNT-04', 'The session went on at the CONT URI.', seen.session, events)];
      // A reply of success that is no proper #2 is judged by the rows on #2.
      if (seen.response.defect !== undefined || seen.response.status < 400 || isPutOff(seen.response.status))
        return NOTHING;
      // What it says to a malformed #3 is PKG-16's.
      if (seen.run.three.reading.problems.length > 0) return NOTHING;
      return [
        violated('CNT-04', 'The server does not serve the session at the URI of its own CONT.', seen.session, events, {
          expected: '200 with a #2',
          actual: describeReply(seen),
        }),
      ];
    };
  },
});

export const END_SERVER: readonly Oracle[] = [endsByEnd, oneEnd, nothingAfterEnd, servesAtCont];
