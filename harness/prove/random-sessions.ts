import type { Statement } from '../model/statement.js';
import type { Role } from '../model/verdict.js';
import { ORACLES } from '../oracles/index.js';
import { Judge } from '../oracles/judge.js';
import { MEDIA } from '../protocol/media-types.js';
import { EventBus } from '../recorder/bus.js';
import { ReferenceClient } from '../reference/client-core.js';
import { type Clock, realClock } from '../reference/clock.js';
import { REFERENCE_NODES } from '../reference/default-tree.js';
import { RepositoryCore } from '../reference/repository-core.js';
import { ReferenceServer } from '../reference/server-core.js';
import { hookedPlaces } from '../reference/server-places.js';
import { UndiciTransport } from '../reference/undici-transport.js';
import { randomFrom } from '../run/seed.js';
import type { PeerHandler } from '../stimuli/peer.js';
import { WireServer } from '../stimuli/wire-server.js';
import type { Party, TraceEvent, TraceHeader } from '../trace/event.js';
import { clientOf, drawVariants, serverOf } from './peers.js';
import { randomPlan } from './random-plans.js';

/** Variants that each side of a pair is made of, at most. */
const MOST_VARIANTS = 3;
/** How much faster than real time the peers' clock goes. */
const HASTE = 50;

/** Random legal sessions of one pair of peers, judged in both roles. */
export interface RandomSessions {
  /** Names of the variants. */
  readonly client: readonly string[];
  readonly server: readonly string[];
  readonly sessions: number;
  /** How often any oracle found a rule kept. */
  readonly held: number;
  /** What spoke against either side: nothing may. */
  readonly against: readonly string[];
  /** What broke in the suite itself. */
  readonly faults: readonly string[];
  readonly trace: { readonly header: TraceHeader; readonly events: readonly TraceEvent[] };
}

/** Plays random plans between a random legal client and a random legal server; the same seed draws the same. */
export async function randomSessions(seed: string, count: number): Promise<RandomSessions> {
  const random = randomFrom(seed);
  const draw = (role: Role) => drawVariants(role, Math.floor(random() * (MOST_VARIANTS + 1)), random);
  const [clients, servers] = [draw('client'), draw('server')];
  const { clientHooks: hooks, states } = clientOf(clients);
  const pair = await Pair.open(hooks, serverOf(servers).serverHooks, states, random);
  try {
    for (let session = 1; session <= count; session += 1) await pair.play(`r${session}`);
  } finally {
    await pair.close();
  }
  const names = (peers: typeof clients) => peers.map(({ name }) => name);
  return { client: names(clients), server: names(servers), sessions: count, ...pair.judged };
}

/** Goes fast, and knows who sleeps on it. */
class HastyClock implements Clock {
  readonly #asleep = new Set<Promise<void>>();

  now = (): number => performance.now() * HASTE;
  track = realClock.track;
  setTimeout = (fn: () => void, ms: number): (() => void) => realClock.setTimeout(fn, ms / HASTE);

