import type { Observed } from '../model/finding.js';
import { BoundedMap } from '../session/bounded.js';
import type { CommandRun, ReportedRun } from '../session/observation.js';
import { Servers } from '../session/servers.js';
import { answeredInFull, codeOf, failed, label, plainUri, soleUri } from './common.js';
import { eventsOf } from './mo-acts.js';
import { NOTHING, oracle } from './oracle.js';
import { leafValue, lies, type Reading, readingOf } from './readings.js';
import { held, violated } from './say.js';

/** Nodes remembered; the harness's own plans stay far below. */
const MOST_NODES = 256;
const NOT_FOUND = 404;

/** A change that another server was refused. */
interface Attempt {
  readonly run: ReportedRun;
  readonly command: CommandRun;
}

/**
 * MOM-23: what a server was refused for want of a right has changed nothing: the first server reads the node again, in a session of its own after that of
 * the second one (TS 5.3, D-53).
 */
export const untouchedByOthers = oracle({
  name: 'management-objects/untouched-by-others',
  on: 'client',
  requirements: ['MOM-23'],
  sees: ['three', 'event'],
  create: ({ header, text }) => {
    const servers = new Servers();
    const known = new BoundedMap<string, Reading>(MOST_NODES);
    const attempts = new Map<string, Attempt>();
    return (seen) => {
      servers.see(seen);
      if (seen.kind === 'event') {
        const { event } = seen;
        if (event.kind === 'action' && event.action.name === 'reset' && event.action.accepted)
          for (const memory of [known, attempts]) memory.clear();
        return NOTHING;
      }
      const run = header.statement.supports?.accessControl === true ? answeredInFull(seen) : undefined;
      if (run === undefined) return NOTHING;
      if (servers.accountOf(run.session) === undefined) return run.commands.flatMap((command) => first(run, command));
      for (const command of run.commands) second(run, command);
      return NOTHING;
    };

    /** What the first server reads, or changes itself. */
    function first(run: ReportedRun, command: CommandRun): readonly Observed[] {
      const uri = addressIn(command);
      if (uri === undefined) return NOTHING;
      if (isChange(command)) {
        if (!failed(command)) forget(uri);
        return NOTHING;
      }
      const now = readingOf(command, run, text);
      const before = known.get(uri);
      const attempt = attempts.get(uri);
      if (now !== undefined) known.set(uri, now);
      if (before === undefined || attempt === undefined) return NOTHING;
      attempts.delete(uri);
      return compared({ before, now, attempt, run, command });
    }

    function second(run: ReportedRun, command: CommandRun): void {
      const uri = addressIn(command);
      if (uri === undefined || !isChange(command)) return;
      if (!failed(command)) forget(uri);
      else if (known.has(uri)) attempts.set(uri, { run, command });
    }

    /** What lies at this address or is related to it. */
    function forget(uri: string): void {
      for (const memory of [known, attempts])
        for (const other of [...memory.keys()]) if (lies(other, uri) || lies(uri, other)) memory.delete(other);
    }
  },
});

function addressIn({ command }: CommandRun): string | undefined {
  const uri = soleUri(command);
  return uri === undefined ? undefined : plainUri(uri);
}

function isChange({ command }: CommandRun): boolean {
  return command.name === 'HGET' || command.name === 'DELETE';
}

interface Comparison {
  readonly before: Reading;
  readonly now: Reading | undefined;
  readonly attempt: Attempt;
  readonly run: ReportedRun;
  readonly command: CommandRun;
}

function compared({ before, now, attempt, run, command }: Comparison): readonly Observed[] {
  const events = [...eventsOf(run, command), ...eventsOf(attempt.run, attempt.command)];
  const message = `${label(attempt.command.command)} of another server was answered ${codeOf(attempt.command)}`;
  const content = (one: Reading): string => leafValue(one) ?? one.text;
  if (now === undefined) {
    if (codeOf(command) !== NOT_FOUND) return NOTHING;
    const details = { expected: content(before), actual: 'no such node' };
    return [violated('MOM-23', `${message}, and the node is gone.`, run.session, events, details)];
  }
  const details = { expected: content(before), actual: content(now) };
  if (details.expected === details.actual)
    return [held('MOM-23', `${message}, and the node is as it was.`, run.session, events)];
  return [violated('MOM-23', `${message}, and the node is another.`, run.session, events, details)];
}
