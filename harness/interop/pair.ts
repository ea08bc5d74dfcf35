import { randomBytes } from 'node:crypto';
import type { Implementation } from '../model/implementation.js';
import type { Injector } from '../proxy/faulty-relay.js';
import { RecordingProxy } from '../proxy/recording-proxy.js';
import { EventBus } from '../recorder/bus.js';
import { StallWatch } from '../recorder/stall-watch.js';
import { TraceWriter } from '../recorder/writer.js';
import { sleep } from '../run/context.js';
import { Marks } from '../run/marks.js';
import { networkFor } from '../run/stated-targets.js';
import type { ServerTarget } from '../targets/target.js';
import type { TraceEvent, TraceHeader } from '../trace/event.js';
import { Redactor } from '../trace/redact.js';
import { PairRecord } from './pair-record.js';
import { type OpenedClient, openClient, openServer, type Peer } from './peers.js';
import { Repositories } from './repositories.js';

export interface PairOptions {
  readonly client: Peer;
  readonly server: Peer;
  /** The client's statement as it was agreed on with the server; left out for the reference client. */
  readonly implementation: Implementation | undefined;
  /** Folder of the trace; undefined keeps it in memory. */
  readonly folder: string | undefined;
  readonly patienceMs: number;
  readonly seed: string;
  readonly suiteVersion: string;
  readonly ledgerVersion: string;
  readonly signal: AbortSignal;
  /** Disturbs exchanges; what the server sees is recorded apart then. */
  readonly faults?: { readonly injector: Injector; readonly folder: string | undefined };
}

const PAUSE_MS = 4;

/** Two foreign implementations, the recording proxy between them, and the suite's own repositories beside them. */
export class Pair {
  readonly bus: EventBus;
  readonly record: PairRecord;
  readonly header: TraceHeader;
  /** What the server saw, where that is recorded apart. */
  readonly serverEvents: TraceEvent[];
  readonly client: OpenedClient['target'];
  readonly server: ServerTarget;
  readonly repositories: Repositories;
  readonly marks: Marks;
  readonly redactor: Redactor;
  readonly options: PairOptions;
  /** Where the client finds the server: the proxy, at the server's own path. */
  readonly serverUrl: string;
  readonly #parts: Parts;
  readonly #stalls: readonly StallWatch[];

