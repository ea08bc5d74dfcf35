import { ConformError } from '../model/errors.js';
import type { Observed } from '../model/finding.js';
import type { Requirement } from '../model/requirement.js';
import type { Role } from '../model/verdict.js';
import type { ClientScenario } from './client-scenario.js';
import type { ServerScenario } from './server-scenario.js';

/** What a scenario's steps work with. */
export interface Stage {
  readonly token: string;
  readonly client: ClientScenario | undefined;
  readonly server: ServerScenario | undefined;
}

export interface ScenarioFacts {
  readonly name: string;
  readonly feature: string;
  readonly rule: string;
  readonly requirements: readonly string[];
}

/** The run that the step definitions take part in. */
export interface Playing {
  readonly role: Role;
  readonly requirements: readonly Requirement[];
  /** Random numbers of the run, from 0 to 1, reproducible from its seed. */
  readonly random: () => number;
  /** Whether a driving step is to be left out: the suite's proof that its scenarios do not pass without it. */
  leavesOut(pattern: string, token: string): boolean;
  begin(facts: ScenarioFacts): Stage;
  /** What the oracles said of the scenario so far; undefined while judging is switched off. */
  observed(token: string): readonly Observed[] | undefined;
  /** @param error what broke in the suite itself, if anything did. */
  end(stage: Stage, facts: ScenarioFacts, error: string | undefined, durationMs: number): Promise<void>;
}

let current: Playing | undefined;

/** Binds the run for the step definitions, which cucumber loads by itself; undefined ends it. */
export function bindRun(run: Playing | undefined): void {
  current = run;
}

/** @throws ConformError HARNESS_BROKEN outside a run. */
export function boundRun(): Playing {
  if (current === undefined) throw new ConformError('HARNESS_BROKEN', 'a step was run outside a conformance run');
  return current;
}
