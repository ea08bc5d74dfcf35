// Prints, as one JSON object, the step definitions, the scenarios, and which step of them uses which definition, as cucumber itself finds them without
// running any: { definitions: [{ id, pattern }], scenarios: [{ place, tags, steps: [{ text, definitions }] }] }. Runs on the compiled suite.
import { join } from 'node:path';
import { PassThrough } from 'node:stream';
import { runCucumber } from '@cucumber/cucumber/api';
import { ROOT, readLedger, STEPS_GLOB } from '../../dist/cli/paths.js';
import { bindRun } from '../../dist/harness/run/playing.js';

// The `Then` steps are the ledger's own clauses, taken from the run that is bound; no body runs.
bindRun({ requirements: readLedger().requirements });
const sink = new PassThrough().resume();
const definitions = [];
const pickles = new Map();
const scenarios = [];
await runCucumber(
  {
    sources: { defaultDialect: 'en', paths: [join(ROOT, 'features')], names: [], tagExpression: '', order: 'defined' },
    support: { requireModules: [], requirePaths: [], importPaths: [join(ROOT, STEPS_GLOB)], loaders: [] },
    runtime: {
      dryRun: true,
      failFast: false,
      filterStacktraces: true,
      parallel: 0,
      retry: 0,
      retryTagFilter: '',
      strict: true,
      worldParameters: {},
    },
    formats: { stdout: 'snippets', files: {}, publish: false, options: {} },
  },
  { cwd: ROOT, stdout: sink, stderr: sink, env: { CUCUMBER_PUBLISH_QUIET: 'true' } },
  ({ stepDefinition, pickle, testCase }) => {
    if (stepDefinition !== undefined)
      definitions.push({ id: stepDefinition.id, pattern: stepDefinition.pattern.source });
    if (pickle !== undefined) pickles.set(pickle.id, pickle);
    if (testCase === undefined) return;
    const { uri, name, tags, steps } = pickles.get(testCase.pickleId);
    scenarios.push({
      place: `${uri}: ${name}`,
      tags: tags.map((tag) => tag.name),
      steps: testCase.testSteps
        .filter(({ pickleStepId }) => pickleStepId !== undefined)
        .map((step) => ({
          text: steps.find(({ id }) => id === step.pickleStepId)?.text,
          definitions: step.stepDefinitionIds,
        })),
    });
  },
);
process.stdout.write(JSON.stringify({ definitions, scenarios }));
