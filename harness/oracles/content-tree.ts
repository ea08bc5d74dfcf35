import type { Observed } from '../model/finding.js';
import { parseClientUri } from '../protocol/client-uri.js';
import { readMoSerialization } from '../protocol/mo-data.js';
import { BoundedMap, pushBounded } from '../session/bounded.js';
import { marksIn } from '../session/marks.js';
import type { CommandRun, ReportedRun, Session } from '../session/observation.js';
import type { BodyRecord } from '../trace/event.js';
import {
  answered,
  codeOf,
  dataOf,
  failed,
  label,
  placesOf,
  plainUri,
  requestOf,
  served,
  soleUri,
  succeeded,
} from './common.js';
import { wasCut } from './content-common.js';
import { Knowledge, type KnownNode, type Read, showsNothing } from './knowledge.js';
import { NOTHING, type Oracle, oracle } from './oracle.js';
import { held, violated } from './say.js';

const MOST_CREATIONS = 4;
const MOST_VERIFIED = 256;

interface Memory {
  /** Nodes whose value was read back, by address: the round in which it was. */
  readonly verified: BoundedMap<string, number>;
  /** The leaf that an HGET replaced last, and whether its new value was read back. */
  replaced: { readonly node: KnownNode; read: boolean } | undefined;
}

/** CDL-11: HGET with a ClientURI replaces what was there, and only that (CR 6.2-4c). */
export const replacesOnlyThat = oracle({
  name: 'content/replaces-only-that',
  on: 'client',
  requirements: ['CDL-11'],
  sees: ['three'],
  create: ({ text }) => {
    const knowledge = new Knowledge(text);
    const memories = new WeakMap<Session, Memory>();
    return (seen) => {
      const run = answered(seen);
      if (run === undefined) return NOTHING;
      const memory = memories.get(run.session) ?? { verified: new BoundedMap(MOST_VERIFIED), replaced: undefined };
      memories.set(run.session, memory);
      const found = knowledge.learn(run).flatMap((read) => judgeSibling(run, read, memory));
      for (const node of knowledge.nodes(run.session).values()) {
        if (node.round === run.number && isReplacement(node, memory)) memory.replaced = { node, read: false };
      }
      return found;
    };
  },
});

/** The HGET went onto a node that was there. */
function isReplacement(node: KnownNode, { verified }: Memory): boolean {
  return !node.gone && node.command.command.clientUris.length === 1 && verified.has(node.uri);
}

function judgeSibling(run: ReportedRun, read: Read, memory: Memory): Observed[] {
  const { known } = read;
  // The DELETE of a node that is there reads nothing.
  if (known === undefined || known.gone) return [];
  const { replaced, verified } = memory;
  const events = [requestOf(run, read.command), run.response, run.three.request];
  const matches = [...read.marks].some((mark) => known.marks.has(mark));
  const own = replaced?.node.uri === known.uri;
  if (matches && own && [...read.marks].some((mark) => known.before.has(mark) && !known.marks.has(mark))) {
    const details = { expected: 'the new value', actual: 'the old one beside it' };
    return [
      violated('CDL-11', `${label(known.command.command)} left the old value in place.`, run.session, events, details),
    ];
  }
  if (matches) {
    if (own) replaced.read = true;
    verified.set(known.uri, run.number);
    const kept = !own && replaced?.read === true && known.round < replaced.node.round;
    return kept ? [held('CDL-11', 'The node holds the new value, its sibling what it held.', run.session, events)] : [];
  }
  const before = verified.get(known.uri);
  const told = read.status === 'data' || read.code === 404;
  if (replaced === undefined || own || before === undefined || !told || known.failedSince !== undefined) return [];
  if (before > replaced.node.round || known.round >= replaced.node.round) return [];
  const details = {
    expected: 'what it held before',
    actual: read.status === 'error' ? 'no such node' : [...read.marks].join(', ') || 'other data',
  };
  const message = `${label(replaced.node.command.command)} changed ${known.uri}, too.`;
  return [violated('CDL-11', message, run.session, events, details)];
}

/** CDL-13: HGET that is cut in mid-body has an error status and leaves the tree as it was (CR 6.2-4c). */
export const cutChangesNothing = oracle({
  name: 'content/cut-changes-nothing',
  on: 'client',
  requirements: ['CDL-13'],
  sees: ['three'],
  create: ({ text }) => {
    const knowledge = new Knowledge(text);
    /** Sessions in which a planted value was read back: their data is readable to us. */
    const readable = new WeakSet<Session>();
    return (seen) => {
      const run = answered(seen);
      if (run === undefined) return NOTHING;
      const found = run.commands
        .filter((command) => wasCut(command) && succeeded(command))
        .map((command) => {
          const events = [run.three.request, command.exchanges.at(-1)?.response, run.response];
          const details = { expected: 'an error status', actual: `${codeOf(command) ?? 0}` };
          return violated(
            'CDL-13',
            `${label(command.command)} was cut and is said to be done.`,
            run.session,
            events,
            details,
          );
        });
      for (const read of knowledge.learn(run)) {
        found.push(...afterCut(run, read, readable.has(run.session)));
        if (showsKnown(read)) readable.add(run.session);
      }
      return found;
    };
  },
});

