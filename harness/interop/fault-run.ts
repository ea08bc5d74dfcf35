import { join } from 'node:path';
import type { FaultOutcome, Violation } from '../model/interop.js';
import { faultText, type PlannedFault } from '../proxy/fault.js';
import type { Injector } from '../proxy/faulty-relay.js';
import type { TraceHeader } from '../trace/event.js';
import { CATALOGUE, type CatalogueSession } from './catalogue.js';
import { judgeSide } from './judge-pair.js';
import { Pair } from './pair.js';
import { type PairAgreement, pairOptions, type RunPairOptions } from './pair-options.js';
import { planFault } from './plan-fault.js';
import { END, upload } from './planned.js';
import { type Learnt, type Played, playSession } from './play-session.js';

/**
 * How many sessions the two have to find together again. A server may send again what it had planned for the session that was disturbed (D-26), and the next one
 * as well.
 */
const ATTEMPTS = 3;

/** A session of three exchanges: one of them is disturbed. */
const DISTURBED: CatalogueSession = {
  name: 'disturbed',
  title: 'A session with a fault on the way',
  opening: 'client',
  plan: (at) => [
    [upload('HPUT', at.repository('a'), at.nodes.devInfo)],
    [upload('HPUT', at.repository('b'), at.nodes.devInfo)],
    [END],
  ],
};
const EXCHANGES = 3;
/** After so many milliseconds in which nothing more comes a session is over: longer than any delay that a fault makes. */
const QUIET_MS = 1500;

/** What is to strike next, and what did. */
class Armed implements Injector {
  struckBy: string | undefined;
  #planned: PlannedFault | undefined;
  #count = 0;
  #tell: (planned: PlannedFault, detail: string) => void = () => undefined;

  arm(planned: PlannedFault | undefined, tell: (planned: PlannedFault, detail: string) => void): void {
    this.#planned = planned;
    this.#tell = tell;
    this.#count = 0;
    this.struckBy = undefined;
  }

  next(): PlannedFault | undefined {
    this.#count += 1;
    return this.#count === this.#planned?.exchange ? this.#planned : undefined;
  }

  struck(planned: PlannedFault, detail: string): void {
    this.#planned = undefined;
    this.struckBy = detail;
    this.#tell(planned, detail);
  }
}

interface Struck {
  readonly planned: PlannedFault;
  readonly token: string;
  readonly disturbed: Played;
  readonly struck: string | undefined;
  /** The sessions after it, in which nothing was asked of the server; the last one had nothing left to do, or there were no more. */
  readonly after: readonly Played[];
  /** A session like the one that was disturbed, undisturbed. */
  readonly again: Played;
  readonly durationMs: number;
}

/**
 * Disturbs one exchange of a session for each fault, and looks whether the two find together again. Each side is judged on what it saw itself, in a record of
 * its own, and none of it counts as conformance.
 */
export async function runFaults(
  options: RunPairOptions,
  agreed: PairAgreement,
): Promise<{ readonly outcomes: readonly FaultOutcome[]; readonly errors: readonly string[] }> {
  const injector = new Armed();
  const settings = pairOptions(options, agreed);
  const folder = settings.folder === undefined ? undefined : join(settings.folder, 'resilience');
  const own = (side: string): string | undefined => (folder === undefined ? undefined : join(folder, side));
  const pair = await Pair.open({ ...settings, folder: own('client'), faults: { injector, folder: own('server') } });
  const played: Struck[] = [];
  const errors: string[] = [];
  try {
    const down = await pair.start();
    if (down !== undefined) errors.push(down);
    else await strikeAll(pair, injector, options, played);
  } finally {
    await pair.close(options.signal.aborted ? String(options.signal.reason) : undefined);
  }
  errors.push(...pair.bus.faults);
  const violations = violationsOf(pair, options);
  return { outcomes: pair.redactor.value(played.map((one) => outcomeOf(one, violations))), errors };
}

