import { join } from 'node:path';
import { PassThrough } from 'node:stream';
import { type IRunEnvironment, type ISupportCodeLibrary, loadSources, runCucumber } from '@cucumber/cucumber/api';
import type { Envelope } from '@cucumber/messages';
import { ConformError } from '../model/errors.js';

/** What a run found out about the scenarios from cucumber's messages. */
export interface Conducted {
  /** Scenarios that the tag expression selects. */
  readonly planned: number;
  /** Faults of the suite: files that do not parse, steps without a definition, hooks that threw. */
  readonly errors: readonly string[];
}

export interface ConductOptions {
  /** Root of the package: `features` and `dist/steps` lie below it. */
  readonly root: string;
  readonly stepsGlob: string;
  readonly tagExpression: string;
  /** Called once the scenarios are known: tags of each. */
  readonly onPlanned: (tags: readonly (readonly string[])[]) => void;
}

/** Step definitions register once in a process; later runs take them from here. */
let support: ISupportCodeLibrary | undefined;

/** Plays the scenarios that the tag expression selects, one after another, in this process. */
export async function conduct(options: ConductOptions): Promise<Conducted> {
  const errors: string[] = [];
  // Every scenario in the files is told as a pickle; those that the expression selects become test cases, all of them before the first one starts.
  const tagsOf = new Map<string, readonly string[]>();
  const selected: (readonly string[])[] = [];
  let told = false;
  const onMessage = (envelope: Envelope): void => {
    if (envelope.parseError !== undefined)
      errors.push(`${envelope.parseError.source.uri ?? 'a feature'}: ${envelope.parseError.message}`);
    const { pickle, testCase } = envelope;
    if (pickle !== undefined)
      tagsOf.set(
        pickle.id,
        pickle.tags.map(({ name }) => name),
      );
    if (testCase !== undefined) selected.push(tagsOf.get(testCase.pickleId) ?? []);
    if (envelope.testCaseStarted !== undefined && !told) {
      told = true;
      options.onPlanned(selected);
    }
    if (envelope.undefinedParameterType !== undefined) {
      errors.push(`the parameter type ${envelope.undefinedParameterType.name} is not defined`);
    }
  };
  const ran = await runCucumber(configuration(options), environment(options.root), onMessage);
  support = ran.support;
  return { planned: selected.length, errors };
}

/**
 * How many scenarios the tag expression selects, without playing any.
 * @param given the part of the expression that the user wrote, for the message.
 * @throws ConformError USAGE when the expression cannot be read.
 */
export async function countScenarios(root: string, tagExpression: string, given: string | undefined): Promise<number> {
  try {
    return (await loadSources(sources(root, tagExpression), environment(root))).plan.length;
  } catch (error) {
    if (given === undefined) throw error;
    throw new ConformError('USAGE', 'no tag expression', {
      subject: '--tags',
      found: given,
      expected: 'for example "@SES-01 or @must"',
      cause: error,
    });
  }
}

function sources(root: string, tagExpression: string): Parameters<typeof loadSources>[0] {
  return { defaultDialect: 'en', paths: [join(root, 'features')], names: [], tagExpression, order: 'defined' };
}

function configuration({ root, stepsGlob, tagExpression }: ConductOptions): Parameters<typeof runCucumber>[0] {
  return {
    sources: sources(root, tagExpression),
    support: support ?? { requireModules: [], requirePaths: [], importPaths: [join(root, stepsGlob)], loaders: [] },
    runtime: {
      dryRun: false,
      failFast: false,
      filterStacktraces: true,
      parallel: 0,
      retry: 0,
      retryTagFilter: '',
      strict: true,
      worldParameters: {},
    },
    // The quietest formatter there is; what it writes is thrown away.
    formats: { stdout: 'snippets', files: {}, publish: false, options: {} },
  };
}

/** Cucumber's own output goes nowhere: the run tells its progress itself. */
function environment(root: string): IRunEnvironment {
  const sink = new PassThrough();
  sink.resume();
  return { cwd: root, stdout: sink, stderr: sink, env: { CUCUMBER_PUBLISH_QUIET: 'true' } };
}
