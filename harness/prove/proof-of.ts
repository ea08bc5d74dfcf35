import type { DeviantCatalogue, DeviantEntry } from '../deviants/catalogue.js';
import type { Proof, ProvenOracle, ProvenPeer, ProvenRequirement } from '../model/proof.js';
import type { Ledger, Requirement } from '../model/requirement.js';
import type { Role } from '../model/verdict.js';
import type { Oracle } from '../oracles/oracle.js';
import type { Played } from './play.js';
import type { Witness } from './without-oracle.js';

/** Why a row cannot be shown on a machine that has nothing but Node: the ordinary web server of CDL-18. */
const ABSENT = /no ordinary web server on this machine/;
/** Deviants that each obligation should have. */
const ENOUGH = 2;

export interface ProofInput {
  readonly ledger: Ledger;
  readonly catalogues: readonly DeviantCatalogue[];
  readonly oracles: readonly Oracle[];
  readonly played: readonly Played[];
  /** Peers that could not be played: the suite broke. */
  readonly broken: readonly string[];
  /** What is wrong with the catalogues. */
  readonly strangers: readonly string[];
  /** What spoke against random legal sessions. */
  readonly flagged: readonly string[];
  /** Names that the proof was narrowed to: what it says of rows and oracles is then no problem. */
  readonly only: readonly string[] | undefined;
}

/** The parts of the record that follow from how the peers came out. */
export type Proven = Pick<Proof, 'peers' | 'requirements' | 'oracles' | 'thin' | 'unavailable' | 'problems'>;

/** Compares what was caught with what was declared. */
export function proofOf(input: ProofInput): Proven {
  const { ledger, catalogues, played, only } = input;
  const roles = catalogues.map(({ role }) => role);
  const unavailable = [...new Set(played.flatMap(unavailableIn))];
  const entries = new Map(
    catalogues.flatMap(({ role, deviants }) => deviants.map((one) => [`${role} ${one.name}`, one])),
  );
  const peers = played.map((one) => peerOf(one, entries.get(keyOf(one)), unavailable));
  const tested = ledger.requirements.filter(({ on, notTested }) => roles.includes(on) && notTested === undefined);
  const requirements = tested.map((row) => requirementOf(row, peers));
  const oracles = oraclesOf(input, roles);
  const obligations = requirements.filter(({ id, level }) => level !== 'Y' && !unavailable.includes(id));
  return {
    peers,
    requirements,
    oracles,
    thin: obligations.filter(({ caught }) => caught.length < ENOUGH).map(({ id }) => id),
    unavailable,
    problems: [
      ...input.strangers,
      ...input.broken,
      ...peers.flatMap(problemsOf),
      ...input.flagged,
      ...played.flatMap((one) => notShown(one, unavailable)),
      ...(only === undefined ? [...unguarded(obligations, peers, ledger), ...expendable(oracles)] : []),
    ],
  };
}

function keyOf({ task: { peer } }: Played): string {
  return `${peer.role} ${peer.name}`;
}

function unavailableIn({ task, verdicts, reasons }: Played): readonly string[] {
  if (task.peer.kind !== 'reference') return [];
  return Object.keys(verdicts).filter((id) => verdicts[id] === 'inconclusive' && ABSENT.test(reasons[id] ?? ''));
}

/** The conformant peer shows every row, or what is said of the others means nothing. */
function notShown({ task, verdicts, reasons }: Played, unavailable: readonly string[]): readonly string[] {
  if (task.peer.kind !== 'reference') return [];
  return Object.entries(verdicts)
    .filter(([id, verdict]) => verdict !== 'pass' && !unavailable.includes(id))
    .map(([id, verdict]) => `${task.peer.name}: ${id} is ${verdict} and not pass${because(reasons[id])}`);
}

function because(reason: string | undefined): string {
  return reason === undefined ? '' : ` (${reason})`;
}