  sleep = (ms: number): Promise<void> => {
    const asleep = realClock.sleep(ms / HASTE).finally(() => this.#asleep.delete(asleep));
    this.#asleep.add(asleep);
    return asleep;
  };

  /** Resolves when nobody sleeps: what comes late then comes before the next session, and not into it. */
  async rest(): Promise<void> {
    while (this.#asleep.size > 0) {
      await Promise.all(this.#asleep);
      await realClock.sleep(1);
    }
  }
}

type ClientParts = ReturnType<typeof clientOf>;

class Pair {
  readonly #bus = new EventBus();
  readonly #events: TraceEvent[] = [];
  readonly #repository = new RepositoryCore();
  readonly #clock = new HastyClock();
  readonly #pages = new RepositoryCore();
  readonly #random: () => number;
  readonly #servers: WireServer[] = [];
  readonly #origins = new Map<Party, string>();
  #client: ReferenceClient | undefined;
  #token = '';
  #names = 0;
  readonly #statement: Statement;

  private constructor(states: ClientParts['states'], random: () => number) {
    this.#random = random;
    this.#bus.subscribe((event) => this.#events.push(event));
    this.#statement = {
      name: 'random',
      role: 'client',
      start: { kind: 'embedded' },
      operations: [],
      nodes: REFERENCE_NODES,
      ...states,
    };
  }

  static async open(
    clientHooks: ClientParts['clientHooks'],
    serverHooks: ReturnType<typeof serverOf>['serverHooks'],
    states: ClientParts['states'],
    random: () => number,
  ): Promise<Pair> {
    const pair = new Pair(states, random);
    const core = new ReferenceServer({ clock: pair.#clock, hooks: serverHooks, planFor: () => pair.#plan() });
    const pages = pair.#pages;
    // Where the variant that has one page for all looks for it.
    pages.serve('/pages/choice', { type: 'text/html', body: '<p>The page.</p>' });
    const places = { repository: pair.#repository.handle, pages: pages.handle };
    const hooked = hookedPlaces(places, { hooks: serverHooks }, pair.#clock);
    await pair.#listen('server', core.handle);
    await pair.#listen('repository', hooked.repository);
    await pair.#listen('pages', hooked.pages);
    pair.#client = new ReferenceClient({
      transport: new UndiciTransport(),
      serverUrl: `${pair.#origins.get('server') ?? ''}/dm`,
      clock: pair.#clock,
      timeoutMs: HASTE * 10_000,
      ...(clientHooks === undefined ? {} : { hooks: clientHooks }),
    });
    return pair;
  }

  async play(token: string): Promise<void> {
    this.#token = token;
    await this.#client?.startSession().done;
    await this.#clock.rest();
  }

  async close(): Promise<void> {
    await this.#client?.close();
    await Promise.all(this.#servers.map((server) => server.close()));
  }

  get judged(): Pick<RandomSessions, 'held' | 'against' | 'faults' | 'trace'> {
    const judged = (['client', 'server'] as const).map((role) => this.#judge(role));
    return {
      held: judged.reduce((sum, { held }) => sum + held, 0),
      against: judged.flatMap(({ against }) => against),
      faults: [...this.#bus.faults, ...this.#servers.flatMap(({ faults }) => faults.map(String))],
      trace: { header: this.#header('client'), events: this.#events },
    };
  }

  #judge(role: Role): { readonly held: number; readonly against: readonly string[] } {
    const judge = new Judge(this.#header(role), ORACLES, (file) => this.#bus.spills.read(file));
    for (const event of this.#events) judge.push(event);
    const violated = judge.observed.filter(({ outcome }) => outcome === 'violated');
    return {
      held: judge.observed.filter(({ outcome }) => outcome === 'held').length,
      against: violated.map(
        ({ requirement, message, events }) => `${role} ${requirement}: ${message} (${events.join(', ')})`,
      ),
    };
  }

  #header(role: Role): TraceHeader {
    return {
      record: 'dmconform-trace',
      version: 1,
      started: this.#bus.started,
      suite: 'prove',
      ledger: 'prove',
      role,
      statement: { ...this.#statement, role },
      decisions: {},
      profile: 'default',
      patienceMs: 10_000,
      source: 'live',
    };
  }

  async #listen(local: Party, handler: PeerHandler): Promise<void> {
    const tap = {
      bus: this.#bus,
      local,
      remote: 'client' as const,
      claim: (target: string) => /^\/(r\d+)\//.exec(target)?.[1] ?? this.#token,
    };
    const server = await WireServer.listen({ handler, tap });
    this.#servers.push(server);
    this.#origins.set(local, server.origin);
  }

  #plan(): ReturnType<typeof randomPlan> {
    const at = (party: Party, what: string): string => {
      this.#names += 1;
      return `${this.#origins.get(party) ?? ''}/${this.#token}/${what}${this.#names}`;
    };
    const fetched = (): string => {
      const url = at('repository', 'get');
      const value = `value ${this.#names}`;
      const mo = { MOID: 'urn:oma:mo:moid:1.0', ID: value };
      if (this.#random() < 0.5) this.#repository.serve(new URL(url).pathname, { type: 'text/plain', body: value });
      else this.#repository.serve(new URL(url).pathname, { type: MEDIA.mo, body: JSON.stringify(mo) });
      return url;
    };
    const page = (): string => {
      const url = at('pages', 'page');
      this.#pages.serve(new URL(url).pathname, { type: 'text/html', body: '<p>A page.</p>' });
      return url;
    };
    return randomPlan(
      {
        fetched,
        uploaded: () => at('repository', 'put'),
        page,
        next: () => at('server', 'dm'),
      },
      this.#random,
    );
  }
}
