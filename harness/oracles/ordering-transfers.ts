import type { Observed } from '../model/finding.js';
import type { ActionBook } from '../session/book.js';
import { BoundedSet, pushBounded } from '../session/bounded.js';
import type { CommandRun, PackageRun, Session, SideExchange } from '../session/observation.js';
import { pathOf } from '../session/side-exchanges.js';
import type { HttpResponseEvent, TraceHeader } from '../trace/event.js';
import {
  codeOf,
  failed,
  finished,
  forgetDeleted,
  isUpload,
  LONG_PACKAGE,
  label,
  originOf,
  reportOf,
  shownBy,
  succeeded,
  transfersOf,
} from './common.js';
import { EndedConnections } from './ended-connections.js';
import { NOTHING, type Oracle, oracle } from './oracle.js';
import { absent, held, unclear, violated } from './say.js';

interface Pair {
  readonly earlier: CommandRun;
  readonly first: SideExchange;
  readonly later: CommandRun;
  readonly second: SideExchange;
}

/** Neighbours among the commands whose transfer was seen, in the order of the package. */
function neighbours(run: PackageRun): readonly Pair[] {
  const seen = transfersOf(run).flatMap((command) => {
    const exchange = command.exchanges[0];
    return exchange === undefined ? [] : [{ command, exchange }];
  });
  return seen.flatMap((later, index) => {
    const earlier = seen[index - 1];
    return earlier === undefined
      ? []
      : [{ earlier: earlier.command, first: earlier.exchange, later: later.command, second: later.exchange }];
  });
}

function inversion(pairs: readonly Pair[]): Pair | undefined {
  return pairs.find((pair) => pair.second.request.began < pair.first.request.began);
}

/** ORD-01, ORD-08, ORD-12: commands run in the order delivered (CR 6.2-4), also in packages of ten (MUST) and more (SHOULD). */
export const inOrder = oracle({
  name: 'ordering/in-order',
  on: 'client',
  requirements: ['ORD-01', 'ORD-08', 'ORD-12'],
  sees: ['three', 'settled'],
  create: () => (seen) => {
    const run = finished(seen);
    if (run === undefined) return NOTHING;
    const size = run.commands.length;
    const id = size < LONG_PACKAGE ? 'ORD-01' : size === LONG_PACKAGE ? 'ORD-08' : 'ORD-12';
    const pairs = neighbours(run);
    const wrong = inversion(pairs);
    if (wrong !== undefined) {
      return [
        violated(
          id,
          `${label(wrong.later.command)} ran before ${label(wrong.earlier.command)}.`,
          run.session,
          [wrong.second.request, wrong.first.request, run.response],
          {
            expected: 'the order of the package',
            actual: `command ${wrong.later.index + 1} before command ${wrong.earlier.index + 1}`,
          },
        ),
      ];
    }
    const whole = run.hasEnd || run.three?.reading.view?.statuses.length === size;
    if (id === 'ORD-01') {
      return pairs.length === 0
        ? NOTHING
        : [held(id, `${pairs.length + 1} transfers ran in the order of the package.`, run.session, [run.response])];
    }
    if (!whole) {
      return [
        violated(
          id,
          `A package of ${size} commands was not answered command by command.`,
          run.session,
          [reportOf(run), run.response],
          {
            expected: `${size} statuses`,
            actual: `${run.three?.reading.view?.statuses.length ?? 0}`,
          },
        ),
      ];
    }
    // Order is shown only by transfers; a package of reads alone shows none.
    if (pairs.length + 1 < (id === 'ORD-08' ? LONG_PACKAGE : LONG_PACKAGE + 1)) return NOTHING;
    return [held(id, `A package of ${size} commands kept the order.`, run.session, [run.response, reportOf(run)])];
  },
});

/** ORD-12: a client that gives up on a package of many commands. */
export const longPackageAbandoned = oracle({
  name: 'ordering/long-package-abandoned',
  on: 'client',
  requirements: ['ORD-12'],
  sees: ['left'],
  create: () => (seen) => {
    const size = seen.run.commands.length;
    if (size <= LONG_PACKAGE) return NOTHING;
    return [
      violated(
        'ORD-12',
        `A package of ${size} commands was not answered.`,
        seen.session,
        [seen.run.response, seen.witness],
        {
          expected: 'a #3',
          actual: 'none',
        },
      ),
    ];
  },
});

