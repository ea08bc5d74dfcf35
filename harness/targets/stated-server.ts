import type { Statement } from '../model/statement.js';
import type { CommandList } from '../stimuli/plan.js';
import type { Life } from './life.js';
import { type ProbedOperation, probeOperations } from './probe.js';
import {
  credentialsOf,
  lifeOf,
  operationsOf,
  type StatedOptions,
  secretsIn,
  statementOf,
  steeringOf,
} from './stated.js';
import type { OperationName, Steering } from './steer.js';
import type { Answered, Credentials, ServerTarget } from './target.js';

/** A DM Server that a statement describes: started by the suite, or running already. */
export class StatedServer implements ServerTarget {
  readonly statement: Statement;
  readonly credentials: Credentials;
  readonly secrets: readonly string[];
  readonly endpoint: string;
  readonly secureEndpoint?: string;
  readonly repository?: string;
  readonly pages?: string;
  /** The only devices that it serves; left out: any. */
  readonly deviceIds?: readonly string[];
  readonly #options: StatedOptions;
  readonly #steering: Steering;
  readonly #life: Life;

  constructor(options: StatedOptions) {
    const { implementation, surroundings } = options;
    this.#options = options;
    this.statement = statementOf(options);
    this.credentials = credentialsOf(implementation, options.folder);
    this.secrets = secretsIn(implementation);
    this.endpoint = surroundings.fill(implementation.endpoint ?? implementation.start?.url ?? '');
    const { secureEndpoint, repository, pages } = this.statement;
    if (secureEndpoint !== undefined) this.secureEndpoint = secureEndpoint;
    if (repository !== undefined) this.repository = repository;
    if (pages !== undefined) this.pages = pages;
    if (implementation.devices !== undefined) this.deviceIds = implementation.devices.map(({ id }) => id);
    this.#life = lifeOf(options);
    this.#steering = steeringOf(options);
  }

  probe(only?: readonly OperationName[]): Promise<readonly ProbedOperation[]> {
    return probeOperations(this.#steering, only ?? operationsOf(this.#options.implementation));
  }

  start(): Promise<string | undefined> {
    return this.#life.start();
  }

  get lastWords(): string | undefined {
    return this.#life.lastWords;
  }

  readonly queue = (device: string, packages: readonly CommandList[], session?: string): Promise<Answered> =>
    this.#steering.queue(device, packages, session);

  readonly sendNotification = (device: string, to?: string): Promise<Answered & { readonly bytes?: Buffer }> =>
    this.#steering.sendNotification(device, to);

  reset(): Promise<Answered> {
    return this.#steering.ask('reset', {});
  }

  async close(): Promise<void> {
    await this.#life.stop();
    await this.#steering.close();
    await this.#options.surroundings.close();
  }
}
