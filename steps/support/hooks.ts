import { After, Before, Status, setDefaultTimeout } from '@cucumber/cucumber';
import { factsOf, type ScenarioSource } from './facts.js';
import type { ConformWorld } from './world.js';

// Every wait of a step is bounded by the patience, which the user may set to more than cucumber's limit of five seconds.
setDefaultTimeout(-1);

Before(function (this: ConformWorld, source: ScenarioSource) {
  this.facts = factsOf(source);
  this.startedAt = performance.now();
  this.stage = this.run.begin(this.facts);
});

/** A scenario that failed for any other reason than a requirement not shown is a fault of the suite. */
After(async function (this: ConformWorld, { result }) {
  if (this.stage === undefined || this.facts === undefined) return;
  const good = result === undefined || result.status === Status.PASSED || this.notShown;
  const error = good
    ? undefined
    : `${result.status.toLowerCase()}: ${result.message ?? 'a step has no definition, or more than one'}`;
  await this.run.end(this.stage, this.facts, error, performance.now() - this.startedAt);
});
