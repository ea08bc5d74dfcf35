import type { Proof } from '../model/proof.js';
import type { Role } from '../model/verdict.js';
import type { Oracle } from '../oracles/oracle.js';
import { placesFor, turnPlaces } from './cover.js';
import type { Peer } from './peers.js';
import type { Played, Task } from './play.js';
import type { RecordedScenario } from './recording.js';

interface ScheduleOptions {
  readonly seed: string;
  readonly scope: Proof['scope'];
  /** Oracles of which is to be shown that they cannot be taken out. */
  readonly oracles: readonly Pick<Oracle, 'name' | 'requirements'>[];
  /** Folder that takes the records. */
  readonly traces?: string | undefined;
}

/**
 * Which peer is played next. Combinations of variants are played with every scenario. Deviants and single variants wait for the conformant peer of their
 * role, whose record says which scenarios show what; a variant alone is played with its share of the cover. A deviant that the scenarios chosen for it do not catch
 * gets all of them.
 */
export class Schedule {
  readonly played: Played[] = [];
  readonly broken: string[] = [];
  readonly #options: ScheduleOptions;
  readonly #waiting: Peer[];
  readonly #scenarios = new Map<Role, readonly RecordedScenario[]>();
  readonly #unwitnessed: Set<string>;
  /** Of these, those of rows that no peer breaks. */
  readonly #unbreakable: readonly string[];
  #underWay = 0;
  readonly #wake: (() => void)[] = [];
  /** Deviants that were not caught with fewer scenarios. */
  readonly #escaped = new Set<Peer>();
  #asked = false;

  constructor(peers: readonly Peer[], options: ScheduleOptions) {
    const first = (kind: Peer['kind']): number => ['reference', 'combination', 'variant', 'deviant'].indexOf(kind);
    this.#waiting = [...peers].sort((a, b) => first(a.kind) - first(b.kind));
    this.#options = options;
    this.#unwitnessed = new Set(options.oracles.map(({ name }) => name));
    const broken = new Set(peers.flatMap(({ breaks }) => breaks));
    this.#unbreakable = options.oracles
      .filter(({ requirements }) => !requirements.some((id) => broken.has(id)))
      .map(({ name }) => name);
  }

  /** Peers that are still to be played, or being played. */
  get left(): number {
    return this.#waiting.length + this.#underWay;
  }

  /** The next task; undefined when there is none left and none can come any more. */
  async next(): Promise<Task | undefined> {
    for (;;) {
      const index = this.#waiting.findIndex((peer) => !this.#choosy(peer) || this.#scenarios.has(peer.role));
      const [peer] = index < 0 ? [] : this.#waiting.splice(index, 1);
      if (peer !== undefined) {
        this.#underWay += 1;
        return this.#task(peer);
      }
      if (this.#underWay === 0) {
        if (this.#askAgain()) continue;
        return undefined;
      }
      await new Promise<void>((resolve) => this.#wake.push(resolve));
    }
  }

  done(played: Played): void {
    const { peer } = played.task;
    this.#underWay -= 1;
    if (peer.kind === 'reference') this.#scenarios.set(peer.role, played.scenarios);
    for (const { oracle } of played.witnesses) this.#unwitnessed.delete(oracle);
    const before = this.played.findIndex(({ task }) => task.peer === peer);
    if (before >= 0) this.played[before] = played;
    else if (this.#deservesMore(played)) {
      this.#escaped.add(peer);
      this.#waiting.push(peer);
    } else this.played.push(played);
    this.#wakeAll();
  }

  /** The peer could not be played. */
  lost({ peer }: Task, why: string): void {
    this.#underWay -= 1;
    this.broken.push(`${peer.role} ${peer.name} could not be played: ${why}`);
    this.#wakeAll();
  }

  #deservesMore({ task: { peer, whole }, verdicts, errors }: Played): boolean {
    const missed = peer.breaks.some((id) => verdicts[id] !== 'fail' && verdicts[id] !== 'warn');
    return missed && !whole && errors.length === 0;
  }

  /** Oracles that no deviant misses: the conformant peers say whether a row would not be shown without them. */
  #askAgain(): boolean {
    if (this.#asked || this.#unwitnessed.size === 0) return false;
    this.#asked = true;
    const references = this.played.map(({ task }) => task.peer).filter(({ kind }) => kind === 'reference');
    this.#waiting.push(...references);
    return references.length > 0;
  }

  /** Whether not every scenario is for this peer. */
  #choosy({ kind }: Peer): boolean {
    return kind === 'deviant' || (kind === 'variant' && this.#options.scope === 'cover');
  }

  #task(peer: Peer): Task {
    const { seed, scope, traces } = this.#options;
    const unwitnessed = this.#soughtBy(peer);
    if (!this.#choosy(peer)) {
      const quick = peer.kind !== 'reference' && scope === 'cover';
      return { peer, whole: true, quick, seed, unwitnessed, traces };
    }
    const scenarios = this.#scenarios.get(peer.role) ?? [];
    const whole = scope === 'whole' || this.#escaped.has(peer);
    const places =
      peer.kind === 'variant'
        ? turnPlaces(peer.name, scenarios)
        : placesFor(peer, scenarios, whole ? 'whole' : 'cover');
    return { peer, whole, places, quick: false, seed, unwitnessed, traces };
  }

  /** Oracles that this peer may witness for. */
  #soughtBy({ kind }: Peer): readonly string[] {
    if (kind === 'deviant' || this.#asked) return [...this.#unwitnessed];
    return kind === 'reference' ? this.#unbreakable : [];
  }

  #wakeAll(): void {
    for (const wake of this.#wake.splice(0)) wake();
  }
}