/** ORD-02: a command starts only when the one before it is complete (CR 6.2-4); proved by a transfer that the repository holds back. */
export const oneAfterAnother = oracle({
  name: 'ordering/one-after-another',
  on: 'client',
  requirements: ['ORD-02'],
  sees: ['event', 'three', 'settled'],
  create: ({ book }) => {
    const ended = new EndedConnections();
    return (seen) => {
      ended.see(seen);
      const run = finished(seen);
      if (run === undefined) return NOTHING;
      for (const { earlier, first, later, second } of neighbours(run)) {
        const over = ended.overAt(first);
        if (second.request.began >= first.request.began && second.request.began < over) {
          return [
            violated(
              'ORD-02',
              `${label(later.command)} started while ${label(earlier.command)} was under way.`,
              run.session,
              [second.request, first.request, first.response],
              {
                expected: 'a start after the end of the transfer before',
                actual:
                  over === Number.POSITIVE_INFINITY
                    ? 'before its end'
                    : `${(over - second.request.began).toFixed(1)} ms too early`,
              },
            ),
          ];
        }
        const hold = book.hold(earlier.command.serverUri);
        if (hold?.until !== undefined && second.request.began >= hold.until) {
          return [
            held('ORD-02', 'While a transfer was held back, the next command did not start.', run.session, [
              first.request,
              second.request,
            ]),
          ];
        }
      }
      return NOTHING;
    };
  },
});

/** ORD-05: repeated equal commands run as often as they stand (CR 6.2-4). */
export const repeatsRun = oracle({
  name: 'ordering/repeats-run',
  on: 'client',
  requirements: ['ORD-05'],
  sees: ['three', 'settled'],
  create: () => (seen) => {
    const run = finished(seen);
    if (run === undefined || run.commands.length > LONG_PACKAGE) return NOTHING;
    const groups = new Map<string, CommandRun[]>();
    for (const command of transfersOf(run)) {
      const key = JSON.stringify(command.command.raw);
      groups.set(key, [...(groups.get(key) ?? []), command]);
    }
    const found = [...groups.values()].flatMap((group) => judgeRepeats(run, group));
    // One finding for a package; the offence, if there is one.
    const worst = found.find(({ outcome }) => outcome === 'violated') ?? found[0];
    return worst === undefined ? NOTHING : [worst];
  },
});

function judgeRepeats(run: PackageRun, group: readonly CommandRun[]): readonly Observed[] {
  const [, second] = group;
  if (second === undefined || group.some(failed)) return NOTHING;
  const times = group.reduce((sum, { exchanges }) => sum + runsOf(exchanges), 0);
  if (times === 0) return NOTHING;
  // Of equal commands nobody can tell whose try it was that comes again after a cut: they may all have been the same one's.
  const all = group.flatMap(({ exchanges }) => exchanges).sort((a, b) => a.request.seq - b.request.seq);
  const events = [run.response, ...group.flatMap(({ exchanges }) => exchanges.map(({ request }) => request))];
  const message = `${label(second.command)} stands ${group.length} times and ran`;
  if (times >= group.length && runsOf(all) <= group.length)
    return [held('ORD-05', `${message} as often.`, run.session, events)];
  const details = { expected: `${group.length} transfers`, actual: `${times}` };
  return [violated('ORD-05', `${message} ${times} times.`, run.session, events, details)];
}

/** How often commands ran: a try that was challenged, cut, or sent elsewhere, and the one that follows it, are one (D-17, D-19, D-42). */
function runsOf(exchanges: readonly SideExchange[]): number {
  const again = exchanges.filter(({ response }, index) => index < exchanges.length - 1 && wantsAnother(response));
  return exchanges.length - again.length;
}

function wantsAnother(response: HttpResponseEvent | undefined): boolean {
  if (response === undefined || response.defect !== undefined) return true;
  const { status } = response;
  return status === 401 || status === 407 || status === 417 || (status >= 300 && status < 400);
}

/** ORD-06: a failed command does not stop the ones after it (D-05, open). */
export const failureStopsNothing = oracle({
  name: 'ordering/failure-stops-nothing',
  on: 'client',
  requirements: ['ORD-06'],
  sees: ['three', 'settled'],
  create: () => {
    /** Addresses that were uploaded in the session, and the servers that took them: an upload of one to the other cannot fail for a reason of its own. */
    const good = new WeakMap<Session, Set<string>>();
    return (seen) => {
      const run = finished(seen);
      if (run === undefined || run.commands.length > LONG_PACKAGE) return NOTHING;
      const known = good.get(run.session) ?? new BoundedSet<string>(64);
      good.set(run.session, known);
      for (const command of run.commands) forgetDeleted(known, command);
      // With fewer or more statuses than commands nobody knows what failed (STA-01).
      const inFull = run.three?.reading.view?.statuses.length === run.commands.length;
      const failure = inFull ? run.commands.find(failed) : undefined;
      const found = failure === undefined ? NOTHING : judgeAfter(run, failure, known);
      for (const command of run.commands) {
        if (isUpload(command.command) && command.exchanges.length > 0) {
          for (const uri of [originOf(command), ...command.command.clientUris]) known.add(uri);
        }
      }
      return found;
    };
  },
});

