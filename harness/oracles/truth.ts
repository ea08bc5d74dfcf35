import type { Observed } from '../model/finding.js';
import { readMoSerialization } from '../protocol/mo-data.js';
import type { SeenCommand } from '../protocol/packages.js';
import { marksIn } from '../session/marks.js';
import type { CommandRun, ReportedRun, Session } from '../session/observation.js';
import type { BodyRecord, TraceEvent } from '../trace/event.js';
import {
  answered,
  answeredInFull,
  codeOf,
  dataOf,
  type FullyAnsweredRun,
  failed,
  isTransfer,
  isUpload,
  label,
  placesOf,
  requestOf,
  served,
  succeeded,
} from './common.js';
import { wasCut } from './content-common.js';
import { isBelowDeleted, isEmpty, Knowledge, type KnownNode, type Read, showsNothing } from './knowledge.js';
import { NOTHING, oracle } from './oracle.js';
import { absent, held, violated } from './say.js';
import { skippedUnder } from './skipped.js';
import { Strays } from './strays.js';

/** Reads that must wait for a later package before it is clear whom a mismatch belongs to. */
interface Doubt {
  readonly read: Read;
  readonly known: KnownNode;
  readonly run: ReportedRun;
}

interface Memory {
  /** A planted value was read back at least once: this client's data is readable to us. */
  readable: boolean;
  readonly doubts: Map<string, Doubt>;
  /** Nodes of which a change was seen to have been done, by the command: what comes to the node later does not make their status untrue. */
  readonly done: WeakMap<CommandRun, Set<string>>;
}

/**
 * ORD-03: a later command sees what an earlier one did (CR 6.2-4); STA-16: 200 is said only of what was done (CR 6.2-5);
 * STA-14: after a failed HGET the tree is as before (TS 5.3). All three are decided by reading back values that the harness planted.
 */
export const readsBack = oracle({
  name: 'status/reads-back',
  on: 'client',
  requirements: ['ORD-03', 'STA-16', 'STA-14', 'STA-06', 'STA-12', 'STA-18'],
  sees: ['two', 'side', 'three'],
  create: ({ header, book, text }) => {
    const knowledge = new Knowledge(text);
    /** Whether the client is known to have GET: one that it does not have may be answered by any error (D-05). */
    let hasGet = header.statement.commands?.includes('GET') === true;
    const strays = new Strays();
    const memories = new WeakMap<Session, Memory>();
    return (seen) => {
      strays.see(seen);
      const run = answered(seen);
      if (run === undefined) return NOTHING;
      const memory = memories.get(run.session) ?? {
        readable: false,
        doubts: new Map<string, Doubt>(),
        done: new WeakMap<CommandRun, Set<string>>(),
      };
      memories.set(run.session, memory);
      const reads = knowledge.learn(run);
      // With a status too few or too many nobody knows which is whose (STA-01).
      const full = answeredInFull(seen);
      if (full === undefined) return NOTHING;
      const found = claims(full, strays, (uri) => book.isUnreachable(uri));
      hasGet ||= full.commands.some((one) => one.command.name === 'GET' && succeeded(one));
      for (const read of reads) {
        const lacking = !hasGet && read.command.command.name === 'GET';
        if (read.known !== undefined && !lacking) found.push(...judgeRead(full, read, read.known, memory));
        if (read.command.command.name === 'GET') found.push(...judgeGet(full, read, knowledge.nodes(run.session)));
      }
      return found.concat(absentNodes(full, (uri) => book.isAbsent(uri), hasGet));
    };
  },
});

/**
 * What the statuses claim against what the repository saw. What a package left out while the rest of it came is charged elsewhere (`skippedUnder`), and so is
 * a transfer that came to another URI (CDL-01, 02, 03, 09) and a fetch that was cut (CDL-13).
 */
