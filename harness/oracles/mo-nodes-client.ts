import type { Observed } from '../model/finding.js';
import { marksIn } from '../session/marks.js';
import type { CommandRun, PackageRun, Session } from '../session/observation.js';
import type { TraceEvent } from '../trace/event.js';
import { answeredInFull, failed, label, plainUri, succeeded } from './common.js';
import { NOTHING, type Oracle, type OracleContext } from './oracle.js';
import { holds, leafValue, lies, mayBeSkipped, Readings, readingOf } from './readings.js';
import { absent, held, unclear, violated } from './say.js';

function evidence(run: PackageRun, command: CommandRun): readonly (TraceEvent | undefined)[] {
  return [command.exchanges[0]?.request ?? run.three?.request, run.three?.request, run.response];
}

/** MOM-12, MOM-13: GET returns the value of a leaf, and all that lies below an interior node (TS 5.3); compared with what uploads read before. */
export const getReturnsAll: Oracle = {
  name: 'management-objects/get-returns-all',
  on: 'client',
  requirements: ['MOM-12', 'MOM-13'],
  sees: ['three'],
  create: ({ text }) => {
    const readings = new Readings();
    return (seen) => {
      const run = answeredInFull(seen);
      if (run === undefined) return NOTHING;
      const before = readings.of(run.session);
      const found = run.commands.flatMap((command) => {
        const [uri] = command.command.clientUris;
        if (command.command.name !== 'GET' || command.command.standing !== 'well-formed' || uri === undefined)
          return [];
        // Only values that the harness planted: nothing but a command can have changed them.
        const below = [...before.values()].filter(
          (one) =>
            one.command.command.name !== 'GET' &&
            lies(one.uri, plainUri(uri)) &&
            marksIn(leafValue(one) ?? '').size > 0,
        );
        return judgeGet(
          run,
          command,
          below.map((one) => leafValue(one) ?? ''),
          below[0]?.uri === plainUri(uri),
        );
      });
      readings.learn(run, text);
      return found;
    };

    function judgeGet(
      run: PackageRun,
      command: CommandRun,
      wanted: readonly string[],
      isLeaf: boolean,
    ): readonly Observed[] {
      const sc = command.status?.sc;
      if (sc === undefined) return NOTHING;
      if (sc === 501)
        return ['MOM-12', 'MOM-13'].map((id) =>
          absent(id, 'The client has no GET (501).', run.session, evidence(run, command)),
        );
      const id = isLeaf ? 'MOM-12' : 'MOM-13';
      if (wanted.length === 0 || (!isLeaf && wanted.length < 2)) return NOTHING;
      if (failed(command) && mayBeSkipped(run, command.index)) return NOTHING;
      const read = readingOf(command, run, text);
      // Without any data it is STA-12 that is broken.
      if (!failed(command) && (read === undefined || read.values.size === 0)) return NOTHING;
      const missing = wanted.filter((value) => read === undefined || !holds(read, value));
      const what = `${label(command.command)} is answered ${sc}`;
      if (missing.length === 0)
        return [held(id, `${what} with all that uploads read there.`, run.session, evidence(run, command))];
      return [
        violated(
          id,
          `${what}, and ${missing.length} of ${wanted.length} values are missing.`,
          run.session,
          evidence(run, command),
          {
            expected: wanted.join(', '),
            actual: [...(read?.values ?? [])].slice(0, 12).join(', ') || 'no value',
          },
        ),
      ];
    }
  },
};

interface Deleted {
  readonly uri: string;
  readonly run: PackageRun;
  /** Values that its children held. */
  readonly children: ReadonlyMap<string, string>;
}

/** MOM-14: DELETE removes the children, too (TS 5.3); children that were read before are asked for again. */
export const deleteTakesChildren: Oracle = {
  name: 'management-objects/delete-takes-children',
  on: 'client',
  requirements: ['MOM-14'],
  sees: ['three'],
  create: ({ text }) => {
    const readings = new Readings();
    const gone = new WeakMap<Session, Deleted>();
    return (seen) => {
      const run = answeredInFull(seen);
      if (run === undefined) return NOTHING;
      const deleted = gone.get(run.session);
      const found: Observed[] =
        deleted === undefined ? [] : run.commands.flatMap((one) => childAfter(run, one, deleted, text));
      const before = readings.of(run.session);
      const command = run.commands.find(
        (one) => one.command.name === 'DELETE' && one.command.standing === 'well-formed',
      );
      const uri = plainUri(command?.command.clientUris[0] ?? '');
      const below = [...before.values()].filter((one) => one.uri !== uri && lies(one.uri, uri));
      const children = new Map(
        below.flatMap((one) => (marksIn(one.text).size > 0 ? [[one.uri, leafValue(one) ?? '']] : [])),
      );
      if (command !== undefined && children.size > 0) {
        if (succeeded(command)) gone.set(run.session, { uri, run, children });
        else
          found.push(
            unclear(
              'MOM-14',
              `${label(command.command)} is answered ${command.status?.sc}.`,
              run.session,
              evidence(run, command),
            ),
          );
      }
      readings.learn(run, text);
      return found;
    };
  },
};