/** The uploads after a failed command, against what was uploaded before this package. */
function judgeAfter(run: PackageRun, failure: CommandRun, known: ReadonlySet<string>): readonly Observed[] {
  const after = run.commands.slice(failure.index + 1).filter(({ command }) => isUpload(command));
  const stopped = after.find(
    (command) =>
      command.exchanges.length === 0 &&
      known.has(originOf(command)) &&
      command.command.clientUris.every((uri) => known.has(uri)),
  );
  if (stopped !== undefined) {
    const message = `${label(stopped.command)} did not run after ${label(failure.command)} had failed.`;
    const actual = `not run, status ${codeOf(stopped) ?? 'missing'}`;
    const details = { expected: 'the command runs', actual, decision: 'D-05' };
    return [violated('ORD-06', message, run.session, [reportOf(run), run.response], details)];
  }
  const [ran] = after.flatMap(({ exchanges }) => exchanges);
  if (ran === undefined) return NOTHING;
  return [held('ORD-06', 'A command after a failed one ran.', run.session, [run.response, ran.request])];
}

/** ORD-07: SHOW does not hold up the commands after it (TS 5.3, D-01, D-02); proved by a page that is held back. */
export const showHoldsNothingUp = oracle({
  name: 'ordering/show-holds-nothing-up',
  on: 'client',
  requirements: ['ORD-07'],
  sees: ['three', 'settled'],
  create: ({ book, header }) => {
    /** A browser may be slower than its session: packages whose page has not been asked for yet. */
    const pending = new WeakMap<Session, PackageRun[]>();
    const judged = (run: PackageRun) => showsOf(run).flatMap((show) => judgeShow(run, show, book, header));
    return (seen) => {
      const run = finished(seen);
      if (seen.kind === 'settled') {
        const waiting = pending.get(seen.session) ?? [];
        return (run === undefined ? waiting : [...waiting, run]).flatMap(judged);
      }
      if (run === undefined) return NOTHING;
      const shows = showsOf(run);
      if (shows.some((show) => codeOf(show) === 501))
        return [absent('ORD-07', 'The client has no SHOW (501).', run.session, [reportOf(run)])];
      if (shows.every(({ exchanges }) => exchanges.length > 0)) return judged(run);
      const all = pending.get(run.session) ?? [];
      pushBounded(all, run, LONG_PACKAGE);
      pending.set(run.session, all);
      return NOTHING;
    };
  },
});

function showsOf(run: PackageRun): readonly CommandRun[] {
  return run.commands.filter(({ command }) => command.name === 'SHOW' && command.standing === 'well-formed');
}

function judgeShow(run: PackageRun, show: CommandRun, book: ActionBook, header: TraceHeader): readonly Observed[] {
  const uploads = run.commands.slice(show.index + 1).filter(({ command }) => isUpload(command));
  const request = uploads.flatMap(({ exchanges }) => exchanges)[0]?.request;
  const hold = book.hold(show.command.serverUri);
  // The END package has no statuses.
  const launched = succeeded(show) || run.hasEnd;
  if (request === undefined || hold === undefined || !launched) return NOTHING;
  const page = show.exchanges[0]?.request;
  const released = hold.until ?? Number.POSITIVE_INFINITY;
  if (page !== undefined && request.began < released) {
    return [
      held('ORD-07', 'The command after SHOW ran while the page was still loading.', run.session, [request, page]),
    ];
  }
  if (page === undefined || page.began > released) return NOTHING;
  const shows = shownBy(hold, header);
  if (shows === 'nothing') {
    const message = 'The page was released before it could be told who waits for it.';
    return [unclear('ORD-07', message, run.session, [request, page])];
  }
  return [
    violated('ORD-07', 'The command after SHOW waited for the page.', run.session, [request, page], {
      ...(shows === 'waits' ? {} : { decision: 'D-27', atMost: 'warn' as const }),
      expected: `${label(run.commands[show.index + 1]?.command ?? show.command)} at once`,
      actual: `only after the page was released (${pathOf(show.command.serverUri) ?? ''})`,
    }),
  ];
}

export const ORDERING_TRANSFERS: readonly Oracle[] = [
  inOrder,
  longPackageAbandoned,
  oneAfterAnother,
  repeatsRun,
  failureStopsNothing,
  showHoldsNothingUp,
];
