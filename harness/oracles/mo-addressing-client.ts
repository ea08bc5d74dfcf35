import type { Observed } from '../model/finding.js';
import { parseClientUri } from '../protocol/client-uri.js';
import type { CommandRun, ReportedRun } from '../session/observation.js';
import { answeredInFull, failed, label, plainUri, requestOf, soleUri, succeeded } from './common.js';
import { NOTHING, oracle } from './oracle.js';
import { holds, leafValue, type Reading, Readings, readingOf } from './readings.js';
import { absent, held, unclear, violated } from './say.js';

/** One of the address examples of TS 6: the text after the MOID, and the real names of leaves that it must show. */
interface Vector {
  readonly id: string;
  readonly after: string;
  /** Undefined: it resolves to nothing. */
  readonly shows: readonly string[] | undefined;
  /** A client may do without this way of addressing. */
  readonly optional: boolean;
}

const LEFT = ['/left/Setting', '/left/Data/1/Value', '/left/Data/2/Value'];
const RIGHT = ['/right/Setting', '/right/Data/1/Value', '/right/Data/2/Value'];
const VALUES = [...LEFT.slice(1), ...RIGHT.slice(1)];
/** Where the object of the nv field may stand for its root (D-25). */
const ID_ALONE = 'Temperature';

function vector(id: string, after: string, shows?: readonly string[], optional = true): Vector {
  return { id, after, shows, optional };
}

/** Kept as a table on purpose: what the addresses mean is not worked out by code that a client might share. */
const VECTORS: readonly Vector[] = [
  vector('MOM-01', '/left/', LEFT, false),
  vector('MOM-02', '//', undefined, false),
  vector('MOM-03', '/(x)/?nv=(x)/ID:Temperature', RIGHT),
  vector('MOM-04', '/(x)/Data/1/Value?nv=(x)/ID:GPS', LEFT.slice(1, 2)),
  vector('MOM-05', '/right/Data/(x)/Value?nv=(x)/Date:12.1', RIGHT.slice(1, 2)),
  vector('MOM-06', '/(x)/Data/(y)/Value?nv=(x)/ID:GPS&nv=(y)/Date:12.2', LEFT.slice(2)),
  vector('MOM-07', '/*/Setting', ['/left/Setting', '/right/Setting']),
  vector('MOM-08', '/(x)/Data/*/Value?nv=(x)/ID:GPS', LEFT.slice(1)),
  vector('MOM-09', '/(x)/Data/*/Value?nv=(x)/ID:GPS&nv=(x)/Setting:0xB2'),
  vector('MOM-10', '/*/Data/*/Value', VALUES),
];
/** The address of MOM-09 with one of its two fields: a client that reads it can do all that MOM-09 takes. */
const ONE_FIELD = '/(x)/Data/*/Value?nv=(x)/ID:GPS';
const BY_NAME: readonly string[] = [...LEFT, ...RIGHT];
/** Values of nodes that an instance holds beside these. */
const BESIDE: ReadonlySet<string> = new Set(['GPS', 'Temperature', '12.1', '12.2']);

const READING: ReadonlySet<string | undefined> = new Set(['GET', 'HPUT', 'HPOST']);

interface Case {
  readonly vector: Vector;
  readonly command: CommandRun;
  /** Code of its status. */
  readonly sc: number;
  readonly run: ReportedRun;
  readonly moid: string;
  /** What was read of the same MO by real names before, by the text after the MOID. */
  readonly known: (after: string) => Reading | undefined;
}

/** MOM-01 to MOM-10: each kind of address reads what real names read, and nothing else (TS 6). */
export const addressesResolve = oracle({
  name: 'management-objects/addresses-resolve',
  on: 'client',
  requirements: VECTORS.map(({ id }) => id),
  sees: ['three'],
  create: ({ text }) => {
    const readings = new Readings();
    return (seen) => {
      const run = answeredInFull(seen);
      if (run === undefined) return NOTHING;
      const found: Observed[] = [];
      for (const command of run.commands) {
        const uri = soleUri(command.command);
        if (uri === undefined || !READING.has(command.command.name)) continue;
        const moid = parseClientUri(uri).uri?.moid ?? '';
        const fitting = VECTORS.find(({ after }) => `${moid}${after}` === uri);
        const { sc } = command.status;
        if (fitting === undefined || sc === undefined) continue;
        const before = readings.before(run, command.index);
        const known = (after: string) =>
          before.get(plainUri(`${moid}${after}`)) ?? readAlready(run, command, after, moid);
        found.push(...judge({ vector: fitting, command, sc, run, moid, known }, readingOf(command, run, text)));
      }
      readings.learn(run, text);
      return found;
    };

    function readAlready(run: ReportedRun, until: CommandRun, after: string, moid: string): Reading | undefined {
      const earlier = run.commands
        .slice(0, until.index)
        .findLast(({ command }) => command.clientUris[0] === `${moid}${after}`);
      return earlier && readingOf(earlier, run, text);
    }
  },
});

