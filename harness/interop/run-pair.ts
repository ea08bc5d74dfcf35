import { rmSync } from 'node:fs';
import { cellOutcome, type InteropCell, type SessionOutcome, type Violation } from '../model/interop.js';
import { countVerdicts } from '../model/precedence.js';
import { agree } from './agree.js';
import { CATALOGUE, type CatalogueSession } from './catalogue.js';
import { runFaults } from './fault-run.js';
import { judgeSide, outcomeOf, saidToMadeUp } from './judge-pair.js';
import { Pair } from './pair.js';
import { type PairAgreement, pairOptions, type RunPairOptions } from './pair-options.js';
import { accountOf, type Peer } from './peers.js';
import { type Learnt, type Played, playSession } from './play-session.js';

/** After so many sessions in a row in which the pair did not answer in time, the rest is not played. */
const MOST_SILENT = 3;
const NO_ROWS = countVerdicts([]);

/** Plays the catalogue with one pair, judges both sides on the record, and says what each session came to. */
export async function runPair(options: RunPairOptions): Promise<InteropCell> {
  const began = performance.now();
  const { client, server, sessions, folder } = options;
  const base = { client: client.label, server: server.label, folder };
  const agreed = agreementOf(client, server);
  if ('missing' in agreed) {
    const { missing } = agreed;
    const outcomes = sessions.map((session) =>
      unplayed(session, 'unsupported', `${missing.side}, by \`${missing.key}\`: ${missing.probe}`),
    );
    return {
      ...base,
      outcome: cellOutcome(outcomes, 0),
      sessions: outcomes.map((outcome) => ({ ...outcome, missing })),
      elsewhere: [],
      rows: { client: NO_ROWS, server: NO_ROWS },
      account: missing.probe,
      errors: [],
      durationMs: 0,
    };
  }
  const played = await playCatalogue(options, agreed);
  const disturbs = options.faults.length > 0 && played.errors.length === 0;
  const faults = disturbs ? await runFaults(options, agreed).catch(broken) : undefined;
  return {
    ...base,
    ...played,
    account: agreed.how,
    errors: [...played.errors, ...(faults?.errors ?? [])],
    ...(faults === undefined ? {} : { faults: faults.outcomes }),
    durationMs: Math.round(performance.now() - began),
  };
}

function agreementOf(client: Peer, server: Peer): PairAgreement | ReturnType<typeof agree> {
  if (client.choice.kind === 'reference')
    return { implementation: undefined, how: "the reference client takes the server's account", bootstrap: false };
  return agree(client.choice.implementation, accountOf(server));
}

function broken(error: unknown): Awaited<ReturnType<typeof runFaults>> {
  return { outcomes: [], errors: [error instanceof Error ? error.message : String(error)] };
}

type PlayedCatalogue = Pick<InteropCell, 'outcome' | 'sessions' | 'elsewhere' | 'rows' | 'errors'>;

async function playCatalogue(options: RunPairOptions, agreed: PairAgreement): Promise<PlayedCatalogue> {
  const settings = pairOptions(options, agreed);
  // What a former run left there would look like part of this one.
  if (settings.folder !== undefined) rmSync(settings.folder, { recursive: true, force: true });
  let pair: Pair | undefined;
  const played: Played[] = [];
  const errors: string[] = [];
  let stopped: string | undefined;
  try {
    pair = await Pair.open(settings);
    stopped = await pair.start();
    if (stopped !== undefined) errors.push(stopped);
    else stopped = await playAll(pair, options, agreed, played);
  } catch (error) {
    stopped = error instanceof Error ? error.message : String(error);
    errors.push(stopped);
  } finally {
    await pair?.close(options.signal.aborted ? String(options.signal.reason) : undefined);
  }
  if (pair === undefined) return judgedNothing(options, stopped ?? 'not played', errors);
  errors.push(...pair.faults);
  return pair.redactor.value(judged(pair, options, { played, stopped, errors }));
}

