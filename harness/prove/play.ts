import type { Ledger } from '../model/requirement.js';
import type { Result } from '../model/result.js';
import type { Verdict } from '../model/verdict.js';
import { ORACLES } from '../oracles/index.js';
import { runSuite } from '../run/run-suite.js';
import { keepTrace } from './keep-trace.js';
import { type Peer, targetOf } from './peers.js';
import { type RecordedScenario, RunKeeper } from './recording.js';
import { Speakers, type Witness, witnesses } from './without-oracle.js';

/** Where the suite lies. */
export interface Installed {
  readonly root: string;
  readonly stepsGlob: string;
  readonly suiteVersion: string;
}

export interface Task {
  readonly peer: Peer;
  /** With every scenario, but for the slow ones where `quick`, or, of a deviant, where they are about none of its rows. */
  readonly whole: boolean;
  /** Scenarios to play; left out: all of the role. */
  readonly places?: readonly string[];
  /** Without the scenarios that take long. */
  readonly quick: boolean;
  readonly seed: string;
  /** Oracles of which nobody knows yet whether the proof would miss them. */
  readonly unwitnessed: readonly string[];
  /** Folder that takes the record of the run; left out: it is not kept. */
  readonly traces?: string | undefined;
}

/** How a peer came out, as data that can be sent between processes. */
export interface Played {
  readonly task: Task;
  readonly verdicts: Readonly<Record<string, Verdict>>;
  readonly reasons: Readonly<Record<string, string>>;
  /** Findings that speak against the peer. */
  readonly findings: readonly { readonly requirement: string; readonly message: string }[];
  readonly errors: readonly string[];
  readonly scenarios: readonly RecordedScenario[];
  readonly witnesses: readonly Witness[];
  readonly durationMs: number;
}

/** How long the harness waits for a package: these peers run on a virtual clock, in the same process. */
const PATIENCE_MS = 3000;

/** Plays the suite against one peer, and looks which oracles its verdicts hang on. */
export async function playPeer(task: Task, ledger: Ledger, installed: Installed): Promise<Played> {
  const { peer, places, quick, seed, traces } = task;
  const began = performance.now();
  const keeper = new RunKeeper();
  const speakers = new Speakers(ORACLES);
  const result = await runSuite({
    ...installed,
    role: peer.role,
    target: targetOf(peer),
    ledger,
    out: undefined,
    selection: {},
    selectionWords: [],
    tags: quick ? 'not @slow' : undefined,
    places,
    patienceMs: PATIENCE_MS,
    seed,
    profile: 'default',
    strict: false,
    record: true,
    signal: new AbortController().signal,
    oracles: speakers.oracles,
    news: keeper.news,
  });
  if (traces !== undefined && keeper.recording !== undefined) keepTrace(traces, peer, keeper.recording);
  const found = witnessesOf(task, result, ledger, speakers, keeper);
  return {
    task,
    ...told(result),
    scenarios: keeper.scenarios,
    witnesses: found,
    durationMs: Math.round(performance.now() - began),
  };
}

/** Variants witness for nothing: they show no more than the conformant peer does. */
function witnessesOf(
  { peer, unwitnessed }: Task,
  result: Result,
  ledger: Ledger,
  speakers: Speakers,
  { recording }: RunKeeper,
): readonly Witness[] {
  if (recording === undefined || (peer.kind !== 'deviant' && peer.kind !== 'reference')) return [];
  const oracles = ORACLES.filter(({ on }) => on === peer.role);
  return witnesses({ breaks: peer.breaks, result, ledger, oracles, speakers, recording, wanted: unwitnessed });
}

function told({ requirements, errors }: Result): Pick<Played, 'verdicts' | 'reasons' | 'findings' | 'errors'> {
  return {
    verdicts: Object.fromEntries(requirements.map(({ id, verdict }) => [id, verdict])),
    reasons: Object.fromEntries(requirements.flatMap(({ id, reason }) => (reason === undefined ? [] : [[id, reason]]))),
    findings: requirements.flatMap(({ id, findings }) =>
      findings
        .filter(({ verdict }) => verdict === 'fail' || verdict === 'warn')
        .map(({ message }) => ({ requirement: id, message })),
    ),
    errors,
  };
}