function claims(run: ReportedRun, strays: Strays, unreachable: (uri: string | undefined) => boolean): Observed[] {
  const found: Observed[] = [];
  for (const command of run.commands) {
    if (!isTransfer(command.command) || wasCut(command)) continue;
    if (strays.insteadOf(command, run) !== undefined) continue;
    // The last one counts: one that answers a challenge follows another (D-19).
    const exchange = command.exchanges.at(-1);
    const events = [run.three.request, exchange?.request, exchange?.response, run.response];
    const isUnreached = unreachable(command.command.serverUri);
    if (!isUnreached && skippedUnder(run, command) !== undefined) continue;
    const reached = isUnreached ? false : exchange !== undefined;
    const lost = !reached || exchange?.response?.defect !== undefined || (exchange?.response?.status ?? 0) >= 400;
    if (command.command.name === 'HGET' && lost && succeeded(command)) {
      const id = exchange === undefined && !isUnreached ? 'STA-16' : 'STA-14';
      found.push(
        violated(
          id,
          `${label(command.command)} is said to be done, but ${exchange?.response === undefined ? 'nothing was fetched' : `the repository answered ${exchange.response.status}${exchange.response.defect === undefined ? '' : ' and was cut'}`}.`,
          run.session,
          events,
          {
            expected: 'an error status',
            actual: `${codeOf(command)}`,
          },
        ),
      );
    } else if (isUpload(command.command) && succeeded(command) && exchange === undefined) {
      found.push(
        violated(
          'STA-16',
          `${label(command.command)} is said to be done, but nothing came to that URI.`,
          run.session,
          events,
          {
            expected: 'the transfer, or an error status',
            actual: `${codeOf(command)} and no transfer`,
          },
        ),
      );
    }
  }
  return found;
}

function judgeRead(run: ReportedRun, read: Read, known: KnownNode, memory: Memory): readonly Observed[] {
  const sc = read.code;
  if (sc === 501) return NOTHING;
  if (showsNothing(read)) return NOTHING;
  if (known.gone && read.status === 'error')
    return [...goneStatus(run, read), ...settleDoubt(run, read, known, memory)];
  if (read.command.command.name === 'DELETE') return goneStatus(run, read);
  // What a cut fetch left there is CDL-13's.
  if (!known.gone && known.failedSince !== undefined && wasCut(known.failedSince)) return NOTHING;
  const matches = known.gone ? false : [...read.marks].some((mark) => known.marks.has(mark));
  if (matches) memory.readable = true;
  const decided = known.gone
    ? read.status === 'data'
    : read.status === 'error'
      ? sc === 404
      : memory.readable || read.marks.size > 0;
  const events = [requestOf(run, read.command), run.response, run.three.request];
  if (matches && known.failedSince !== undefined) {
    return [held('STA-14', 'After the failed HGET the node holds what it held before.', run.session, events)];
  }
  if (matches) {
    const id = known.round === run.number ? 'ORD-03' : 'STA-16';
    const message =
      id === 'ORD-03'
        ? 'A later command of the package saw what an earlier one did.'
        : 'Reading back shows what the status said.';
    memory.done.set(known.command, (memory.done.get(known.command) ?? new Set<string>()).add(known.uri));
    return [held(id, message, run.session, events), ...settleDoubt(run, read, known, memory)];
  }
  if (!decided) return NOTHING;
  const details = {
    expected: known.gone ? 'no such node' : `the value set by ${label(known.command.command)}`,
    actual: read.status === 'error' ? `status ${sc}` : [...read.marks].join(', ') || 'other data',
  };
  if (known.failedSince !== undefined && !known.gone) {
    return [
      violated(
        'STA-14',
        `The failed ${label(known.failedSince.command)} changed the node.`,
        run.session,
        events,
        details,
      ),
    ];
  }
  if (known.round === run.number) {
    memory.doubts.set(known.uri, { read, known, run });
    return NOTHING;
  }
  memory.doubts.delete(known.uri);
  if (memory.done.get(known.command)?.has(known.uri) === true) return NOTHING;
  // What stands below a deleted node is MOM-14's.
  if (isBelowDeleted(known)) return NOTHING;
  const message = `${label(known.command.command)} was said to be done, but reading back shows that it was not.`;
  return [violated('STA-16', message, run.session, events, details)];
}