/** Plays every session, and others where one rests on what they tell. @returns why it did not come to the end. */
async function playAll(
  pair: Pair,
  { sessions, signal, onSession }: RunPairOptions,
  { bootstrap }: PairAgreement,
  played: Played[],
): Promise<string | undefined> {
  const learnt: Learnt = {};
  let silent = 0;
  const play = async (session: CatalogueSession, token: string): Promise<Played> => {
    const one = await playSession(pair, session, { token, learnt, count: played.length + 1 });
    played.push(one);
    silent = one.gaveUp ? silent + 1 : 0;
    return one;
  };
  const [first] = CATALOGUE;
  // Nothing can be queued for a device that nobody knows.
  if (first !== undefined && sessions[0] !== first) await play(first, 'reach');
  const ordered = bootstrap ? bootstrapFirst(sessions) : sessions;
  for (const session of ordered) {
    if (signal.aborted) return String(signal.reason);
    if (silent >= MOST_SILENT) return `the pair did not answer in time in ${MOST_SILENT} sessions in a row`;
    const token = `i${sessions.indexOf(session) + 1}`;
    if (session.opening === 'notified' && bootstrap && !bootstrapped(played))
      played.push(unknown(session, token, pair, played));
    else await play(session, token);
    onSession?.(session.name);
  }
  const madeUp = CATALOGUE.find(({ name }) => name === 'unknown-command');
  const lacks = played.some(({ seen }) =>
    seen.runs.some(({ commands }) => commands.some((one) => one.status?.sc === 501)),
  );
  if (madeUp !== undefined && lacks && saidToMadeUp(played) === undefined) await play(madeUp, 'probe');
  return undefined;
}

/** A client with another account must have the server's before it is notified. */
function bootstrapFirst(sessions: readonly CatalogueSession[]): readonly CatalogueSession[] {
  const own = sessions.filter(({ opening }) => opening === 'bootstrap');
  const [first, ...rest] = sessions.filter(({ opening }) => opening !== 'bootstrap');
  return first === undefined ? own : [first, ...own, ...rest];
}

function bootstrapped(played: readonly Played[]): boolean {
  const given = played.find(({ session }) => session.opening === 'bootstrap');
  return given !== undefined && given.notDone === undefined && given.looks.every(({ met }) => met);
}

/** The client must not heed the notifications of a server whose account it does not hold, so none is sent. */
function unknown(session: CatalogueSession, token: string, pair: Pair, played: readonly Played[]): Played {
  const given = played.find((one) => one.session.opening === 'bootstrap')?.notDone;
  const reason = `the client holds another account than the server's, and bootstrap gave it none: ${given?.reason ?? 'it was not played, or did not work'}`;
  const missing = given?.missing === undefined ? {} : { missing: given.missing };
  return {
    token,
    session,
    seen: pair.record.of(token),
    looks: [],
    notDone: { reason, ...missing },
    gaveUp: false,
    durationMs: 0,
  };
}

function judged(
  pair: Pair,
  options: RunPairOptions,
  {
    played,
    stopped,
    errors,
  }: { readonly played: readonly Played[]; readonly stopped: string | undefined; readonly errors: readonly string[] },
): PlayedCatalogue {
  const record = {
    header: pair.header,
    events: pair.record.events,
    readSpill: (file: string) => pair.bus.spills.read(file),
  };
  const sides = { client: judgeSide(record, 'client', options), server: judgeSide(record, 'server', options) };
  const all = [...sides.client.violations, ...sides.server.violations];
  const madeUp = saidToMadeUp(played);
  const sessions = options.sessions.map((session): SessionOutcome => {
    const one = played.find((each) => each.session === session && each.token !== 'reach' && each.token !== 'probe');
    if (one === undefined) return unplayed(session, 'inconclusive', `not run: ${stopped ?? 'not played'}`);
    const own = all.filter(({ scenario }) => scenario === one.token).map(withoutScenario);
    return outcomeOf(one, own, madeUp);
  });
  const tokens = new Set(sessions.map(({ token }) => token));
  const elsewhere = all.filter(({ scenario }) => scenario === undefined || !tokens.has(scenario)).map(withoutScenario);
  return {
    outcome: cellOutcome(sessions, elsewhere.length),
    sessions,
    elsewhere,
    rows: { client: sides.client.counts, server: sides.server.counts },
    errors,
  };
}

function withoutScenario({
  scenario: _scenario,
  ...violation
}: Violation & { readonly scenario: string | undefined }): Violation {
  return violation;
}

function judgedNothing({ sessions }: RunPairOptions, why: string, errors: readonly string[]): PlayedCatalogue {
  const outcomes = sessions.map((session) => unplayed(session, 'inconclusive', `not run: ${why}`));
  return {
    outcome: cellOutcome(outcomes, 0),
    sessions: outcomes,
    elsewhere: [],
    rows: { client: NO_ROWS, server: NO_ROWS },
    errors,
  };
}

function unplayed(session: CatalogueSession, outcome: 'inconclusive' | 'unsupported', reason: string): SessionOutcome {
  const { name, title } = session;
  return { token: '', session: name, title, outcome, reason, violations: [], shown: [], durationMs: 0 };
}
