import { availableParallelism } from 'node:os';
import type { DeviantCatalogue } from '../deviants/catalogue.js';
import { ConformError } from '../model/errors.js';
import type { Proof } from '../model/proof.js';
import type { Ledger } from '../model/requirement.js';
import { ORACLES } from '../oracles/index.js';
import { CrewMember } from './crew.js';
import { peersOf, strangers } from './peers.js';
import type { Installed, Played } from './play.js';
import { proofOf } from './proof-of.js';
import { randomSessions } from './random-sessions.js';
import { Schedule } from './schedule.js';

const PAIRS = 50;
const SESSIONS = 10;

export interface ProveOptions {
  readonly ledger: Ledger;
  /** Of the roles that are to be proved. */
  readonly catalogues: readonly DeviantCatalogue[];
  readonly installed: Installed;
  readonly seed: string;
  readonly scope: Proof['scope'];
  /** Names of deviants and variants to play; the conformant peers are always played. */
  readonly only?: readonly string[] | undefined;
  /** Processes at once; default one for each processor. */
  readonly jobs?: number | undefined;
  /** Folder that takes the record of each peer's run. */
  readonly traces?: string | undefined;
  readonly onPlayed?: (played: Played, left: number) => void;
}

/**
 * Plays every peer and compares what was caught with what is declared. Peers that could not be played are problems of the proof.
 * @throws ConformError USAGE for a name that no peer has.
 */
export async function prove(options: ProveOptions): Promise<Proof> {
  const { ledger, catalogues, installed, seed, scope, only, traces } = options;
  const began = performance.now();
  const startedAt = new Date().toISOString();
  const peers = catalogues.flatMap((catalogue) => peersOf(catalogue.role, catalogue, seed));
  const schedule = new Schedule(named(peers, only), {
    seed,
    scope,
    traces,
    // Of some peers alone nothing follows for the oracles.
    oracles: only === undefined ? ORACLES : [],
  });
  const jobs = Math.min(options.jobs ?? availableParallelism(), schedule.left);
  const work = Array.from({ length: jobs }, () => workThrough(schedule, options));
  // The processes do the work; meanwhile this one has time for random sessions.
  const random = only === undefined ? await randomPairs(seed) : { sessions: 0, flagged: [] };
  const cpuMs = await Promise.all(work);
  const { user, system } = process.cpuUsage();
  return {
    schemaVersion: 1,
    suite: { name: 'dmconform', version: installed.suiteVersion },
    ledger: { version: ledger.version, digest: ledger.digest },
    startedAt,
    durationMs: Math.round(performance.now() - began),
    cpuMs: Math.round(cpuMs.reduce((sum, ms) => sum + ms, (user + system) / 1000)),
    jobs,
    seed,
    scope,
    ...(only === undefined ? {} : { only }),
    random,
    ...proofOf({
      ledger,
      catalogues,
      oracles: ORACLES,
      played: schedule.played,
      broken: schedule.broken,
      strangers: catalogues.flatMap((catalogue) => strangers(catalogue.role, catalogue)),
      only,
      flagged: random.flagged,
    }),
  };
}

/** Sessions between as many pairs of random legal peers. */
async function randomPairs(seed: string): Promise<Proof['random']> {
  const flagged: string[] = [];
  for (let pair = 1; pair <= PAIRS; pair += 1) {
    const { client, server, against, faults } = await randomSessions(`${seed} ${pair}`, SESSIONS);
    const who = `pair ${pair}, client ${client.join('+')}, server ${server.join('+')}`;
    flagged.push(...[...against, ...faults].map((message) => `${who}: ${message}`));
  }
  return { sessions: PAIRS * SESSIONS, flagged };
}

function named(peers: ReturnType<typeof peersOf>, only: readonly string[] | undefined): ReturnType<typeof peersOf> {
  if (only === undefined) return peers;
  const stranger = only.find((name) => !peers.some((peer) => peer.name === name));
  if (stranger === undefined) return peers.filter(({ kind, name }) => kind === 'reference' || only.includes(name));
  throw new ConformError('USAGE', 'no such deviant or variant', {
    subject: '--only',
    found: stranger,
    expected: 'a name of fixtures/deviants, or of a legal variant',
  });
}

/** One process, from its first peer to its last. A process that is lost costs one peer. */
async function workThrough(schedule: Schedule, { ledger, installed, onPlayed }: ProveOptions): Promise<number> {
  let member = new CrewMember(ledger, installed);
  let spentMs = 0;
  for (let task = await schedule.next(); task !== undefined; task = await schedule.next()) {
    try {
      const played = await member.play(task);
      schedule.done(played);
      onPlayed?.(played, schedule.left);
    } catch (error) {
      schedule.lost(task, error instanceof Error ? error.message : String(error));
      spentMs += member.cpuMs;
      await member.close();
      member = new CrewMember(ledger, installed);
    }
  }
  await member.close();
  return spentMs + member.cpuMs;
}
