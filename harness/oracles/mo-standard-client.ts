import type { Observed } from '../model/finding.js';
import type { CommandRun, ReportedRun, Session } from '../session/observation.js';
import { type AnsweredCommand, answeredInFull, type FullyAnsweredRun, failed, isUpload, served } from './common.js';
import { addressOf } from './content-common.js';
import { eventsOf } from './mo-acts.js';
import { NOTHING, oracle } from './oracle.js';
import { leafValue, mayBeSkipped, readingOf } from './readings.js';
import { held, unclear, violated } from './say.js';

const DEV_INFO = ['DevID', 'Man', 'Mod', 'DmV', 'Lang', 'DevType', 'OEM', 'FwV', 'SwV', 'HwV'];
const ACCOUNT = ['SrvID', 'SrvURI', 'Name'];
const DM_VERSION = '2.0';

/** MOM-25: the required nodes of DevInfo and DM Account (protocol facts, section 10), and DmV; PKG-23: DevID is the device's name in OMADM-DevID. */
export const standardObjects = oracle({
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
      const done = run.commands.filter((command) => readingOf(command, run, text) !== undefined);
      const seenNow = [...known, ...done.map(({ command }) => command.clientUris[0] ?? '')];
      for (const command of run.commands) {
        const [uri = ''] = command.command.clientUris;
        const name = wanted.get(uri);
        if (name === undefined || command.command.clientUris.length !== 1) continue;
        const object = uri.slice(0, -name.length);
        const isThere = seenNow.some((other) => wanted.has(other) && other.startsWith(object));
        found.push(...requiredNode(run, command, name, isThere));
        const one = readingOf(command, run, text);
        if (one === undefined) continue;
        known.add(uri);
        if (name === 'DmV') found.push(...version(run, command, leafValue(one)));
        if (name === 'DevID') found.push(...sameDevice(run, command, leafValue(one)));
      }
      if (known.size === wanted.size && size < known.size)
        found.push(held('MOM-25', 'All required nodes were read.', run.session, [run.three.request, run.response]));
      return found;
    };
  },
});

const UPLOADS: ReadonlySet<string | undefined> = new Set(['HPUT', 'HPOST']);

/**
 * Judged on uploads: that nothing was sent bears out the status, which may have lost its place (ORD-10), or tell of the repository. Where nothing of the
 * object can be read, its address may be another one.
 */
function requiredNode(
  run: FullyAnsweredRun,
  command: AnsweredCommand,
  name: string,
  isThere: boolean,
): readonly Observed[] {
  const { sc } = command.status;
  if (!failed(command) || !UPLOADS.has(command.command.name) || command.exchanges.length > 0) return NOTHING;
  const message = `${name} is answered ${sc}.${
    isThere
      ? ''
      : ' Nothing of that object can be read: the statement says where it is (`nodes.devInfo`, `nodes.account`).'
  }`;
  if (!isThere || sc !== 404 || mayBeSkipped(run, command.index) || !reaches(run, command))
    return [unclear('MOM-25', message, run.session, eventsOf(run, command))];
  const details = { expected: 'the node that every such object has', actual: `${sc}` };
  return [violated('MOM-25', message, run.session, eventsOf(run, command), details)];
}

/** Another upload of the package came to the same origin: so this one, which did not come, was not lost on the way. */
function reaches(run: ReportedRun, command: CommandRun): boolean {
  const origin = addressOf(command.command.serverUri)?.authority;
  return run.commands.some(
    (other) =>
      isUpload(other.command) &&
      addressOf(other.command.serverUri)?.authority === origin &&
      served(other.exchanges[0]) !== undefined,
  );
}

function version(run: ReportedRun, command: CommandRun, value: string | undefined): readonly Observed[] {
  if (value === undefined || value === DM_VERSION) return NOTHING;
  const details = { expected: DM_VERSION, actual: value };
  return [violated('MOM-25', `DmV is ${value}.`, run.session, eventsOf(run, command), details)];
}

function sameDevice(run: ReportedRun, command: CommandRun, value: string | undefined): readonly Observed[] {
  const events = [...eventsOf(run, command), run.session.one];
  const named = run.session.device;
  if (value === undefined || named === undefined)
    return [unclear('PKG-23', 'DevID or OMADM-DevID could not be read as one value.', run.session, events)];
  const details = { expected: `OMADM-DevID: ${value}`, actual: `OMADM-DevID: ${named}` };
  if (value === named) return [held('PKG-23', `DevID is ${value}, as in OMADM-DevID.`, run.session, events, details)];
  return [violated('PKG-23', 'OMADM-DevID is not DevInfo/DevID.', run.session, events, details)];
}
