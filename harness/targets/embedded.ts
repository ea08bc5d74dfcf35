import { DEFAULT_NODES, type Nodes, type Statement } from '../model/statement.js';
import type { GenericAlert } from '../protocol/alerts.js';
import { COMMANDS } from '../protocol/commands.js';
import type { CommandList } from '../stimuli/plan.js';
import { ControlChannel } from './control-client.js';
import type { Answered, BootstrapAccount, ClientTarget, Rest, ServerTarget, Started } from './target.js';

/** Where an embedded peer is steered; the suite shares nothing else with it. */
export interface EmbeddedPeer {
  readonly controlUrl: string;
  close(): Promise<void>;
}

/** Real milliseconds without any progress after which an exchange counts as withheld by the other side. */
const GRACE_MS = 12;

abstract class Embedded {
  readonly statement: Statement;
  protected readonly control: ControlChannel;
  readonly #peer: EmbeddedPeer;

  constructor(peer: EmbeddedPeer, statement: Statement, patienceMs: number) {
    this.#peer = peer;
    this.statement = statement;
    this.control = new ControlChannel(peer.controlUrl, 6 * patienceMs);
  }

  readonly advance = async (ms: number): Promise<Rest> => {
    const answer = await this.control.call('clock', { advanceMs: ms, graceMs: GRACE_MS });
    // A peer that is gone is at rest for good.
    return { idle: !answer.accepted || (answer.body as { idle?: unknown } | undefined)?.idle !== false };
  };

  reset(): Promise<Answered> {
    return this.control.ask('reset', {});
  }

  async close(): Promise<void> {
    await this.control.close();
    await this.#peer.close();
  }
}

/** What the statement of an embedded client says that only its makers know. */
export type EmbeddedStated = Required<Pick<Statement, 'timeouts'>> & { readonly nodes: Nodes };

/** The reference client, or a deviant of it, steered over loopback like any foreign one. */
export class EmbeddedClient extends Embedded implements ClientTarget {
  readonly addressing = 'fixed';

  constructor(peer: EmbeddedPeer, name: string, patienceMs: number, stated: EmbeddedStated) {
    super(
      peer,
      {
        name,
        role: 'client',
        start: { kind: 'embedded' },
        operations: ['startSession', 'raiseAlert', 'setNode', 'bootstrap', 'reset'],
        commands: [...COMMANDS.keys()],
        ...stated,
      },
      patienceMs,
    );
  }

  startSession(): Promise<Started> {
    return this.control.ask('startSession', {});
  }

  readonly raiseAlert = (alert: GenericAlert): Promise<Answered> => this.control.ask('raiseAlert', alert);

  readonly setNode = (ClientURI: string, value: string | number | boolean | null): Promise<Answered> =>
    this.control.ask('setNode', { ClientURI, value });

  readonly bootstrap = (account: BootstrapAccount): Promise<Answered> => this.control.ask('bootstrap', account);

  abandon(): void {
    // It is in this process and ends with the run.
  }
}

/** The reference server, or a deviant of it. */
export class EmbeddedServer extends Embedded implements ServerTarget {
  readonly endpoint: string;

  constructor(peer: EmbeddedPeer & { readonly endpoint: string }, name: string, patienceMs: number) {
    super(
      peer,
      { name, role: 'server', start: { kind: 'embedded' }, operations: ['queue', 'reset'], nodes: DEFAULT_NODES },
      patienceMs,
    );
    this.endpoint = peer.endpoint;
  }

  readonly queue = (device: string, packages: readonly CommandList[], session?: 'notified'): Promise<Answered> =>
    this.control.ask('queue', { device, packages, ...(session === undefined ? {} : { session }) });
}
