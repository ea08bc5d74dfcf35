import type { Observed } from '../model/finding.js';
import { parseClientUri } from '../protocol/client-uri.js';
import { validatorsIn } from '../protocol/validators.js';
import { BoundedMap } from '../session/bounded.js';
import type { CommandRun, ReportedRun, Session } from '../session/observation.js';
import type { TraceEvent } from '../trace/event.js';
import { answeredInFull, codeOf, dataOf, label, plainUri, succeeded } from './common.js';
import { isEmpty } from './knowledge.js';
import { NOTHING, oracle } from './oracle.js';
import { lies, mayBeSkipped } from './readings.js';
import { held, unclear, violated } from './say.js';

const MOST_INSTANCES = 64;
const MOST_DATA = 65_536;

/** The validator that a GET of an instance brought last. */
interface Given {
  readonly validator: string;
  readonly run: ReportedRun;
  /** The data that came with it, as far as it can be kept. */
  readonly data: string;
  /** A command that changed the instance since. */
  readonly changed: CommandRun | undefined;
}

type Instances = Map<string, Given>;

/**
 * STA-10: a read with a valid cache validator is 304 without data; MOM-21: one with a stale validator gets the data; MOM-29: the validator changes with
 * the instance (TS 11). Judged where the client gave a validator at all.
 */
export const validatorsHold = oracle({
  name: 'management-objects/validators-hold',
  on: 'client',
  requirements: ['STA-10', 'MOM-21', 'MOM-29'],
  sees: ['three'],
  create: () => {
    const sessions = new WeakMap<Session, Instances>();
    return (seen) => {
      const run = answeredInFull(seen);
      if (run === undefined) return NOTHING;
      const known: Instances = sessions.get(run.session) ?? new BoundedMap<string, Given>(MOST_INSTANCES);
      sessions.set(run.session, known);
      return run.commands.flatMap((command) => judge(run, command, known));
    };
  },
});

function judge(run: ReportedRun, command: CommandRun, known: Instances): readonly Observed[] {
  const { name, standing, clientUris } = command.command;
  const [text] = clientUris;
  const code = codeOf(command);
  if (standing !== 'well-formed' || text === undefined || code === undefined) return NOTHING;
  if (name !== 'GET') {
    // What an EXEC changes, and whether it changes anything, only the device knows.
    if (name === 'EXEC') known.clear();
    if ((name === 'HGET' || name === 'DELETE') && succeeded(command)) changed(command, text, known);
    return NOTHING;
  }
  const { cv } = parseClientUri(text).uri ?? {};
  const root = plainUri(text.split('?')[0] ?? text);
  const given = known.get(root);
  const found = cv === undefined || given === undefined ? [] : withValidator(run, command, { cv, sc: code }, given);
  const [validator] = validatorsIn(dataOf(command));
  if (validator === undefined || !succeeded(command)) return found;
  const data = JSON.stringify(dataOf(command)).slice(0, MOST_DATA);
  if (given?.changed !== undefined) found.push(...afterChange(run, command, { validator, data }, given));
  known.set(root, { validator, run, data, changed: undefined });
  return found;
}

function changed(command: CommandRun, text: string, known: Instances): void {
  for (const [root, given] of known) if (lies(plainUri(text), root)) known.set(root, { ...given, changed: command });
}

function withValidator(
  run: ReportedRun,
  command: CommandRun,
  { cv, sc }: { readonly cv: string; readonly sc: number },
  given: Given,
): Observed[] {
  const events = [run.three.request, run.response, given.run.three.request];
  const message = `${label(command.command)} is answered ${sc}`;
  const hasData = Object.values(dataOf(command)).some((value) => !isEmpty(value));
  if (sc >= 400 && mayBeSkipped(run, command.index)) return [];
  if (cv !== given.validator) return [stale(run, message, sc, hasData, events)];
  if (given.changed !== undefined) return [];
  const details = { expected: '304 and no data', actual: `${sc}${hasData ? ' with data' : ''}` };
  if (sc === 304 && !hasData) return [held('STA-10', `${message} without data.`, run.session, events, details)];
  const [now] = validatorsIn(dataOf(command));
  if (sc === 200 && now !== undefined && now !== cv)
    return [unclear('STA-10', `${message}: the instance changed by itself meanwhile.`, run.session, events)];
  return [
    violated(
      'STA-10',
      `${message}${hasData ? ' with data' : ''}, though the validator is valid.`,
      run.session,
      events,
      details,
    ),
  ];
}

function stale(
  run: ReportedRun,
  message: string,
  sc: number,
  hasData: boolean,
  events: readonly (TraceEvent | undefined)[],
): Observed {
  const details = { expected: '200 with the data', actual: `${sc}${hasData ? ' with data' : ''}` };
  const good = sc >= 200 && sc < 300 && hasData;
  return (good ? held : violated)(
    'MOM-21',
    `${message}, with a validator that the client did not give.`,
    run.session,
    events,
    details,
  );
}

function afterChange(
  run: ReportedRun,
  command: CommandRun,
  { validator, data }: Pick<Given, 'validator' | 'data'>,
  given: Given,
): Observed[] {
  const events = [run.three.request, run.response, given.run.three.request];
  const message = `After ${label(given.changed?.command ?? command.command)} the validator is`;
  const details = { expected: `another than ${given.validator}`, actual: validator };
  if (validator !== given.validator) return [held('MOM-29', `${message} another.`, run.session, events, details)];
  // What was written is what was there.
  if (data === given.data) return [];
  return [violated('MOM-29', `${message} the same.`, run.session, events, details)];
}