function showsKnown({ known, marks }: Read): boolean {
  return known?.gone === false && [...marks].some((mark) => known.marks.has(mark));
}

function afterCut(run: ReportedRun, read: Read, readable: boolean): Observed[] {
  const { known, command, marks, status, code } = read;
  const cut = known?.failedSince;
  if (known === undefined || known.gone || cut === undefined || !wasCut(cut) || !failed(cut)) return [];
  const events = [requestOf(run, command), cut.exchanges.at(-1)?.response, run.response];
  if (showsKnown(read))
    return [held('CDL-13', 'After the cut the node holds what it held before.', run.session, events)];
  if (showsNothing(read)) return [];
  // Data without a planted value may be half of one, where such values can be read at all.
  if (status === 'error' ? code !== 404 : marks.size === 0 && !readable) return [];
  const details = {
    expected: 'what it held before',
    actual: status === 'error' ? 'no such node' : [...marks].join(', ') || 'other data',
  };
  return [violated('CDL-13', `${label(cut.command)} was cut and changed the node.`, run.session, events, details)];
}

interface Creation {
  readonly uri: string;
  readonly marks: ReadonlySet<string>;
  readonly command: CommandRun;
  readonly run: ReportedRun;
}

/** CDL-12: a new MO instance gets a MIID from the client, which reports it (TS 5.3). */
export const reportsInstance = oracle({
  name: 'content/reports-instance',
  on: 'client',
  requirements: ['CDL-12'],
  sees: ['three'],
  create: ({ text }) => {
    const sessions = new WeakMap<Session, Creation[]>();
    return (seen) => {
      const run = answered(seen);
      if (run === undefined) return NOTHING;
      const creations = sessions.get(run.session) ?? [];
      sessions.set(run.session, creations);
      const found = run.commands.flatMap((command) => readBack(run, command, creations, text));
      for (const command of run.commands) found.push(...created(run, command, creations, text));
      return found;
    };
  },
});

function created(
  run: ReportedRun,
  command: CommandRun,
  creations: Creation[],
  text: (body: BodyRecord) => string,
): Observed[] {
  const response = served(command.exchanges[0]);
  const [uri] = placesOf(command);
  const anywhere = command.command.name === 'HGET' && command.command.clientUris.length === 0;
  if (!anywhere || response === undefined || uri === undefined || !succeeded(command)) return [];
  const body = text(response.body);
  const { view } = readMoSerialization(Buffer.from(body));
  const [item] = view?.length === 1 ? view : [];
  if (item?.clientUri?.endsWith('//') !== true) return [];
  const wanted = parseClientUri(item.clientUri).uri;
  const told = parseClientUri(uri).uri;
  const events = [run.three.request, response, run.response];
  if (told === undefined || told.moid !== wanted?.moid) {
    const details = { expected: `an address of ${wanted?.moid ?? 'that MOID'}`, actual: uri };
    return [
      violated('CDL-12', 'The reported place is none of a new instance of that MOID.', run.session, events, details),
    ];
  }
  if (told.instance.kind !== 'name') {
    const details = { expected: 'an address with the MIID', actual: uri, atMost: 'warn' as const };
    return [violated('CDL-12', 'The reported address does not tell the MIID.', run.session, events, details)];
  }
  pushBounded(creations, { uri: plainUri(uri), marks: marksIn(body), command, run }, MOST_CREATIONS);
  return [];
}

const READING: ReadonlySet<string | undefined> = new Set(['GET', 'HPUT', 'HPOST']);

/** The reported address is read: it is either the new instance, or no instance at all. */
function readBack(
  run: ReportedRun,
  command: CommandRun,
  creations: Creation[],
  text: (body: BodyRecord) => string,
): Observed[] {
  const { name } = command.command;
  const uri = soleUri(command.command);
  const code = codeOf(command);
  if (uri === undefined || code === undefined) return [];
  const at = creations.findIndex((creation) => creation.uri === plainUri(uri));
  const creation = creations[at];
  if (name === 'DELETE' || name === 'HGET') {
    // From here on the instance may be gone, or another.
    creations.splice(
      0,
      creations.length,
      ...creations.filter((one) => !plainUri(uri).startsWith(one.uri) && !one.uri.startsWith(plainUri(uri))),
    );
    return [];
  }
  if (creation === undefined || !READING.has(name)) return [];
  const request = command.exchanges[0]?.request;
  const events = [request ?? run.three.request, creation.run.three.request, run.response];
  if (code === 404) {
    const details = { expected: 'the new instance', actual: '404' };
    return [violated('CDL-12', `Nothing is at the reported address ${uri}.`, run.session, events, details)];
  }
  const data = request === undefined ? JSON.stringify(dataOf(command)) : text(request.body);
  const shown = [...marksIn(data)].some((mark) => creation.marks.has(mark));
  return shown
    ? [held('CDL-12', 'The new instance is found under the MIID that was reported.', run.session, events)]
    : [];
}

export const CONTENT_TREE: readonly Oracle[] = [replacesOnlyThat, cutChangesNothing, reportsInstance];
