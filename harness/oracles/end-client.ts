import type { Observed } from '../model/finding.js';
import type { SeenStatus } from '../protocol/packages.js';
import { BoundedMap, BoundedSet } from '../session/bounded.js';
import { marksIn } from '../session/marks.js';
import type { CommandRun, PackageRun, Session } from '../session/observation.js';
import type { HttpRequestEvent } from '../trace/event.js';
import {
  answered,
  endPackageOf,
  forgetDeleted,
  isUpload,
  LONG_BODY,
  label,
  line,
  plainUri,
  succeeded,
} from './common.js';
import { NOTHING, type Oracle, oracle } from './oracle.js';
import { held, violated } from './say.js';

/**
 * What comes after END. FLW-06: when status is not wanted, none comes (CR 6.2-5); END-04: no status and no result for the END package;
 * END-05: no package of that session after END; END-10: END alone ends the session (CR 6.1a). Silence is proved by the session's fence and keeps
 * all four; a package breaks the most special one alone.
 */
export const silentAfterEnd = oracle({
  name: 'end/silent-after-end',
  on: 'client',
  requirements: ['FLW-06', 'END-04', 'END-05', 'END-10'],
  sees: ['three', 'settled'],
  create: ({ book }) => {
    const broken = new WeakSet<Session>();
    return (seen) => {
      if (seen.kind === 'three') {
        if (seen.standing !== 'after-end') return NOTHING;
        // Asked to open a session since then, it opened one wrongly: that is SES-13.
        if ((book.lastCause ?? 0) > seen.run.response.seq) return NOTHING;
        broken.add(seen.session);
        return [spoke(seen.session, seen.run, seen.request, seen.reading.view?.statuses ?? [])];
      }
      const run = endPackageOf(seen.session);
      if (run === undefined || broken.has(seen.session)) return NOTHING;
      const events = [run.response, seen.witness];
      const alone = run.commands.length === 1;
      return [
        held('END-05', 'No package of the session came after END.', seen.session, events),
        held('FLW-06', 'No status came for a #2 with END.', seen.session, events),
        alone
          ? held('END-10', 'A package that holds END alone ended the session.', seen.session, events)
          : held('END-04', 'No status and no result came for the END package.', seen.session, events),
      ];
    };
  },
});

type AfterEnd = 'END-10' | 'END-05' | 'END-04' | 'FLW-06';

const AFTER_END: Readonly<Record<AfterEnd, string>> = {
  'END-10': 'A package that holds END alone did not end the session.',
  'END-05': 'A package of the session came after END.',
  'END-04': 'Status and results came for the END package.',
  'FLW-06': 'Status came for a #2 with END.',
};

/** What a #3 after END offends against most specially. */
function offended(run: PackageRun, statuses: readonly SeenStatus[]): AfterEnd {
  if (run.commands.length === 1) return 'END-10';
  if (statuses.length === 0) return 'END-05';
  return statuses.some(({ uris, data }) => uris.length > 0 || Object.keys(data).length > 0) ? 'END-04' : 'FLW-06';
}

function spoke(
  session: Session,
  run: PackageRun,
  request: HttpRequestEvent,
  statuses: readonly SeenStatus[],
): Observed {
  const id = offended(run, statuses);
  return violated(id, AFTER_END[id], session, [request, run.response], {
    expected: 'nothing more of this session',
    actual: `${line(request)} with ${statuses.length} status(es)`,
  });
}

/** Addresses remembered for each session. */
const MOST_URIS = 64;

/** A node that an END package deletes, with the values it held. */
interface Deleted {
  readonly uri: string;
  readonly marks: ReadonlySet<string>;
  readonly run: PackageRun;
}

