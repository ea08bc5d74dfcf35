import { dirname, resolve } from 'node:path';
import { ConformError } from '../harness/model/errors.js';
import type { Result } from '../harness/model/result.js';
import type { Role } from '../harness/model/verdict.js';
import { mergeResults, rowsToRepeat } from '../harness/run/merge-results.js';
import { readResultOf, resultPath } from './diff.js';
import { writeOutput } from './output.js';

/** What a run alone, a part of a merged result, is called. */
const REPEATED_FILE = 'repeated.json';

/** An earlier result of which some rows are played again. */
export interface Repeat {
  readonly role: Role;
  readonly ids: readonly string[];
  /** Joins the run with the earlier result, and keeps the run's own record beside the merged one. */
  merge(repeated: Result, out: string): Result;
}

/**
 * What `--failed` asks for.
 * @throws ConformError USAGE for options that do not go with it, RESULT_UNREADABLE for a result that cannot be read.
 */
export function repeatOf(
  path: string,
  flags: {
    readonly only?: string;
    readonly chapter?: string;
    readonly repeat?: string;
    readonly record: boolean;
    readonly strict?: boolean;
  },
): Repeat {
  const clash = Object.entries({ '--only': flags.only, '--chapter': flags.chapter, '--repeat': flags.repeat })
    .flatMap(([option, value]) => (value === undefined ? [] : [option]))
    .concat(flags.record ? [] : ['--no-record']);
  if (clash.length > 0)
    throw new ConformError('USAGE', '--failed says itself what is played', {
      found: clash.join(' and '),
      expected: '--failed alone',
    });
  const earlier = readResultOf(path);
  const earlierFile = resolve(resultPath(path));
  const ids = rowsToRepeat(earlier);
  return {
    role: earlier.role,
    ids,
    merge: (repeated, out) => {
      writeOutput(out, REPEATED_FILE, `${JSON.stringify(repeated, null, 2)}\n`);
      return mergeResults({
        earlier,
        earlierFile,
        repeated,
        rows: ids,
        folder: resolve(out),
        strict: flags.strict === true,
      });
    },
  };
}

/** The earlier trace must stay: the merged result speaks of it. @throws ConformError USAGE */
export function refuseSameFolder(path: string, out: string): void {
  if (resolve(out) !== dirname(resolve(resultPath(path)))) return;
  throw new ConformError('USAGE', 'the earlier run must stay as it is', {
    subject: '--out',
    found: out,
    expected: 'another folder than that of --failed',
  });
}
