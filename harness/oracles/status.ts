import { answered, answeredInFull, LONG_PACKAGE, label, transfersOf } from './common.js';
import { EndedConnections } from './ended-connections.js';
import { NOTHING, type Oracle, oracle } from './oracle.js';
import { held, violated } from './say.js';

/** STA-01: as many statuses as commands (TS 7.4). */
export const asManyStatuses = oracle({
  name: 'status/as-many-statuses',
  on: 'client',
  requirements: ['STA-01'],
  sees: ['three'],
  create: () => (seen) => {
    const run = answered(seen);
    if (run === undefined || run.commands.length > LONG_PACKAGE) return NOTHING;
    const count = run.three.reading.view.statuses.length;
    const events = [run.three.request, run.response];
    if (count === run.commands.length)
      return [held('STA-01', `${count} status(es) for ${count} command(s).`, run.session, events)];
    return [
      violated('STA-01', 'The #3 does not hold one status for each command.', run.session, events, {
        expected: `${run.commands.length} statuses`,
        actual: `${count}`,
      }),
    ];
  },
});

/** Success codes that DM names; any 4xx and 5xx is accepted (D-05). */
const NAMED_SUCCESS: ReadonlySet<number> = new Set([200, 202, 304]);

/** STA-02: `sc` is a number from 100 to 599; one that DM does not name warns (TS 7.4). */
export const codesInRange = oracle({
  name: 'status/codes-in-range',
  on: 'client',
  requirements: ['STA-02'],
  sees: ['three'],
  create: () => (seen) => {
    const { view } = seen.reading;
    if (view === undefined || view.statuses.length === 0) return NOTHING;
    const events = [seen.request];
    for (const status of view.statuses) {
      const { sc } = status;
      if (sc === undefined || !Number.isInteger(sc) || sc < 100 || sc > 599) {
        return [
          violated('STA-02', 'A status code is no number from 100 to 599.', seen.session, events, {
            expected: 'sc from 100 to 599',
            actual: JSON.stringify(status.raw) ?? 'nothing',
          }),
        ];
      }
      if (sc < 400 && !NAMED_SUCCESS.has(sc)) {
        return [
          violated('STA-02', `Status ${sc} is none that DM names.`, seen.session, events, {
            expected: '200, 202, 304, 4xx or 5xx',
            actual: JSON.stringify(status.raw) ?? 'nothing',
            atMost: 'warn',
          }),
        ];
      }
    }
    return [held('STA-02', 'All status codes are in range.', seen.session, events)];
  },
});

/** STA-08: an unknown command is 501 in its place; STA-09: one with a wrong number of parameters is 400 (D-05: any 4xx or 5xx will do). */
export const refusesWhatItMust = oracle({
  name: 'status/refuses-what-it-must',
  on: 'client',
  requirements: ['STA-08', 'STA-09'],
  sees: ['three'],
  create: () => (seen) => {
    const run = answeredInFull(seen);
    if (run === undefined) return NOTHING;
    return run.commands.flatMap(({ command, status }) => {
      const id = command.standing === 'unknown' ? 'STA-08' : command.standing === 'malformed' ? 'STA-09' : undefined;
      const { sc } = status;
      if (id === undefined || sc === undefined) return [];
      const details = {
        expected: id === 'STA-08' ? '501, or another error' : '400, or another error',
        actual: `${sc}`,
      };
      const events = [run.three.request, run.response];
      const message = `${label(command)} (${command.standing}) is answered ${sc}.`;
      if (sc >= 400) return [held(id, message, run.session, events, details)];
      return [violated(id, message, run.session, events, { ...details, decision: 'D-05' })];
    });
  },
});

/** STA-17: a #3 leaves only when every command of its package is complete (CR 6.1.2, 6.2-4); proved by a transfer held back. */
export const reportsWhenComplete = oracle({
  name: 'status/reports-when-complete',
  on: 'client',
  requirements: ['STA-17'],
  sees: ['three', 'event'],
  create: ({ book }) => {
    const ended = new EndedConnections();
    return (seen) => {
      ended.see(seen);
      const run = answered(seen);
      if (run === undefined) return NOTHING;
      const report = run.three.request;
      const transfers = transfersOf(run);
      for (const command of transfers) {
        for (const exchange of command.exchanges) {
          if (ended.overAt(exchange) > report.began) {
            return [
              violated(
                'STA-17',
                `The #3 left while ${label(command.command)} was under way.`,
                run.session,
                [report, exchange.request, exchange.response],
                {
                  expected: 'the #3 after the last transfer',
                  actual: 'the #3 before it was complete',
                },
              ),
            ];
          }
        }
      }
      const waited = transfers.find((command) => {
        const until = book.hold(command.command.serverUri)?.until;
        return until !== undefined && command.exchanges.length > 0 && report.began >= until;
      });
      if (waited === undefined) return NOTHING;
      return [
        held('STA-17', 'The #3 waited for a transfer that was held back.', run.session, [
          report,
          waited.exchanges[0]?.response,
        ]),
      ];
    };
  },
});

export const STATUS_CLIENT: readonly Oracle[] = [asManyStatuses, codesInRange, refusesWhatItMust, reportsWhenComplete];