  private constructor(options: PairOptions, parts: Parts) {
    this.options = options;
    this.#parts = parts;
    const { bus, opened, server, repositories, serverUrl } = parts;
    this.bus = bus;
    this.client = opened.target;
    this.server = server;
    this.repositories = repositories;
    this.serverUrl = serverUrl;
    this.marks = new Marks(options.seed);
    this.serverEvents = parts.serverEvents;
    this.header = this.#headerOf();
    this.redactor = new Redactor({ key: randomBytes(16), secrets: secretsOf(opened, server) });
    this.#write(options.folder, bus, parts.before, this.header);
    const { counterpart: _none, ...rest } = this.header;
    const { serverBus } = parts;
    const decisions = decisionsOf(options.server);
    if (serverBus !== undefined)
      this.#write(options.faults?.folder, serverBus, [], {
        ...rest,
        role: 'server',
        statement: server.statement,
        decisions,
      });
    this.record = new PairRecord(this.header, bus, parts.before);
    this.#stalls = [bus, serverBus].flatMap((one) => (one === undefined ? [] : [new StallWatch(one)]));
    parts.ready();
  }

  static async open(options: PairOptions): Promise<Pair> {
    const bus = new EventBus();
    const before: TraceEvent[] = [];
    const ready = bus.subscribe((event) => before.push(event));
    const serverBus = options.faults === undefined ? undefined : new EventBus();
    const serverEvents: TraceEvent[] = [];
    serverBus?.subscribe((event) => serverEvents.push(event));
    const now: Now = { token: undefined, drained: () => Promise.resolve() };
    const opening = {
      bus,
      patienceMs: options.patienceMs,
      scenario: () => now.token ?? 'start',
      drained: (ms: number) => now.drained(ms),
    };
    const network = options.client.choice.kind === 'statement' ? await networkFor(options.client.choice) : {};
    const listen = network.listen ?? '127.0.0.1';
    const advertise = network.advertise ?? listen;
    const server = await openServer(options.server, opening);
    const closing: { close(): Promise<void> }[] = [server];
    try {
      const claim = (): string | undefined => now.token;
      const upstream = server.endpoint;
      const wiring = serverBus === undefined ? {} : { serverBus };
      const injecting = options.faults === undefined ? {} : { injector: options.faults.injector };
      const proxy = await RecordingProxy.listen({ bus, claim, upstream, host: listen, ...wiring, ...injecting });
      closing.push(proxy);
      now.drained = (ms) => drained(proxy, ms);
      // A server that was disturbed may send again, in the next session, what was meant for this one.
      const current = options.faults === undefined ? undefined : claim;
      const repositories = await Repositories.open(bus, { listen, advertise }, current);
      closing.push(repositories);
      const { pathname, search } = new URL(upstream);
      const serverUrl = `http://${advertise}:${proxy.port}${pathname}${search}`;
      const offered = {
        'server.url': serverUrl,
        'repository.url': repositories.repositoryUrl,
        'pages.url': repositories.pagesUrl,
      };
      const opened = await openClient(options.client, offered, opening, options);
      const parts = {
        bus,
        before,
        ready,
        serverBus,
        serverEvents,
        now,
        server,
        proxy,
        repositories,
        opened,
        serverUrl,
      };
      return new Pair(options, { ...parts, writers: [] });
    } catch (error) {
      for (const one of closing.reverse()) await one.close();
      throw error;
    }
  }

  /** Brings both sides up, the server first; says why one is not there when it does not come. */
  async start(): Promise<string | undefined> {
    const { client, server } = this.options;
    const serverDown = await this.server.start?.();
    if (serverDown !== undefined) return `the server ${server.label} is not there: ${serverDown}`;
    const clientDown = await this.client.start?.();
    return clientDown === undefined ? undefined : `the client ${client.label} is not there: ${clientDown}`;
  }

  /** From now on unclaimed traffic belongs to this token. */
  arm(token: string | undefined): void {
    this.#parts.now.token = token;
  }

  /** What broke in the suite's own parts. */
  get faults(): readonly string[] {
    const { bus, serverBus, repositories, proxy } = this.#parts;
    const refused = proxy.refused === 0 ? [] : [`the server did not take ${proxy.refused} connections`];
    return [...bus.faults, ...(serverBus?.faults ?? []), ...repositories.faults, ...refused];
  }

  async close(partial?: string): Promise<void> {
    const { opened, server, proxy, repositories, writers } = this.#parts;
    await opened.close();
    await server.close();
    await Promise.all([proxy.close(), repositories.close()]);
    for (const watch of this.#stalls) watch.close();
    for (const writer of writers) writer.close(partial);
  }

  #headerOf(): TraceHeader {
    const { options, bus } = this;
    return {
      record: 'dmconform-trace',
      version: 1,
      started: bus.started,
      suite: options.suiteVersion,
      ledger: options.ledgerVersion,
      role: 'client',
      statement: this.client.statement,
      decisions: decisionsOf(options.client),
      profile: 'default',
      patienceMs: options.patienceMs,
      source: 'live',
      counterpart: { statement: this.server.statement, decisions: decisionsOf(options.server) },
    };
  }

  #write(folder: string | undefined, bus: EventBus, before: readonly TraceEvent[], header: TraceHeader): void {
    if (folder === undefined) return;
    const writer = TraceWriter.open({ folder, header, spills: bus.spills, redactor: this.redactor });
    this.#parts.writers.push(writer);
    for (const event of before) writer.write(event);
    bus.subscribe(writer.write);
  }
}

interface Now {
  token: string | undefined;
  drained: (ms: number) => Promise<void>;
}

interface Parts {
  readonly bus: EventBus;
  readonly before: readonly TraceEvent[];
  readonly ready: () => void;
  readonly serverBus: EventBus | undefined;
  readonly serverEvents: TraceEvent[];
  readonly now: Now;
  readonly server: ServerTarget;
  readonly proxy: RecordingProxy;
  readonly repositories: Repositories;
  readonly opened: OpenedClient;
  readonly serverUrl: string;
  readonly writers: TraceWriter[];
}

async function drained(proxy: RecordingProxy, ms: number): Promise<void> {
  const until = performance.now() + ms;
  while (proxy.open > 0 && performance.now() < until) await sleep(PAUSE_MS);
}

function decisionsOf({ choice }: Peer): Readonly<Record<string, string>> {
  return choice.kind === 'statement' ? (choice.implementation.decisions ?? {}) : {};
}

/** What the record must not hold. */
function secretsOf({ target, secrets }: OpenedClient, server: ServerTarget): readonly string[] {
  const both = [target, server].flatMap(({ credentials, secrets: own = [] }) => [
    ...own,
    ...(credentials?.notification === undefined ? [] : [credentials.notification.secret]),
  ]);
  return [...new Set([...both, ...secrets])];
}
