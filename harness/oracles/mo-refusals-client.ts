import type { Observed } from '../model/finding.js';
import { parseClientUri } from '../protocol/client-uri.js';
import { pushBounded } from '../session/bounded.js';
import type { CommandRun, ReportedRun, Session } from '../session/observation.js';
import type { TraceEvent } from '../trace/event.js';
import { answeredInFull, codeOf, failed, isUpload, label, plainUri, requestOf, succeeded } from './common.js';
import { type Act, acts } from './mo-acts.js';
import { NOTHING, oracle } from './oracle.js';
import { leafValue, lies, mayBeSkipped, type Reading, Readings, readingOf } from './readings.js';
import { held, violated } from './say.js';

/** Attempts kept for each session; the harness's own plans stay far below. */
const MOST_ATTEMPTS = 16;
const NOT_IMPLEMENTED = 501;

type Details = Parameters<typeof held>[4];

/** A command that must have changed nothing, and what was read before it of the nodes that it could have changed. */
interface Attempt {
  readonly id: string;
  readonly command: CommandRun;
  readonly run: ReportedRun;
  readonly sc: number;
  readonly before: ReadonlyMap<string, string>;
  readonly details: Details;
}

function events(run: ReportedRun, command: CommandRun, more?: TraceEvent): readonly (TraceEvent | undefined)[] {
  return [requestOf(run, command), run.three.request, run.response, more];
}

/**
 * STA-07: DELETE of a permanent node is 405 and the node stays (TS 6); STA-15: a command without the right to it is refused and changes nothing, shown at
 * DevInfo, which no server may change (TS 5.3); MOM-20: an address of nothing, or of several nodes where one is needed, is an error and changes nothing
 * (TS 6, D-23); MOM-27: EXEC of a node that is not executable is refused.
 */
export const refusalsChangeNothing = oracle({
  name: 'management-objects/refusals-change-nothing',
  on: 'client',
  requirements: ['STA-07', 'STA-15', 'MOM-20', 'MOM-27'],
  sees: ['three'],
  create: ({ header, book, text }) => {
    const { permanent, devInfo } = header.statement.nodes;
    const readings = new Readings();
    const attempts = new WeakMap<Session, Attempt[]>();
    return (seen) => {
      const run = answeredInFull(seen);
      if (run === undefined) return NOTHING;
      const pending = attempts.get(run.session) ?? [];
      attempts.set(run.session, pending);
      const found: Observed[] = run.commands.flatMap((command) => readBack(command, run, pending, text));
      const before = readings.of(run.session);
      for (const act of acts(run)) {
        found.push(...executed(run, act, before));
        const attempt = attemptOf(act, run, before);
        if (attempt === undefined) continue;
        const said = answer(attempt);
        if (said !== undefined) found.push(said);
        else pushBounded(pending, attempt, MOST_ATTEMPTS);
      }
      readings.learn(run, text);
      return found;
    };

    function executed(
      run: ReportedRun,
      { command, uri, sc }: Act,
      before: ReadonlyMap<string, Reading>,
    ): readonly Observed[] {
      if (command.command.name !== 'EXEC') return NOTHING;
      const id = book.isAbsent(uri)
        ? 'MOM-20'
        : lies(uri, plainUri(devInfo)) || uri.startsWith(devInfo)
          ? 'MOM-27'
          : undefined;
      const isThere = before.has(plainUri(uri)) || run.commands.slice(0, command.index).some((one) => reads(one, uri));
      if (id === undefined || (id === 'MOM-27' && !isThere)) return NOTHING;
      const message = `${label(command.command)} is answered ${sc}.`;
      const details = { expected: 'an error status', actual: `${sc}` };
      return [(failed(command) ? held : violated)(id, message, run.session, events(run, command), details)];
    }

    function attemptOf(
      { command, uri, sc }: Act,
      run: ReportedRun,
      before: ReadonlyMap<string, Reading>,
    ): Attempt | undefined {
      const { name } = command.command;
      const base = { command, run, sc };
      // That a client has no DELETE at all is the matter of FLW-10.
      if (name === 'DELETE' && sc === NOT_IMPLEMENTED) return undefined;
      if (name === 'DELETE' && uri === permanent) {
        const values = valuesAt(before, (one) => one === plainUri(uri));
        return { ...base, id: 'STA-07', before: values, details: { expected: '405, and the node stays', actual: '' } };
      }
      if (name !== 'HGET' && name !== 'DELETE') return undefined;
      if (uri.startsWith(devInfo) && !book.isAbsent(uri)) {
        const values = valuesAt(before, (one) => one === plainUri(uri));
        return { ...base, id: 'STA-15', before: values, details: { expected: 'an error, and no change', actual: '' } };
      }
      const needsOne = several(uri, name);
      if (needsOne === undefined) return undefined;
      const values = valuesAt(before, (one) => namedBy(uri, one));
      const open = needsOne === 'several' ? { decision: 'D-23' } : {};
      return {
        ...base,
        id: 'MOM-20',
        before: values,
        details: { expected: 'an error, and no change', actual: '', ...open },
      };
    }
  },
});

