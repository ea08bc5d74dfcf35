import type { Observed } from '../model/finding.js';
import { parseClientUri } from '../protocol/client-uri.js';
import { BoundedMap, BoundedSet } from '../session/bounded.js';
import type { CommandRun, ReportedRun } from '../session/observation.js';
import { type GivenAccount, Servers } from '../session/servers.js';
import { answeredInFull, failed, label, placesOf, plainUri, succeeded } from './common.js';
import { type Act, acts, eventsOf, moidOf } from './mo-acts.js';
import { NOTHING, oracle } from './oracle.js';
import { lies, mayBeSkipped, readingOf } from './readings.js';
import { absent, held, unclear, violated } from './say.js';

const MOST_CREATED = 256;
/** Statuses that say that a right is missing. */
const FORBIDDEN: ReadonlySet<number> = new Set([401, 403, 405]);

/** Who created an instance: a server that was bootstrapped, the first server, or nobody that the record shows. */
type Creator = GivenAccount | 'first';

/**
 * MOM-23: an instance that another server created is out of reach; MOM-30: its creator has all rights to it; MOM-24: without access control every
 * bootstrapped server has all rights (TS 5.3, D-53). Judged in the sessions of servers that the harness bootstrapped.
 */
export const rightsPerInstance = oracle({
  name: 'management-objects/rights-per-instance',
  on: 'client',
  requirements: ['MOM-23', 'MOM-24', 'MOM-30'],
  sees: ['three', 'event'],
  create: ({ header, text }) => {
    const servers = new Servers();
    const created = new BoundedMap<string, Creator>(MOST_CREATED);
    /** Addresses that the first server read: they are there, and readable. */
    const readable = new BoundedSet<string>(MOST_CREATED);
    /**
     * Commands that the first server did with an instance that it created, or that nobody did: what no server can do with such an object is no matter of
     * rights (its DDF may forbid it).
     */
    const done = { own: new Set<string | undefined>(), free: new Set<string | undefined>() };
    const declared = header.statement.supports?.accessControl;
    const { sample } = header.statement.nodes;
    return (seen) => {
      servers.see(seen);
      if (seen.kind === 'event') {
        const { event } = seen;
        if (event.kind === 'action' && event.action.name === 'reset' && event.action.accepted) {
          for (const memory of [created, readable, done.own, done.free]) memory.clear();
        }
        return NOTHING;
      }
      const run = answeredInFull(seen);
      if (run === undefined) return NOTHING;
      const account = servers.accountOf(run.session);
      const found = account === undefined ? [] : judgeRights(run, account);
      if (account === undefined) for (const act of acts(run)) remember(run, act);
      for (const command of run.commands) learn(command, account ?? 'first');
      return found;
    };

    /** What the first server did. */
    function remember(run: ReportedRun, { command, uri }: Act): void {
      if (!succeeded(command)) return;
      const creator = creatorOf(uri);
      if (creator === 'first') done.own.add(command.command.name);
      if (creator === undefined && moidOf(uri) === sample) done.free.add(command.command.name);
      if (readingOf(command, run, text) !== undefined) readable.add(plainUri(uri));
    }

    function learn(command: CommandRun, creator: Creator): void {
      if (command.command.name !== 'HGET' || command.command.clientUris.length > 0 || !succeeded(command)) return;
      for (const uri of placesOf(command))
        if (parseClientUri(uri).uri?.path.length === 0) created.set(plainUri(uri), creator);
    }

    function judgeRights(run: ReportedRun, account: GivenAccount): readonly Observed[] {
      const mine = acts(run).filter(({ uri }) => account.moids.includes(moidOf(uri)));
      const own = mine.filter(({ uri }) => creatorOf(uri) === account);
      const others = mine.filter(({ uri }) => creatorOf(uri) === 'first' && readable.has(plainUri(uri)));
      const free = mine.filter(
        ({ uri }) => creatorOf(uri) === undefined && moidOf(uri) === sample && readable.has(plainUri(uri)),
      );
      return [
        // Where the client says that it has no access control, everybody has all rights.
        ...(declared === false ? [] : own.flatMap((act) => creatorHasAll(run, act, done.own))),
        ...(declared === true ? others.flatMap((act) => outOfReach(run, act)) : openToAll(run, others)),
        ...openToAll(run, free),
      ];
    }

    function creatorOf(uri: string): Creator | undefined {
      for (const [root, creator] of created) if (lies(plainUri(uri), root)) return creator;
      return undefined;
    }

    /** All that one package does to instances of other servers, or of nobody. */
    function openToAll(run: ReportedRun, some: ReturnType<typeof acts>): readonly Observed[] {
      const [first] = some;
      if (first === undefined) return NOTHING;
      const refused = some.find(
        ({ command, sc }) =>
          FORBIDDEN.has(sc) && !mayBeSkipped(run, command.index) && done.free.has(command.command.name),
      );
      if (refused !== undefined) {
        const { command, sc } = refused;
        const message = `A second server's ${label(command.command)} is answered ${sc}.`;
        if (declared === true)
          return [absent('MOM-24', `${message} The client has access control.`, run.session, eventsOf(run, command))];
        if (declared === undefined)
          return [
            unclear(
              'MOM-24',
              `${message} The statement does not say whether the client has access control.`,
              run.session,
              eventsOf(run, command),
            ),
          ];
        const details = { expected: 'all rights', actual: `${sc}` };
        return [violated('MOM-24', message, run.session, eventsOf(run, command), details)];
      }
      const names = new Set(
        some.filter(({ command }) => succeeded(command)).map(({ command }) => command.command.name),
      );
      const all =
        names.has('HGET') && names.has('DELETE') && (names.has('HPUT') || names.has('HPOST') || names.has('GET'));
      const message = `A second server did ${[...names].join(', ')} with an instance that it did not create.`;
      return all ? [held('MOM-24', message, run.session, eventsOf(run, first.command))] : NOTHING;
    }
  },
});

function creatorHasAll(
  run: ReportedRun,
  { command, sc }: Act,
  possible: ReadonlySet<string | undefined>,
): readonly Observed[] {
  const message = `${label(command.command)} of the server that created the instance is answered ${sc}.`;
  const details = { expected: 'all rights', actual: `${sc}` };
  if (!possible.has(command.command.name)) return NOTHING;
  if (succeeded(command)) return [held('MOM-30', message, run.session, eventsOf(run, command), details)];
  if (!FORBIDDEN.has(sc) || mayBeSkipped(run, command.index)) return NOTHING;
  return [violated('MOM-30', message, run.session, eventsOf(run, command), details)];
}

function outOfReach(run: ReportedRun, { command, sc }: Act): readonly Observed[] {
  if (sc === 501) return NOTHING;
  const message = `${label(command.command)}, of an instance that another server created, is answered ${sc}.`;
  const details = { expected: 'an error status', actual: `${sc}` };
  return [(failed(command) ? held : violated)('MOM-23', message, run.session, eventsOf(run, command), details)];
}