function childAfter(
  run: PackageRun,
  command: CommandRun,
  deleted: Deleted,
  text: OracleContext['text'],
): readonly Observed[] {
  const {
    command: { name, clientUris },
    status,
  } = command;
  const was = deleted.children.get(plainUri(clientUris[0] ?? ''));
  if (was === undefined || status?.sc === undefined || (name !== 'HPUT' && name !== 'HPOST' && name !== 'GET'))
    return NOTHING;
  const events = [...evidence(run, command), deleted.run.response];
  const message = `${clientUris[0]} is answered ${status.sc} after DELETE ${deleted.uri}.`;
  const details = { expected: 'no such node', actual: `${status.sc}` };
  if (failed(command)) return status.sc === 501 ? NOTHING : [held('MOM-14', message, run.session, events, details)];
  const read = readingOf(command, run, text);
  if (read === undefined || !holds(read, was)) return NOTHING;
  return [violated('MOM-14', message, run.session, events, { ...details, actual: 'its value as before' })];
}

const DEV_INFO = ['DevID', 'Man', 'Mod', 'DmV', 'Lang', 'DevType', 'OEM', 'FwV', 'SwV', 'HwV'];
const ACCOUNT = ['SrvID', 'SrvURI', 'Name'];
const DM_VERSION = '2.0';

/** MOM-25: the required nodes of DevInfo and DM Account (protocol facts, section 10), and DmV; PKG-23: DevID is the device's name in OMADM-DevID. */
export const standardObjects: Oracle = {
  name: 'management-objects/standard-objects',
  on: 'client',
  requirements: ['MOM-25', 'PKG-23'],
  sees: ['three'],
  create: ({ header, text }) => {
    const { devInfo, account } = header.statement.nodes;
    const wanted = new Map([
      ...DEV_INFO.map((name) => [`${devInfo}${name}`, name] as const),
      ...ACCOUNT.map((name) => [`${account}${name}`, name] as const),
    ]);
    const read = new WeakMap<Session, Set<string>>();
    return (seen) => {
      const run = answeredInFull(seen);
      if (run === undefined) return NOTHING;
      const known = read.get(run.session) ?? new Set<string>();
      read.set(run.session, known);
      const found: Observed[] = [];
      const size = known.size;
      for (const command of run.commands) {
        const [uri = ''] = command.command.clientUris;
        const name = wanted.get(uri);
        if (name === undefined || command.command.clientUris.length !== 1) continue;
        found.push(...requiredNode(run, command, name));
        const one = readingOf(command, run, text);
        if (one === undefined) continue;
        known.add(uri);
        if (name === 'DmV') found.push(...version(run, command, leafValue(one)));
        if (name === 'DevID') found.push(...sameDevice(run, command, leafValue(one)));
      }
      if (known.size === wanted.size && size < known.size)
        found.push(held('MOM-25', 'All required nodes were read.', run.session, [run.three?.request, run.response]));
      return found;
    };
  },
};

const UPLOADS: ReadonlySet<string> = new Set(['HPUT', 'HPOST']);

/** Judged on uploads: that nothing was sent bears out the status, which may have lost its place (ORD-10), or tell of the repository. */
function requiredNode(run: PackageRun, command: CommandRun, name: string): readonly Observed[] {
  const sc = command.status?.sc;
  if (sc === undefined || sc < 400 || !UPLOADS.has(command.command.name ?? '') || command.exchanges.length > 0)
    return NOTHING;
  const message = `${name} is answered ${sc}.`;
  if (sc !== 404 || mayBeSkipped(run, command.index))
    return [unclear('MOM-25', message, run.session, evidence(run, command))];
  const details = { expected: 'the node that every such object has', actual: `${sc}` };
  return [violated('MOM-25', message, run.session, evidence(run, command), details)];
}

function version(run: PackageRun, command: CommandRun, value: string | undefined): readonly Observed[] {
  if (value === undefined || value === DM_VERSION) return NOTHING;
  const details = { expected: DM_VERSION, actual: value };
  return [violated('MOM-25', `DmV is ${value}.`, run.session, evidence(run, command), details)];
}

function sameDevice(run: PackageRun, command: CommandRun, value: string | undefined): readonly Observed[] {
  const events = [...evidence(run, command), run.session.one];
  const named = run.session.device;
  if (value === undefined || named === undefined)
    return [unclear('PKG-23', 'DevID or OMADM-DevID could not be read as one value.', run.session, events)];
  const details = { expected: `OMADM-DevID: ${value}`, actual: `OMADM-DevID: ${named}` };
  if (value === named) return [held('PKG-23', `DevID is ${value}, as in OMADM-DevID.`, run.session, events, details)];
  return [violated('PKG-23', 'OMADM-DevID is not DevInfo/DevID.', run.session, events, details)];
}

export const MO_NODES_CLIENT: readonly Oracle[] = [getReturnsAll, deleteTakesChildren, standardObjects];
