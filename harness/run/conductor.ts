import { join, relative, resolve, sep } from 'node:path';
import { PassThrough } from 'node:stream';
import { type IRunEnvironment, type ISupportCodeLibrary, loadSources, runCucumber } from '@cucumber/cucumber/api';
import type { Envelope, Pickle } from '@cucumber/messages';
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
  /** Only these, as `onPlanned` told their places. */
  readonly places?: readonly string[] | undefined;
  /** Called once the scenarios are known, in the order in which they are played. */
  readonly onPlanned: (scenarios: readonly Planned[]) => void;
}

/** A scenario that is to be played. */
export interface Planned {
  readonly tags: readonly string[];
  /** `features/end/end-client.feature:17`: the scenario's line, or that of its row in the examples. */
  readonly place: string;
}

/** Step definitions register once in a process; later runs take them from here. */
let support: ISupportCodeLibrary | undefined;

/** Plays the scenarios that the tag expression selects, one after another, in this process. */
export async function conduct(options: ConductOptions): Promise<Conducted> {
  const errors: string[] = [];
  // Every scenario in the files is told as a pickle; those that the expression selects become test cases, all of them before the first one starts.
  const known = new Map<string, Planned>();
  const selected: Planned[] = [];
  let told = false;
  const onMessage = (envelope: Envelope): void => {
    if (envelope.parseError !== undefined)
      errors.push(`${envelope.parseError.source.uri ?? 'a feature'}: ${envelope.parseError.message}`);
    const { pickle, testCase } = envelope;
    if (pickle !== undefined) known.set(pickle.id, plannedOf(pickle, options.root));
    const planned = testCase === undefined ? undefined : known.get(testCase.pickleId);
    if (planned !== undefined) selected.push(planned);
    if (envelope.testCaseStarted !== undefined && !told) {
      told = true;
      options.onPlanned(selected);
    }
    if (envelope.undefinedParameterType !== undefined) {
      errors.push(`the parameter type ${envelope.undefinedParameterType.name} is not defined`);
    }
  };
  const ran = await runCucumber(configuration(options), environment(options.root), onMessage);
  support ??= alreadyFound(ran.support, options.root);
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

/** The step definitions, without the pattern that found them: later runs would look for the files again. */
function alreadyFound(library: ISupportCodeLibrary, root: string): ISupportCodeLibrary {
  const { originalCoordinates } = library;
  return { ...library, originalCoordinates: { ...originalCoordinates, importPaths: [join(root, 'package.json')] } };
}

function plannedOf({ uri, location, tags }: Pickle, root: string): Planned {
  const file = relative(root, resolve(root, uri)).replaceAll(sep, '/');
  return { tags: tags.map(({ name }) => name), place: `${file}:${location?.line ?? 0}` };
}

function sources(
  root: string,
  tagExpression: string,
  places: readonly string[] = ['features'],
): Parameters<typeof loadSources>[0] {
  const paths = places.map((place) => join(root, place));
  return { defaultDialect: 'en', paths, names: [], tagExpression, order: 'defined' };
}

function configuration({ root, stepsGlob, tagExpression, places }: ConductOptions): Parameters<typeof runCucumber>[0] {
  return {
    sources: sources(root, tagExpression, places),
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
    // The formatter that does the least; what it writes is thrown away.
    formats: { stdout: 'rerun', files: {}, publish: false, options: {} },
  };
}

/** Cucumber's own output goes nowhere: the run tells its progress itself. */
function environment(root: string): IRunEnvironment {
  const sink = new PassThrough();
  sink.resume();
  return { cwd: root, stdout: sink, stderr: sink, env: { CUCUMBER_PUBLISH_QUIET: 'true' } };
}
