import type { Session } from '../session/observation.js';
import { answered, answeredInFull, failed, LONG_PACKAGE, label, MANY_ROUNDS, transfersOf } from './common.js';
import { NOTHING, type Oracle, type OracleContext, oracle } from './oracle.js';
import { held, violated } from './say.js';
import { isOfOneName, skippedUnder } from './skipped.js';

/** FLW-01: #1 may carry device information, device profile and alerts; each may be absent (CR 6.2-2). A permission: it cannot be broken. */
export const mayCarry = oracle({
  name: 'flow/may-carry',
  on: 'client',
  requirements: ['FLW-01'],
  sees: ['one'],
  create: () => (seen) => {
    if (seen.reading.view === undefined) return NOTHING;
    const { mos, alerts } = seen.reading.view;
    const message = `#1 carries ${mos === undefined ? 'no MOS' : 'MOS'} and ${alerts.length} alert(s).`;
    return [held('FLW-01', message, seen.session, [seen.request])];
  },
});

/** FLW-05: a #3 comes for every #2 without END (CR 6.2-5); END-11: without END the client does not leave by itself (TS 5.2). */
export const statusWhenWanted = oracle({
  name: 'flow/status-when-wanted',
  on: 'client',
  requirements: ['FLW-05', 'END-11'],
  sees: ['three', 'two', 'left'],
  create: (context) => (seen) => {
    if (seen.kind === 'three') {
      if (seen.standing !== 'answers') return NOTHING;
      const events = [seen.run.response, seen.request];
      return [held('FLW-05', 'A #2 without END was answered by a #3.', seen.session, events)];
    }
    const { run } = seen;
    if (seen.kind === 'two') {
      if (!run.hasEnd || run.number === 1) return NOTHING;
      return [held('END-11', 'The client stayed until END.', run.session, [run.response])];
    }
    if (run.delivery !== 'plain') return NOTHING;
    // More rounds, or longer packages, than every client must manage are other rows' matter.
    if (run.number > MANY_ROUNDS || run.commands.length > LONG_PACKAGE) return NOTHING;
    if (run.number > 1 && isAboutRounds(context, run.session)) return NOTHING;
    const details = { expected: 'a #3', actual: 'none' };
    const events = [run.response, seen.witness];
    return [
      violated(
        'FLW-05',
        `The #2 of round ${run.number} asked for status (no END); none came.`,
        seen.session,
        events,
        details,
      ),
      violated(
        'END-11',
        `The client left the session in round ${run.number}, before END.`,
        seen.session,
        events,
        details,
      ),
    ];
  },
});

/** In a scenario of many rounds, having had enough of them is FLW-08's matter. */
function isAboutRounds({ book }: OracleContext, { scenario }: Session): boolean {
  const about = book.about(scenario);
  return about.includes('FLW-08') || about.includes('FLW-15');
}

/** FLW-08 and FLW-15: the iteration may run many times (CR 6.2): 10 rounds are a MUST, 200 a SHOULD. */
export const manyRounds = oracle({
  name: 'flow/many-rounds',
  on: 'client',
  requirements: ['FLW-08', 'FLW-15'],
  sees: ['two', 'left'],
  create: (context) => (seen) => {
    if (seen.kind === 'two') {
      const rounds = seen.run.number - 1;
      if (!seen.run.hasEnd || rounds < MANY_ROUNDS) return NOTHING;
      const events = [seen.run.session.one, seen.run.response];
      const found = [held('FLW-08', `The session ran through ${rounds} rounds.`, seen.run.session, events)];
      if (rounds >= 200)
        found.push(held('FLW-15', `The session ran through ${rounds} rounds.`, seen.run.session, events));
      return found;
    }
    if (!isAboutRounds(context, seen.session)) return NOTHING;
    const id = seen.session.rounds <= MANY_ROUNDS ? 'FLW-08' : 'FLW-15';
    return [
      violated(
        id,
        `The client left after ${seen.session.rounds} rounds.`,
        seen.session,
        [seen.run.response, seen.witness],
        {
          expected: id === 'FLW-08' ? '10 rounds' : '200 rounds',
          actual: `${seen.session.rounds}`,
        },
      ),
    ];
  },
});