function reads(one: CommandRun, uri: string): boolean {
  const { command, exchanges } = one;
  const done = (codeOf(one) ?? Number.POSITIVE_INFINITY) < 300 && exchanges.length > 0;
  return done && isUpload(command) && command.clientUris[0] === uri;
}

/** Single values that were read by real names. */
function valuesAt(before: ReadonlyMap<string, Reading>, fits: (uri: string) => boolean): ReadonlyMap<string, string> {
  const entries = [...before.values()].flatMap((one) =>
    fits(one.uri) ? [[one.uri, leafValue(one) ?? one.text] as const] : [],
  );
  return new Map(entries);
}

/** `nothing`: an empty instance name; `several`: a wildcard where HGET needs one node (D-23). Which it is, what was read by real names must bear out. */
function several(text: string, name: string): 'nothing' | 'several' | undefined {
  const { uri, problems } = parseClientUri(text);
  if (uri === undefined || problems.length > 0 || uri.path.length === 0) return undefined;
  if (uri.instance.kind === 'only') return 'nothing';
  return uri.instance.kind === 'any' && name === 'HGET' ? 'several' : undefined;
}

/** Whether a real name is among those that an address with an empty instance or a wildcard for it could mean. */
function namedBy(address: string, real: string): boolean {
  const meant = parseClientUri(address).uri;
  const named = parseClientUri(real).uri;
  if (meant === undefined || named?.moid !== meant.moid || named.instance.kind !== 'name') return false;
  const names = (path: typeof meant.path) =>
    path.map((segment) => (segment.kind === 'any' ? '*' : segment.name)).join('/');
  return names(meant.path) === names(named.path);
}

/** What the status alone decides; undefined when reading back must show the rest. */
function answer({ id, command, run, sc, before, details }: Attempt): Observed | undefined {
  const enough = id === 'MOM-20' ? before.size > 1 : before.size > 0;
  const message = `${label(command.command)} is answered ${sc}.`;
  // Of an address that may mean one node after all nothing can be said.
  if (!enough) return undefined;
  const bad = id === 'STA-07' ? sc !== 405 && !mayBeSkipped(run, command.index) : succeeded(command);
  if (!bad) return undefined;
  return violated(id, message, run.session, events(run, command), { ...details, actual: `${sc}` });
}

/** A later reading of a node that a refused command could have changed. */
function readBack(
  command: CommandRun,
  run: ReportedRun,
  pending: readonly Attempt[],
  text: Parameters<typeof readingOf>[2],
): readonly Observed[] {
  const [uri] = command.command.clientUris;
  if (uri === undefined) return NOTHING;
  return pending.flatMap((attempt) => {
    const was = attempt.before.get(plainUri(uri));
    const enough = attempt.id === 'MOM-20' ? attempt.before.size > 1 : true;
    if (was === undefined || !enough) return [];
    const message = `After ${label(attempt.command.command)}, answered ${codeOf(attempt.command)},`;
    const about = events(run, command, attempt.run.response);
    const one = readingOf(command, run, text);
    if (one !== undefined) {
      const value = leafValue(one) ?? one.text;
      const stays = attempt.id === 'STA-07' || value === was;
      const details = { ...attempt.details, actual: value };
      if (stays) return [held(attempt.id, `${message} ${uri} is as before.`, run.session, about, { ...details })];
      return [violated(attempt.id, `${message} ${uri} holds another value.`, run.session, about, details)];
    }
    if (codeOf(command) !== 404 || mayBeSkipped(run, command.index)) return [];
    const details = { ...attempt.details, actual: 'no such node' };
    return [violated(attempt.id, `${message} ${uri} is gone.`, run.session, about, details)];
  });
}