async function strikeAll(pair: Pair, injector: Armed, { faults, seed, signal }: RunPairOptions, played: Struck[]) {
  const learnt: Learnt = {};
  const [first] = CATALOGUE;
  const play = (session: CatalogueSession, token: string): Promise<Played> =>
    playSession(pair, session, { token, learnt, count: 1, patienceMs: Math.min(pair.options.patienceMs, QUIET_MS) });
  if (first !== undefined) await play(first, 'reach');
  for (const fault of faults) {
    if (signal.aborted) return;
    const began = performance.now();
    const planned = planFault(fault, seed, EXCHANGES);
    const token = `f-${fault}`;
    injector.arm(planned, (_planned, detail) => {
      const { exchange } = planned;
      pair.bus.emit({ kind: 'action', scenario: token, action: { name: 'fault', fault, exchange, detail } });
    });
    const disturbed = await play(DISTURBED, token);
    const struck = injector.struckBy;
    injector.arm(undefined, () => undefined);
    const after: Played[] = [];
    while (first !== undefined && after.length < ATTEMPTS && !after.some(isEmpty) && !signal.aborted)
      after.push(await play(first, `${token}-${after.length + 1}`));
    const again = await play(DISTURBED, `${token}-again`);
    played.push({ planned, token, disturbed, struck, after, again, durationMs: Math.round(performance.now() - began) });
  }
}

function worked({ notDone, looks }: Played): boolean {
  return notDone === undefined && looks.every(({ met }) => met);
}

/** It worked, and the server had nothing left to send but END. */
function isEmpty(played: Played): boolean {
  return worked(played) && played.seen.runs.length === 1 && played.seen.runs[0]?.commands.length === 1;
}

/** Each side by what it saw itself. */
function violationsOf(pair: Pair, options: RunPairOptions): ReturnType<typeof judgeSide>['violations'] {
  const { counterpart: _both, ...header } = pair.header;
  const readSpill = (file: string) => pair.bus.spills.read(file);
  const atServer: TraceHeader = { ...header, role: 'server', statement: pair.server.statement };
  const ofClient = pair.record.events.filter((event) => event.kind !== 'process' || event.scenario !== undefined);
  return [
    ...judgeSide({ header, events: ofClient, readSpill }, 'client', options).violations,
    ...judgeSide({ header: atServer, events: pair.serverEvents, readSpill }, 'server', options).violations,
  ];
}

function outcomeOf(
  { planned, token, disturbed, struck, after, again, durationMs }: Struck,
  all: ReturnType<typeof judgeSide>['violations'],
): FaultOutcome {
  const tokens = [token, again.token, ...after.map((one) => one.token)];
  const violations = all
    .filter(({ scenario }) => scenario !== undefined && tokens.includes(scenario))
    .map(({ scenario: _scenario, ...violation }): Violation => violation);
  const detail = `exchange ${planned.exchange} of ${EXCHANGES}: ${faultText(planned)}`;
  const base = { token, fault: planned.fault, detail, violations, durationMs };
  const [first] = violations;
  if (struck === undefined) {
    const why = disturbed.notDone?.reason ?? 'the session did not come so far';
    return { ...base, outcome: 'inconclusive', reason: `the fault did not strike: ${why}` };
  }
  const became = becameOf(disturbed);
  if (first !== undefined)
    return { ...base, outcome: 'violated', reason: `${first.side}, by ${first.requirement}: ${first.message}` };
  const more = after.length > 1 ? `, after ${after.length} sessions with what was left of it` : '';
  if (worked(again)) return { ...base, outcome: 'recovered', reason: `${became}; the same session worked then${more}` };
  return {
    ...base,
    outcome: 'not-recovered',
    reason: `${became}; the same session did not work then: ${whyNot(again)}`,
  };
}

/** What became of the session that was disturbed. */
function becameOf({ looks, seen, gaveUp }: Played): string {
  if (looks.every(({ met }) => met)) return 'the session went on to its end';
  if (seen.runs.some((run) => run.hasEnd)) return 'the session came to an END, though not as it was planned';
  return gaveUp ? 'nothing more came of the session' : 'the client gave the session up and was gone';
}

function whyNot(played: Played | undefined): string {
  const [unmet] = (played?.looks ?? []).filter(({ met }) => !met);
  return (
    played?.notDone?.reason ?? (unmet === undefined ? 'no reason' : `not seen: ${unmet.claim} (${unmet.instead ?? ''})`)
  );
}