/** A mismatch within one package is ORD-03's once a later package shows that the change did happen. */
function settleDoubt(run: ReportedRun, read: Read, known: KnownNode, memory: Memory): readonly Observed[] {
  const doubt = memory.doubts.get(known.uri);
  if (known.gone && known.round === run.number && doubt === undefined && read.command.command.name !== 'DELETE') {
    return [
      held('ORD-03', 'A read after the DELETE of the same package found the node gone.', run.session, [
        run.three.request,
        run.response,
      ]),
    ];
  }
  if (doubt === undefined || doubt.known.round === run.number) return NOTHING;
  memory.doubts.delete(known.uri);
  const request = requestOf(doubt.run, doubt.read.command);
  return [
    violated(
      'ORD-03',
      `${label(doubt.read.command.command)} did not see what ${label(known.command.command)} had done before it in the package.`,
      run.session,
      [request, doubt.run.response],
      {
        expected: known.gone ? 'no such node' : 'the new value',
        actual: [...doubt.read.marks].join(', ') || 'the state before',
      },
    ),
  ];
}

/** STA-06 for a node that was deleted (TS 5.3). */
function goneStatus(run: ReportedRun, read: Read): readonly Observed[] {
  const sc = read.code;
  if (sc !== 404 && mayBeSkipped(run, read.command.index, sc)) return NOTHING;
  const message = `${label(read.command.command)}, of a node that was deleted, is answered ${sc}.`;
  const details = { expected: '404', actual: `${sc}` };
  return [(sc === 404 ? held : violated)('STA-06', message, run.session, [run.three.request, run.response], details)];
}

/** STA-06 for a node that never was. */
function absentNodes(run: FullyAnsweredRun, isAbsent: (uri: string) => boolean, hasGet: boolean): readonly Observed[] {
  const found: Observed[] = [];
  const events = [run.three.request, run.response];
  for (const { command, status, index } of run.commands) {
    const { sc } = status;
    if (sc === undefined || !readsNode(command) || !command.clientUris.slice(0, 1).some(isAbsent)) continue;
    if (command.name === 'GET' && (sc === 501 || (sc !== 404 && !hasGet && sc >= 400))) {
      found.push(absent('STA-06', `The client has no GET (${sc}).`, run.session, events));
      continue;
    }
    // That a client has not a command that every client must have is the matter of FLW-10.
    if (sc === 501) continue;
    if (sc !== 404 && mayBeSkipped(run, index, sc)) continue;
    const message = `${label(command)}, of a node that is not there, is answered ${sc}.`;
    const details = { expected: '404', actual: `${sc}` };
    found.push((sc === 404 ? held : violated)('STA-06', message, run.session, events, details));
  }
  return found;
}

const READING: ReadonlySet<string | undefined> = new Set(['GET', 'HPUT', 'HPOST', 'DELETE']);

/** A command in good form that cannot be done without the node it names. */
function readsNode(command: SeenCommand): boolean {
  return command.standing === 'well-formed' && READING.has(command.name);
}

/** A client that stops after a failed command gives the ones after it an error of its own choice (D-05, open). */
function mayBeSkipped(run: ReportedRun, index: number, sc: number): boolean {
  return sc >= 400 && run.commands.slice(0, index).some(failed);
}

/** STA-12: data that was asked for comes with the status; STA-18: the addressed node and nothing else (CR 6.2-5). */
function judgeGet(run: FullyAnsweredRun, read: Read, nodes: ReadonlyMap<string, KnownNode>): readonly Observed[] {
  const { command, known, code } = read;
  if (failed(command) && code !== 501) return NOTHING;
  const events = [run.three.request, run.response];
  if (code === 501) {
    return ['STA-12', 'STA-18'].map((id) => absent(id, 'The client has no GET (501).', run.session, events));
  }
  if (code === 304 || known?.gone === true) return NOTHING;
  if (Object.values(dataOf(command)).every(isEmpty)) {
    return [
      violated('STA-12', `${label(command.command)} is answered ${code} without data.`, run.session, events, {
        expected: 'the data with the status',
        actual: JSON.stringify(command.status?.raw),
        // It may stand in another member of the package: where it does is open.
        ...(run.three.reading.view.hasOthers ? { decision: 'D-08' } : {}),
      }),
    ];
  }
  const found = [held('STA-12', 'The data came with the status.', run.session, events)];
  if (known === undefined) return found;
  if (![...read.marks].some((mark) => known.marks.has(mark))) return NOTHING;
  const others = [...nodes.values()].filter(
    (node) => node.uri !== known.uri && !node.uri.startsWith(`${known.uri}/`) && !node.gone,
  );
  const leak = others.find((node) => [...node.marks].some((mark) => read.marks.has(mark) && !known.marks.has(mark)));
  if (leak !== undefined) {
    found.push(
      violated('STA-18', `${label(command.command)} also returned the value of ${leak.uri}.`, run.session, events, {
        expected: 'the addressed node and nothing else',
        actual: `the value of ${leak.uri} as well`,
      }),
    );
  } else if (others.length > 0) {
    found.push(held('STA-18', 'GET returned the addressed node and none of its siblings.', run.session, events));
  }
  return found;
}

