import { setWorldConstructor, World } from '@cucumber/cucumber';
import type { ClientScenario } from '../../harness/run/client-scenario.js';
import { boundRun, type Playing, type ScenarioFacts, type Stage } from '../../harness/run/playing.js';
import type { ServerScenario } from '../../harness/run/server-scenario.js';

/** A requirement was not shown. Tells a verdict on the target apart from a fault of the suite. */
export class NotShown extends Error {
  override readonly name = 'NotShown';
}

/** What a step sees: the run, and the stage of its own scenario. */
export class ConformWorld extends World {
  readonly run: Playing = boundRun();
  facts: ScenarioFacts | undefined;
  stage: Stage | undefined;
  startedAt = 0;
  /** Rows of the last table whose order the scenario may shuffle. */
  notShown = false;

  /** The scenario against the DM Client under test. */
  get client(): ClientScenario {
    const client = this.stage?.client;
    if (client === undefined) throw new Error('this step belongs to scenarios that judge a DM Client');
    return client;
  }

  /** The scenario against the DM Server under test. */
  get server(): ServerScenario {
    const server = this.stage?.server;
    if (server === undefined) throw new Error('this step belongs to scenarios that judge a DM Server');
    return server;
  }

  /**
   * Asks the oracles whether this scenario has shown the requirement.
   * @throws NotShown when a rule was broken, or nothing decided it.
   */
  shows(requirement: string): void {
    const all = this.stage === undefined ? [] : this.run.observed(this.stage.token);
    if (all === undefined) return;
    const own = all.filter((one) => one.requirement === requirement);
    const broken = own.find((one) => one.outcome === 'violated');
    if (broken !== undefined) {
      const compared =
        broken.expected === undefined ? '' : ` Expected: ${broken.expected}. Actual: ${broken.actual ?? ''}.`;
      throw this.#missed(`${requirement}: ${broken.message}${compared}`);
    }
    if (own.some((one) => one.outcome === 'held' || one.outcome === 'absent')) return;
    const reasons = own.map((one) => one.message).join('; ');
    throw this.#missed(
      `${requirement} was not shown. ${reasons === '' ? 'The record holds nothing that decides it.' : reasons}`,
    );
  }

  #missed(message: string): NotShown {
    this.notShown = true;
    return new NotShown(message);
  }
}

setWorldConstructor(ConformWorld);