function peerOf(played: Played, entry: DeviantEntry | undefined, unavailable: readonly string[]): ProvenPeer {
  const { task, verdicts, findings, errors, scenarios, durationMs } = played;
  const { role, name, kind } = task.peer;
  const breaks = entry?.breaks ?? [];
  const implies = Object.keys(entry?.implies ?? {});
  const against: Record<string, 'fail' | 'warn'> = {};
  for (const [id, verdict] of Object.entries(verdicts))
    if (verdict === 'fail' || verdict === 'warn') against[id] = verdict;
  const missed = breaks.filter((id) => !(id in against) && !unavailable.includes(id));
  const unrelated = Object.keys(against).filter((id) => !breaks.includes(id) && !implies.includes(id));
  return {
    role,
    name,
    kind,
    ...(entry === undefined ? {} : { because: entry.because }),
    breaks,
    implies,
    against,
    missed,
    unrelated,
    messages: Object.fromEntries(findings.toReversed().map(({ requirement, message }) => [requirement, message])),
    errors,
    scenarios: scenarios.length,
    whole: task.whole,
    durationMs,
    ok: missed.length + unrelated.length + errors.length === 0,
  };
}

function problemsOf(peer: ProvenPeer): readonly string[] {
  const who = `${peer.role} ${peer.name}`;
  const spoken =
    peer.kind === 'deviant' ? 'is caught, which it neither breaks nor implies' : 'speaks against a legal peer';
  return [
    ...peer.missed.map((id) => `${who}: ${id} is broken and not caught`),
    ...peer.unrelated.map((id) => `${who}: ${id} ${spoken} (${peer.messages[id] ?? ''})`),
    ...peer.errors.map((error) => `${who}: the suite broke: ${error}`),
  ];
}

function requirementOf({ id, on, level }: Requirement, peers: readonly ProvenPeer[]): ProvenRequirement {
  const names = (chosen: (peer: ProvenPeer) => boolean): readonly string[] =>
    peers.filter((peer) => peer.role === on && chosen(peer)).map(({ name }) => name);
  const breaking = names(({ breaks }) => breaks.includes(id));
  const missed = names((peer) => peer.missed.includes(id));
  return {
    id,
    on,
    level,
    deviants: breaking.length,
    caught: names((peer) => peer.breaks.includes(id) && id in peer.against),
    missed,
    unrelated: names((peer) => peer.unrelated.includes(id)),
  };
}

/** Obligations that no deviant breaks, or, of a MUST that rests on no open decision, that none fails. */
function unguarded(
  obligations: readonly ProvenRequirement[],
  peers: readonly ProvenPeer[],
  { requirements, decisions }: Ledger,
): readonly string[] {
  const open = new Set(decisions.filter(({ basis }) => basis === 'open').map(({ id }) => id));
  const soft = new Set(
    requirements.filter((row) => row.level !== 'M' || row.decisions.some((id) => open.has(id))).map(({ id }) => id),
  );
  return obligations.flatMap(({ id, on, deviants, caught }) => {
    if (deviants === 0) return [`${id}: no deviant breaks it`];
    if (soft.has(id) || caught.length === 0) return [];
    const fails = peers.some((peer) => peer.role === on && peer.breaks.includes(id) && peer.against[id] === 'fail');
    return fails ? [] : [`${id}: a MUST, of which the suite only warns`];
  });
}

function oraclesOf({ oracles, played }: ProofInput, roles: readonly Role[]): readonly ProvenOracle[] {
  const found = new Map<string, { readonly peer: string } & Witness>();
  for (const { task, witnesses } of played)
    for (const witness of witnesses)
      if (!found.has(witness.oracle)) found.set(witness.oracle, { peer: task.peer.name, ...witness });
  return oracles
    .filter(({ on }) => roles.includes(on))
    .map(({ name, on }) => {
      const witness = found.get(name);
      if (witness === undefined) return { name, on };
      const { peer, requirement, verdict } = witness;
      return { name, on, witness: { peer, requirement, verdict } };
    });
}

function expendable(oracles: readonly ProvenOracle[]): readonly string[] {
  return oracles
    .filter(({ witness }) => witness === undefined)
    .map(({ name }) => `the oracle ${name} could be taken out, and no deviant would be missed`);
}