function judge(one: Case, read: Reading | undefined): readonly Observed[] {
  const {
    vector: { id, shows, optional },
    command,
    sc,
    run,
  } = one;
  const events = [requestOf(run, command), run.response, run.three.request];
  if (sc === 501 && command.command.name === 'GET')
    return [absent(id, 'The client has no GET (501).', run.session, events)];
  if (shows === undefined) return judgeNothing(one);
  const unread = shows.filter((name) => leafValue(one.known(name)) === undefined);
  if (unread.length === shows.length || (unread.length > 0 && id !== 'MOM-01' && id !== 'MOM-03')) {
    const message = `${unread.join(', ')} could not be read by real name, so there is nothing to compare with.`;
    return [unclear(id, message, run.session, events)];
  }
  if (failed(command)) {
    const message = `${label(command.command)} is answered ${sc}.`;
    if (optional) return [absent(id, message, run.session, events)];
    return [violated(id, message, run.session, events, { expected: 'the data of that instance', actual: `${sc}` })];
  }
  return read === undefined || !succeeded(command) ? NOTHING : compare(one, shows, read);
}

/** The data against what real names read: all that it must show, and nothing of the nodes that it does not address. */
function compare(one: Case, shows: readonly string[], read: Reading): readonly Observed[] {
  const {
    vector: { id },
    command,
    run,
  } = one;
  const events = [requestOf(run, command), run.response, run.three.request];
  const valueAt = (name: string) => leafValue(one.known(name));
  const wanted = shows.flatMap((name) => valueAt(name) ?? []);
  const others = BY_NAME.flatMap((name) => {
    const value = valueAt(name);
    return shows.includes(name) || value === undefined ? [] : [{ name, value }];
  });
  const telling = others.filter(({ value }) => ![...wanted, ...BESIDE].includes(value));
  const leaked = telling.filter(({ value }) => holds(read, value)).map(({ name }) => name);
  const rootIsId = id === 'MOM-03' && leafValue(read) === ID_ALONE;
  const missing = rootIsId ? [] : wanted.filter((value) => !holds(read, value));
  const details = { expected: wanted.join(', '), actual: [...read.values].slice(0, 12).join(', ') || 'no value' };
  if (missing.length > 0 && leaked.length === 0 && read.json === undefined) {
    return [unclear(id, 'The data is in no form in which single values can be told.', run.session, events)];
  }
  if (missing.length > 0 || leaked.length > 0) {
    const message = leaked.length > 0 ? `reads ${leaked.join(', ')}, too` : `does not read all of ${shows.join(', ')}`;
    return [violated(id, `${label(command.command)} ${message}.`, run.session, events, details)];
  }
  if (telling.length === 0) {
    const message = 'The nodes of the example object do not differ in value, so it cannot be told which were read.';
    return [unclear(id, message, run.session, events)];
  }
  return [held(id, `${label(command.command)} reads what real names read.`, run.session, events, details)];
}

function judgeNothing(one: Case): readonly Observed[] {
  const {
    vector: { id, optional },
    command,
    sc,
    run,
    moid,
  } = one;
  const events = [requestOf(run, command), run.response, run.three.request];
  const message = `${label(command.command)} is answered ${sc}.`;
  if (optional) {
    const like = one.known(ONE_FIELD);
    if (like === undefined) return [absent(id, `${moid}${ONE_FIELD} is not read, either.`, run.session, events)];
  } else if (['/left/Setting', '/right/Setting'].some((name) => one.known(name) === undefined)) {
    return [unclear(id, 'Not both instances could be read by their real names.', run.session, events)];
  }
  const details = { expected: 'an error, and nothing sent', actual: `${sc}` };
  if (failed(command) && command.exchanges.length === 0) return [held(id, message, run.session, events, details)];
  // Done without anything sent, it is the status that is not true (STA-16).
  if (command.command.name !== 'GET' && command.exchanges.length === 0) return NOTHING;
  return [violated(id, message, run.session, events, details)];
}
