import { resolve as resolvePath } from 'node:path';
import type { Statement } from '../model/statement.js';
import type { GenericAlert } from '../protocol/alerts.js';
import { deliverNotification } from '../stimuli/send-notification.js';
import { ALREADY_THERE, type Life } from './life.js';
import { type ProbedOperation, probeOperations } from './probe.js';
import { Spawned } from './spawned.js';
import {
  credentialsOf,
  lifeOf,
  operationsOf,
  perOf,
  type StatedOptions,
  secretsIn,
  statementOf,
  steeringOf,
} from './stated.js';
import type { OperationName, Steering } from './steer.js';
import {
  type Answered,
  type BootstrapAccount,
  type ClientTarget,
  type Credentials,
  type NotificationWay,
  notOffered,
  type Started,
} from './target.js';

/** How often a client that ended by itself is started again. */
const MOST_RESTARTS = 20;
/** How long the end of its process may take to be seen, in milliseconds. */
const ENDS_MS = 300;
const PAUSE_MS = 5;

/** A DM Client that a statement describes: one process for each session, or a resident one that is steered. */
export class StatedClient implements ClientTarget {
  readonly statement: Statement;
  readonly credentials: Credentials;
  readonly secrets: readonly string[];
  readonly addressing: ClientTarget['addressing'];
  readonly #options: StatedOptions;
  readonly #steering: Steering;
  readonly #perSession: boolean;
  readonly #life: Life;
  readonly #sessions = new Set<Spawned>();
  #last: Spawned | undefined;
  #restarts = 0;

  constructor(options: StatedOptions) {
    const { implementation } = options;
    this.#options = options;
    this.statement = statementOf(options);
    this.credentials = credentialsOf(implementation, options.folder);
    this.secrets = secretsIn(implementation);
    const { start = {}, control } = implementation;
    this.#perSession = start.process !== undefined && perOf(start, 'client', control) === 'session';
    const told = JSON.stringify(control?.commands?.startSession ?? '').includes('{server.url}');
    this.addressing = this.#perSession || told ? 'token' : 'fixed';
    this.#life = this.#perSession ? ALREADY_THERE : lifeOf(options);
    this.#steering = steeringOf(options);
  }

  probe(only?: readonly OperationName[]): Promise<readonly ProbedOperation[]> {
    return probeOperations(this.#steering, only ?? operationsOf(this.#options.implementation));
  }

  start(): Promise<string | undefined> {
    return this.#life.start();
  }

  async startSession(serverUrl: string, scenario: string): Promise<Started> {
    if (this.#perSession) return await this.#startProcess(serverUrl, scenario);
    const first = await this.#askSession(serverUrl);
    // One that was about to end takes no request any more, and is seen to have ended a moment later.
    if (first.accepted || !(await this.#ends())) return first;
    return await this.#askSession(serverUrl);
  }

  async #askSession(serverUrl: string): Promise<Started> {
    const gone = await this.#revive();
    return gone === undefined ? await this.#steering.startSession(serverUrl) : { accepted: false, detail: gone };
  }

  async #ends(): Promise<boolean> {
    const until = performance.now() + ENDS_MS;
    while (this.#life.alive && performance.now() < until) await new Promise((resolve) => setTimeout(resolve, PAUSE_MS));
    return !this.#life.alive;
  }

  get lastWords(): string | undefined {
    return this.#perSession ? this.#last?.lastWords : this.#life.lastWords;
  }

  abandon(): void {
    this.#last?.kill();
    if (this.#sessions.size <= 1) void this.#options.surroundings.removeContainers();
  }

  readonly notify = (bytes: Buffer, via: NotificationWay): Promise<Answered> => {
    if (via === 'control') return this.#steering.notify(bytes);
    const to = this.#options.implementation.notifications?.[via];
    if (to !== undefined) return deliverNotification(this.#fill(to), bytes, this.#options.patienceMs);
    const detail = `the statement does not say where the client takes notifications by ${via} (\`notifications.${via}\`)`;
    return Promise.resolve({ accepted: false, detail });
  };

  readonly raiseAlert = (alert: GenericAlert): Promise<Answered> => this.#steering.raiseAlert(alert);

  readonly setNode = (uri: string, value: string | number | boolean | null): Promise<Answered> =>
    this.#steering.setNode(uri, value);

  readonly setBrowser = (available: boolean): Promise<Answered> => this.#steering.setBrowser(available);

  readonly bootstrap = (account: BootstrapAccount): Promise<Answered> => this.#steering.bootstrap(account);

  /** A client that keeps its state where the suite says is back at its start with that folder empty. */
  async reset(): Promise<Answered> {
    const { surroundings } = this.#options;
    if (this.#steering.offers('reset')) {
      const answer = await this.#steering.ask('reset', {});
      if (answer.accepted || this.#steering.offers('reset')) return answer;
    }
    if (this.#perSession) {
      surroundings.forget();
      return { accepted: true };
    }
    if (!surroundings.keepsState || this.statement.start.kind !== 'process') return notOffered('reset');
    await this.#life.stop();
    surroundings.forget();
    const why = await this.#life.start();
    return why === undefined ? { accepted: true } : { accepted: false, detail: why };
  }

  async close(): Promise<void> {
    for (const session of this.#sessions) session.kill();
    await Promise.all([...[...this.#sessions].map(({ exited }) => exited), this.#life.stop()]);
    await this.#steering.close();
    await this.#options.surroundings.close();
  }

  async #startProcess(serverUrl: string, scenario: string): Promise<Started> {
    const { implementation, folder, surroundings, bus, drained } = this.#options;
    const { process: start } = implementation.start ?? {};
    if (start === undefined) return notOffered('startSession');
    const more = { 'server.url': serverUrl };
    const running = new Spawned({
      command: surroundings.fillCommand(start.command, more),
      cwd: resolvePath(folder, start.cwd ?? '.'),
      env: surroundings.fillEnvironment(start.env, more),
      bus,
      drained,
      scenario: () => scenario,
    });
    this.#sessions.add(running);
    this.#last = running;
    void running.exited.then(() => this.#sessions.delete(running));
    return await running.started;
  }

  /** A client that has ended by itself is started again: what it did is in the record, and the rest can still be judged. */
  async #revive(): Promise<string | undefined> {
    if (this.#life.alive) return undefined;
    const ended = this.#life.lastWords ?? 'the client is gone';
    this.#restarts += 1;
    if (this.#restarts > MOST_RESTARTS) return `${ended}; it was started again ${MOST_RESTARTS} times already`;
    const why = await this.#life.start();
    return why === undefined ? undefined : `${ended}, and could not be started again: ${why}`;
  }

  #fill(text: string): string {
    return this.#options.surroundings.fill(text);
  }
}