/** END-03: every command of the END package runs, whichever place END has (TS 5.3, D-15). */
export const endPackageRuns = oracle({
  name: 'end/end-package-runs',
  on: 'client',
  requirements: ['END-03'],
  sees: ['three', 'settled', 'two'],
  create: ({ text, book }) => {
    /** Addresses that were uploaded well earlier in the session: another upload has no reason of its own to fail. */
    const good = new WeakMap<Session, Set<string>>();
    /** What the last END package with a DELETE deleted. */
    let deleted: Deleted | undefined;
    const values = new WeakMap<Session, Map<string, ReadonlySet<string>>>();
    /** Sessions with a DELETE that was done: a client that refuses them all may do so in the END package, too. */
    const deletes = new WeakSet<Session>();
    return (seen) => {
      const now = answered(seen);
      if (now !== undefined) {
        const uris = good.get(now.session) ?? new BoundedSet<string>(MOST_URIS);
        const held = values.get(now.session) ?? new BoundedMap<string, ReadonlySet<string>>(MOST_URIS);
        good.set(now.session, uris);
        values.set(now.session, held);
        for (const command of now.commands) {
          if (command.command.name === 'DELETE' && succeeded(command)) deletes.add(now.session);
          forgetDeleted(uris, command);
          const upload = isUpload(command.command) ? command.exchanges[0]?.request : undefined;
          if (upload === undefined) continue;
          for (const uri of command.command.clientUris) {
            uris.add(uri);
            held.set(plainUri(uri), upload.body.size > LONG_BODY ? new Set() : marksIn(text(upload.body)));
          }
        }
        return stillThere(now, deleted, text);
      }
      if (seen.kind === 'two' && seen.run.hasEnd) deleted = deletedBy(seen.run) ?? deleted;
      if (seen.kind !== 'settled') return NOTHING;
      const run = endPackageOf(seen.session);
      if (run === undefined) return NOTHING;
      return uploadsRan(run, good.get(run.session) ?? new Set(), seen.witness, (uri) => book.isAbsent(uri));
    };

    function deletedBy(run: PackageRun): Deleted | undefined {
      const { session, commands } = run;
      const removed = commands.find(({ command }) => command.name === 'DELETE' && command.standing === 'well-formed');
      const [uri] = removed?.command.clientUris ?? [];
      if (uri === undefined || !deletes.has(session)) return undefined;
      const marks = values.get(session)?.get(plainUri(uri)) ?? new Set();
      return marks.size > 0 ? { uri, marks, run } : undefined;
    }
  },
});

/** Whether a command before this one must fail: whether the others then still run is open (D-05). */
function afterFailure(run: PackageRun, index: number, isAbsent: (uri: string) => boolean): boolean {
  return run.commands
    .slice(0, index)
    .some(({ command }) => command.standing !== 'well-formed' || command.clientUris.some(isAbsent));
}

function uploadsRan(
  run: PackageRun,
  good: ReadonlySet<string>,
  witness: Parameters<typeof held>[3][number],
  isAbsent: (uri: string) => boolean,
): readonly Observed[] {
  const left = new Set(good);
  const due: CommandRun[] = [];
  for (const command of run.commands) {
    // What the package itself deletes before is not there to be uploaded.
    forgetDeleted(left, command);
    if (isUpload(command.command) && command.command.clientUris.every((uri) => left.has(uri))) due.push(command);
  }
  if (due.length === 0) return NOTHING;
  const message = `END in place ${run.commands.findIndex(({ command }) => command.name === 'END') + 1}`;
  const undone = due.find((command) => command.exchanges.length === 0);
  if (undone === undefined) {
    return [held('END-03', `All uploads of the END package came, ${message}.`, run.session, [run.response, witness])];
  }
  return [
    violated(
      'END-03',
      `${label(undone.command)} of the END package did not run (${message}).`,
      run.session,
      [run.response, witness],
      {
        expected: 'every command of the END package runs',
        actual: `command ${undone.index + 1} of ${run.commands.length} did not`,
        ...(afterFailure(run, undone.index, isAbsent) ? { decision: 'D-05' } : {}),
      },
    ),
  ];
}

function stillThere(
  run: PackageRun,
  deleted: Deleted | undefined,
  text: Parameters<Oracle['create']>[0]['text'],
): readonly Observed[] {
  if (deleted === undefined || deleted.run.session.scenario !== run.session.scenario) return NOTHING;
  return run.commands
    .filter(({ command }) => command.clientUris.some((uri) => plainUri(uri) === plainUri(deleted.uri)))
    .flatMap(({ exchanges }) => exchanges.slice(0, 1))
    .filter(({ request }) => [...marksIn(text(request.body))].some((mark) => deleted.marks.has(mark)))
    .map(({ request }) =>
      violated(
        'END-03',
        `DELETE ${deleted.uri} of the END package did not run: the node is still there.`,
        run.session,
        [request, deleted.run.response],
        {
          expected: 'no such node',
          actual: 'its value as before',
        },
      ),
    );
}

/** END-07: the client never sends END or any other command (CR 6.1a). */
export const clientSendsNoCommand = oracle({
  name: 'end/client-sends-no-command',
  on: 'client',
  requirements: ['END-07'],
  sees: ['one', 'three'],
  create: () => (seen) => {
    if (seen.reading.view?.hasCommands === true) {
      return [
        violated('END-07', 'The client sent commands.', seen.session, [seen.request], {
          expected: 'status and alerts only',
          actual: 'a member CMD',
        }),
      ];
    }
    if (seen.kind === 'one' || seen.reading.view === undefined) return NOTHING;
    return [held('END-07', 'The #3 holds no command.', seen.session, [seen.request])];
  },
});

export const END_CLIENT: readonly Oracle[] = [silentAfterEnd, endPackageRuns, clientSendsNoCommand];