/** FLW-09: the same command may stand many times in a package (CR 6.2-4). With the same parameters, too, it is ORD-05's. */
export const sameCommandOften = oracle({
  name: 'flow/same-command-often',
  on: 'client',
  requirements: ['FLW-09'],
  sees: ['three'],
  create: () => (seen) => {
    const run = answered(seen);
    if (run === undefined || run.commands.length > LONG_PACKAGE || !isOfOneName(run)) return NOTHING;
    const undone = run.commands.filter((command) => command.exchanges.length === 0 && !failed(command));
    const events = [run.response, run.three.request];
    if (undone.length === 0 && run.three.reading.view.statuses.length === run.commands.length) {
      return [
        held(
          'FLW-09',
          `${run.commands[0]?.command.name} stood ${run.commands.length} times in a package and ran as often.`,
          run.session,
          events,
        ),
      ];
    }
    if (!undone.some((command) => skippedUnder(run, command) === 'FLW-09')) return NOTHING;
    return [
      violated(
        'FLW-09',
        `${run.commands[0]?.command.name} stood ${run.commands.length} times in a package and ran less often.`,
        run.session,
        events,
        {
          expected: `${run.commands.length} transfers`,
          actual: `${run.commands.length - undone.length}`,
        },
      ),
    ];
  },
});

/** Commands that every client has (protocol table of commands, D-04). */
const EVERY_CLIENT: ReadonlySet<string | undefined> = new Set(['HGET', 'HPUT', 'HPOST', 'DELETE', 'EXEC', 'CONT']);

/** FLW-10: any subset of the commands, in any order, is handled (CR 6.2-4). */
export const anySubset = oracle({
  name: 'flow/any-subset',
  on: 'client',
  requirements: ['FLW-10'],
  sees: ['three'],
  create: () => (seen) => {
    const run = answeredInFull(seen);
    if (run === undefined || run.commands.length > LONG_PACKAGE) return NOTHING;
    const refused = run.commands.find(
      // One that was begun may report what the repository said.
      ({ command, status, exchanges }) =>
        command.standing === 'well-formed' &&
        EVERY_CLIENT.has(command.name) &&
        status.sc === 501 &&
        exchanges.length === 0,
    );
    if (refused !== undefined) {
      return [
        violated(
          'FLW-10',
          `${label(refused.command)} is said to be unknown.`,
          run.session,
          [run.three.request, run.response],
          {
            expected: 'the command is carried out, or fails for a reason of its own',
            actual: '501',
          },
        ),
      ];
    }
    const names = new Set(run.commands.map(({ command }) => command.name));
    const done = transfersOf(run).every((command) => command.exchanges.length > 0 || failed(command));
    if (names.size < 3 || !done) return NOTHING;
    return [
      held('FLW-10', `${[...names].join(', ')} were handled in this order.`, run.session, [
        run.response,
        run.three.request,
      ]),
    ];
  },
});

/** FLW-14: one initiation alert stands in #1: two fail, none warns (TS 5.2, D-29). */
export const oneInitiationAlert = oracle({
  name: 'flow/one-initiation-alert',
  on: 'client',
  requirements: ['FLW-14'],
  sees: ['one'],
  create: () => {
    const seenIn = new WeakSet<Session>();
    return (seen) => {
      if (seen.reading.view === undefined || seenIn.has(seen.session)) return NOTHING;
      seenIn.add(seen.session);
      const count = seen.reading.view.alerts.filter((alert) => alert.initiation !== undefined).length;
      if (count === 1) return [held('FLW-14', 'One initiation alert stands in #1.', seen.session, [seen.request])];
      return [
        violated(
          'FLW-14',
          count === 0
            ? 'No alert in #1 says why the session was opened.'
            : `${count} alerts in #1 say why the session was opened.`,
          seen.session,
          [seen.request],
          {
            expected: 'one',
            actual: `${count}`,
            ...(count === 0 ? { decision: 'D-29', atMost: 'warn' as const } : {}),
          },
        ),
      ];
    };
  },
});

export const FLOW_CLIENT: readonly Oracle[] = [
  mayCarry,
  statusWhenWanted,
  manyRounds,
  sameCommandOften,
  anySubset,
  oneInitiationAlert,
];
