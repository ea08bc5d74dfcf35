import type { Observed } from '../model/finding.js';
import { marksIn } from '../session/marks.js';
import type { ReportedRun, Session } from '../session/observation.js';
import {
  type AnsweredCommand,
  answered,
  answeredInFull,
  codeOf,
  failed,
  label,
  plainUri,
  succeeded,
} from './common.js';
import { isBelowDeleted, Knowledge, type Read, showsNothing } from './knowledge.js';
import { eventsOf } from './mo-acts.js';
import { NOTHING, type Oracle, type OracleContext, oracle } from './oracle.js';
import { holds, leafValue, lies, mayBeSkipped, Readings, readingOf } from './readings.js';
import { absent, held, unclear, violated } from './say.js';

/** MOM-12, MOM-13: GET returns the value of a leaf, and all that lies below an interior node (TS 5.3); compared with what uploads read before. */
export const getReturnsAll = oracle({
  name: 'management-objects/get-returns-all',
  on: 'client',
  requirements: ['MOM-12', 'MOM-13'],
  sees: ['three'],
  create: ({ text }) => {
    const readings = new Readings();
    return (seen) => {
      const run = answeredInFull(seen);
      if (run === undefined) return NOTHING;
      const found = run.commands.flatMap((command) => {
        const [uri] = command.command.clientUris;
        if (command.command.name !== 'GET' || command.command.standing !== 'well-formed' || uri === undefined)
          return [];
        // Only values that the harness planted: nothing but a command can have changed them.
        const below = [...readings.before(run, command.index).values()].flatMap((one) => {
          const value = leafValue(one);
          const isPlanted = value !== undefined && marksIn(value).size > 0;
          const fits = isPlanted && one.command.command.name !== 'GET' && lies(one.uri, plainUri(uri));
          return fits ? [{ uri: one.uri, value }] : [];
        });
        const wanted = below.map(({ value }) => value);
        return judgeGet(run, command, wanted, below[0]?.uri === plainUri(uri));
      });
      readings.learn(run, text);
      return found;
    };

    function judgeGet(
      run: ReportedRun,
      command: AnsweredCommand,
      wanted: readonly string[],
      isLeaf: boolean,
    ): readonly Observed[] {
      const { sc } = command.status;
      if (sc === undefined) return NOTHING;
      if (sc === 501)
        return ['MOM-12', 'MOM-13'].map((id) =>
          absent(id, 'The client has no GET (501).', run.session, eventsOf(run, command)),
        );
      const id = isLeaf ? 'MOM-12' : 'MOM-13';
      if (wanted.length === 0 || (!isLeaf && wanted.length < 2)) return NOTHING;
      if (failed(command) && mayBeSkipped(run, command.index)) return NOTHING;
      const read = readingOf(command, run, text);
      // Without any data it is STA-12 that is broken.
      if (!failed(command) && (read === undefined || read.values.size === 0)) return NOTHING;
      const missing = wanted.filter((value) => read === undefined || !holds(read, value));
      const message = `${label(command.command)} is answered ${sc}`;
      if (missing.length === 0)
        return [held(id, `${message} with all that uploads read there.`, run.session, eventsOf(run, command))];
      return [
        violated(
          id,
          `${message}, and ${missing.length} of ${wanted.length} values are missing.`,
          run.session,
          eventsOf(run, command),
          {
            expected: wanted.join(', '),
            actual: [...(read?.values ?? [])].slice(0, 12).join(', ') || 'no value',
          },
        ),
      ];
    }
  },
});

const READING: ReadonlySet<string | undefined> = new Set(['GET', 'HPUT', 'HPOST']);

interface Deleted {
  readonly uri: string;
  readonly run: ReportedRun;
  /** Values that its children held. */
  readonly children: ReadonlyMap<string, string>;
}

/** MOM-14: DELETE removes the children, too (TS 5.3); children that were delivered, or read before, are asked for again. */
export const deleteTakesChildren = oracle({
  name: 'management-objects/delete-takes-children',
  on: 'client',
  requirements: ['MOM-14'],
  sees: ['three'],
  create: ({ text }) => {
    const readings = new Readings();
    const knowledge = new Knowledge(text);
    const gone = new WeakMap<Session, Deleted>();
    return (seen) => {
      const part = answered(seen);
      const found = part === undefined ? [] : knowledge.learn(part).flatMap((read) => survivor(part, read));
      const run = answeredInFull(seen);
      if (run === undefined) return found;
      const deleted = gone.get(run.session);
      // One finding is enough for a child.
      if (deleted !== undefined && found.length === 0)
        found.push(...run.commands.flatMap((one) => childAfter(run, one, deleted, text)));
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
              `${label(command.command)} is answered ${codeOf(command)}.`,
              run.session,
              eventsOf(run, command),
            ),
          );
      }
      readings.learn(run, text);
      return found;
    };
  },
});

/** A node below one that was said to be deleted still has data. */
function survivor(run: ReportedRun, read: Read): Observed[] {
  const { command, known, status, code, uri } = read;
  const { name } = command.command;
  if (known === undefined || !isBelowDeleted(known) || known.round === run.number || name === 'DELETE') return [];
  if (status === 'error' || code === 501 || showsNothing(read)) return [];
  const message = `${uri} is answered ${code} after ${label(known.command.command)}.`;
  const details = { expected: 'no such node', actual: [...read.marks].join(', ') || 'data' };
  return [violated('MOM-14', message, run.session, eventsOf(run, command), details)];
}

function childAfter(
  run: ReportedRun,
  command: AnsweredCommand,
  deleted: Deleted,
  text: OracleContext['text'],
): readonly Observed[] {
  const {
    command: { name, clientUris },
    status: { sc },
  } = command;
  const was = deleted.children.get(plainUri(clientUris.slice(0, 1).join()));
  if (was === undefined || sc === undefined || !READING.has(name)) return NOTHING;
  const events = [...eventsOf(run, command), deleted.run.response];
  const message = `${clientUris[0]} is answered ${sc} after DELETE ${deleted.uri}.`;
  const details = { expected: 'no such node', actual: `${sc}` };
  if (failed(command)) return sc === 501 ? NOTHING : [held('MOM-14', message, run.session, events, details)];
  const read = readingOf(command, run, text);
  if (read === undefined || !holds(read, was)) return NOTHING;
  return [violated('MOM-14', message, run.session, events, { ...details, actual: 'its value as before' })];
}

export const MO_NODES_CLIENT: readonly Oracle[] = [getReturnsAll, deleteTakesChildren];
