import type { ITestCaseHookParameter } from '@cucumber/cucumber';
import type { ScenarioFacts } from '../../harness/run/playing.js';

export type ScenarioSource = Pick<ITestCaseHookParameter, 'gherkinDocument' | 'pickle'>;

const REQUIREMENT_TAG = /^@([A-Z]{3}-\d{2,})$/;

/** Name, place and requirements of a scenario, from its tags and the Rule it stands under. */
export function factsOf({ gherkinDocument, pickle }: ScenarioSource): ScenarioFacts {
  const requirements = pickle.tags.flatMap(({ name }) => REQUIREMENT_TAG.exec(name)?.[1] ?? []);
  const rule = gherkinDocument.feature?.children.find(({ rule: one }) =>
    one?.children.some(({ scenario }) => scenario !== undefined && pickle.astNodeIds.includes(scenario.id)),
  )?.rule?.name;
  return {
    name: pickle.name,
    feature: pickle.uri.replaceAll('\\', '/').replace(/^.*features\//, 'features/'),
    rule: rule ?? '',
    requirements,
  };
}
