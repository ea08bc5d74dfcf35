import { join } from 'node:path';
import { PassThrough } from 'node:stream';
import { type IRunEnvironment, type ISupportCodeLibrary, runCucumber } from '@cucumber/cucumber/api';
import type { Envelope } from '@cucumber/messages';

/** What a run found out about the scenarios from cucumber's messages. */
export interface Conducted {
  /** Scenarios that the features hold for this selection. */
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
  const tags: (readonly string[])[] = [];
  let told = false;
  const onMessage = (envelope: Envelope): void => {
    if (envelope.parseError !== undefined)
      errors.push(`${envelope.parseError.source.uri ?? 'a feature'}: ${envelope.parseError.message}`);
    if (envelope.pickle !== undefined) tags.push(envelope.pickle.tags.map(({ name }) => name));
    if (envelope.testRunStarted !== undefined && !told) {
      told = true;
      options.onPlanned(tags);
    }
    if (envelope.undefinedParameterType !== undefined) {
      errors.push(`the parameter type ${envelope.undefinedParameterType.name} is not defined`);
    }
  };
  const ran = await runCucumber(configuration(options), environment(options.root), onMessage);
  support = ran.support;
  return { planned: tags.length, errors };
}

function configuration({ root, stepsGlob, tagExpression }: ConductOptions): Parameters<typeof runCucumber>[0] {
  return {
    sources: {
      defaultDialect: 'en',
      paths: [join(root, 'features')],
      names: [],
      tagExpression,
      order: 'defined',
    },
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
