import { type Interop, type InteropCell, type InteropPeer, interopExitCode } from '../model/interop.js';
import type { Ledger } from '../model/requirement.js';
import type { FaultName } from '../proxy/fault.js';
import type { CatalogueSession } from './catalogue.js';
import type { Peer } from './peers.js';
import { runPair } from './run-pair.js';

export interface MatrixOptions {
  readonly clients: readonly Peer[];
  readonly servers: readonly Peer[];
  readonly sessions: readonly CatalogueSession[];
  readonly faults: readonly FaultName[];
  readonly ledger: Ledger;
  /** Folder of the run; undefined writes no traces. */
  readonly out: string | undefined;
  /** How many pairs at once. */
  readonly jobs: number;
  readonly patienceMs: number;
  readonly seed: string;
  readonly suiteVersion: string;
  readonly signal: AbortSignal;
  readonly onCell?: (cell: InteropCell, done: number, all: number) => void;
}

type Job = readonly [client: Peer, server: Peer];

/** Plays every client with every server. Pairs run at once up to the limit, but for those that share an implementation which runs already. */
export async function runMatrix(options: MatrixOptions): Promise<Interop> {
  const { clients, servers, sessions, ledger, seed, suiteVersion, signal, jobs } = options;
  const startedAt = new Date();
  const pairs = clients.flatMap((client) => servers.map((server): Job => [client, server]));
  const cells = new Map<Job, InteropCell>();
  const taken = new Set<Peer>();
  const left = [...pairs];
  const running = new Set<Promise<void>>();
  while (left.length > 0 || running.size > 0) {
    const next = running.size < jobs ? left.findIndex((pair) => pair.every((peer) => !taken.has(peer))) : -1;
    const [job] = next < 0 || signal.aborted ? [] : left.splice(next, 1);
    if (job === undefined) {
      if (running.size === 0) break;
      await Promise.race(running);
      continue;
    }
    const shared = job.filter(runsAlready);
    for (const peer of shared) taken.add(peer);
    const work = play(job, options).then((cell) => {
      cells.set(job, cell);
      for (const peer of shared) taken.delete(peer);
      running.delete(work);
      options.onCell?.(cell, cells.size, pairs.length);
    });
    running.add(work);
  }
  const played = pairs.flatMap((pair) => cells.get(pair) ?? []);
  const partial = signal.aborted ? String(signal.reason) : undefined;
  return {
    schemaVersion: 1,
    suite: { name: 'dmconform', version: suiteVersion },
    ledger: { version: ledger.version, digest: ledger.digest },
    startedAt: startedAt.toISOString(),
    durationMs: Date.now() - startedAt.getTime(),
    seed,
    clients: clients.map(peerOf),
    servers: servers.map(peerOf),
    catalogue: sessions.map(({ name, title }) => ({ name, title })),
    cells: played,
    ...(partial === undefined ? {} : { partial }),
    exitCode: interopExitCode(played, partial),
  };
}

function play([client, server]: Job, options: MatrixOptions): Promise<InteropCell> {
  const folder = `cells/${folderName(client.label)}--${folderName(server.label)}`;
  return runPair({ ...options, client, server, folder });
}

function folderName(label: string): string {
  return label.replaceAll(/[^\w.-]+/g, '-');
}

/** Nobody starts it for this pair alone. */
function runsAlready({ choice }: Peer): boolean {
  if (choice.kind === 'reference') return false;
  const { process, container, embedded } = choice.implementation.start ?? {};
  return process === undefined && container === undefined && embedded !== true;
}

function peerOf({ label, choice }: Peer): InteropPeer {
  if (choice.kind === 'reference') return { label, vendor: 'dmconform', start: 'embedded' };
  const { vendor, version, start = {} } = choice.implementation;
  const command = start.process?.command;
  const how = command === undefined ? (start.container?.image ?? start.url ?? 'it runs already') : command;
  return {
    label,
    ...(vendor === undefined ? {} : { vendor }),
    ...(version === undefined ? {} : { version }),
    start: typeof how === 'string' ? how : how.join(' '),
  };
}