interface Creation {
  readonly elements: readonly ReadonlySet<string>[];
  readonly unread: Set<string>;
  readonly shown: Set<string>;
  readonly run: ReportedRun;
}

/** STA-03 and STA-04: HGET without a ClientURI reports where it stored, all places of them (TS 5.3). */
export const reportsPlaces = oracle({
  name: 'status/reports-places',
  on: 'client',
  requirements: ['STA-03', 'STA-04'],
  sees: ['three'],
  create: ({ text }) => {
    const creations = new WeakMap<Session, Creation>();
    return (seen) => {
      const run = answeredInFull(seen);
      if (run === undefined) return NOTHING;
      const found: Observed[] = [];
      const creation = creations.get(run.session);
      if (creation !== undefined) found.push(...readBack(run, creation, text));
      for (const command of run.commands) {
        const response = served(command.exchanges[0]);
        const places = command.command.name === 'HGET' && command.command.clientUris.length === 0;
        if (command.command.standing !== 'well-formed' || !places || response === undefined || !succeeded(command))
          continue;
        const uris = placesOf(command);
        found.push(storedWhere(run, response, uris));
        const elements = elementMarks(text(response.body));
        if (elements.length > 1 && uris.length > 0) {
          creations.set(run.session, { elements, unread: new Set(uris), shown: new Set(), run });
        }
      }
      return found;
    };
  },
});

function storedWhere(run: ReportedRun, response: TraceEvent, uris: readonly string[]): Observed {
  const events = [run.three.request, response, run.response];
  const details = { expected: 'URI with at least one address', actual: uris.join(', ') || 'none' };
  return uris.length === 0
    ? violated('STA-03', 'HGET without a ClientURI does not report where it stored.', run.session, events, details)
    : held('STA-03', 'HGET without a ClientURI reports where it stored.', run.session, events, details);
}

/** STA-04 is decided when every reported place was read: together they must show all that was delivered. */
function readBack(run: ReportedRun, creation: Creation, text: (body: BodyRecord) => string): readonly Observed[] {
  if (creation.unread.size === 0) return NOTHING;
  for (const command of run.commands) {
    const [uri] = command.command.clientUris;
    const body = command.exchanges[0]?.request.body;
    // A place that could not be read says nothing, except that nothing is there.
    const read =
      body !== undefined || codeOf(command) === 404 || (command.command.name === 'GET' && succeeded(command));
    if (uri === undefined || !read || !creation.unread.delete(uri)) continue;
    for (const mark of marksIn(body === undefined ? JSON.stringify(dataOf(command)) : text(body)))
      creation.shown.add(mark);
  }
  if (creation.unread.size > 0) return NOTHING;
  const { elements, shown } = creation;
  const stored = elements.filter((element) => [...element].some((mark) => shown.has(mark))).length;
  if (stored === 0) return NOTHING;
  const details = {
    expected: `addresses under which all ${elements.length} objects are found`,
    actual: `${stored} of them`,
  };
  const events = [creation.run.three.request, creation.run.response, run.three.request];
  return stored === elements.length
    ? [held('STA-04', 'All places are reported.', run.session, events, details)]
    : [violated('STA-04', 'HGET stored in several places and does not report them all.', run.session, events, details)];
}

/** Planted values of each element of an MO serialization. */
function elementMarks(body: string): readonly ReadonlySet<string>[] {
  const { view } = readMoSerialization(Buffer.from(body));
  return (view ?? []).map(({ data }) => marksIn(JSON.stringify(data)));
}
