import type { Missing, Outcome, SessionOutcome, Violation } from '../model/interop.js';
import type { Ledger } from '../model/requirement.js';
import type { Counts, Result } from '../model/result.js';
import type { Role } from '../model/verdict.js';
import { COMMANDS } from '../protocol/commands.js';
import { judgeEvents, resultOf } from '../run/judging.js';
import type { ReadSpill } from '../trace/body.js';
import type { TraceEvent, TraceHeader } from '../trace/event.js';
import { sideOf } from '../trace/sides.js';
import { MADE_UP_COMMAND } from './catalogue.js';
import type { Look } from './expectations.js';
import type { TokenRecord } from './pair-record.js';
import type { Played } from './play-session.js';

export interface Judgement {
  readonly violations: readonly (Violation & { readonly scenario: string | undefined })[];
  readonly counts: Counts;
}

/** Judges the record of a pair for one side, by the oracles and the ledger of any run. */
export function judgeSide(
  record: { readonly header: TraceHeader; readonly events: readonly TraceEvent[]; readonly readSpill: ReadSpill },
  role: Role,
  { ledger, suiteVersion }: { readonly ledger: Ledger; readonly suiteVersion: string },
): Judgement {
  const side = sideOf(record.header, role);
  if (side === undefined) throw new Error(`a record of a DM ${record.header.role} alone is not that of a ${role}`);
  const judged = judgeEvents(side.header, record.events.filter(side.sees), record.readSpill);
  const result = resultOf({
    header: side.header,
    ledger,
    source: 'live',
    ...judged,
    selection: {},
    selectionWords: [],
    errors: [],
    durationMs: 0,
    trace: 'trace.ndjson',
    suiteVersion,
  });
  return { violations: violationsIn(result), counts: result.counts };
}

function violationsIn({ requirements, role }: Result): Judgement['violations'] {
  return requirements.flatMap(({ id, level, source, findings }) =>
    findings
      .filter(({ verdict }) => verdict === 'fail')
      .map(({ message, events, scenario }) => ({
        side: role,
        requirement: id,
        level,
        source,
        message,
        events,
        scenario,
      })),
  );
}

/** What a session came to. @param madeUp what the client said to a command that does not exist, where it was asked. */
export function outcomeOf(
  { token, session, seen, looks, notDone, gaveUp, durationMs }: Played,
  violations: readonly Violation[],
  madeUp: number | undefined,
): SessionOutcome {
  const shown = looks.map(({ late: _late, ...look }) => look);
  const base = { token, session: session.name, title: session.title, violations, shown, durationMs };
  const is = (outcome: Outcome, reason?: string, missing?: Missing): SessionOutcome => ({
    ...base,
    outcome,
    ...(reason === undefined ? {} : { reason }),
    ...(missing === undefined ? {} : { missing }),
  });
  const [first] = violations;
  if (first !== undefined) return is('failed', `${first.side}, by ${first.requirement}: ${first.message}`);
  if (notDone?.missing !== undefined) return is('unsupported', lackText(notDone.missing), notDone.missing);
  if (notDone !== undefined) return is('inconclusive', `not run: ${notDone.reason}`);
  const unmet = looks.filter(({ met }) => !met);
  if (unmet.length === 0 && gaveUp)
    return is('inconclusive', 'the session came to its end, and something else did not');
  if (unmet.length === 0) return is('worked');
  const lack = lackOf(seen, madeUp);
  if (typeof lack === 'object') return is('unsupported', lackText(lack), lack);
  return is('inconclusive', lack ?? sayUnmet(unmet));
}

function lackText({ side, key, probe }: Missing): string {
  return `${side}, by \`${key}\`: ${probe}`;
}

function sayUnmet(unmet: readonly Look[]): string {
  return unmet
    .map(({ claim, instead }) => `not seen: ${claim}${instead === undefined ? '' : ` (${instead})`}`)
    .join(' ');
}

/** An optional command that the client answers 501, as it does one that does not exist. */
function lackOf({ runs }: TokenRecord, madeUp: number | undefined): Missing | string | undefined {
  const refused = runs
    .flatMap(({ commands }) => commands)
    .find(({ command, status }) => status?.sc === 501 && COMMANDS.get(command.name ?? '')?.client === 'SHOULD');
  const name = refused?.command.name;
  if (name === undefined) return undefined;
  if (madeUp !== 501) {
    const said = madeUp === undefined ? 'was not answered' : `was answered ${madeUp}`;
    return `${name} was answered 501, yet a command that does not exist ${said}, so that is not taken for "not supported"`;
  }
  const probe = `${name} was answered 501, and so was ${MADE_UP_COMMAND}, which does not exist`;
  return { side: 'client', key: 'supports.commands', probe };
}

/** What the client said to the command that does not exist. */
export function saidToMadeUp(played: readonly Played[]): number | undefined {
  const runs = played.flatMap(({ seen }) => seen.runs);
  const commands = runs.flatMap((run) => run.commands);
  return commands.find(({ command }) => command.name === MADE_UP_COMMAND)?.status?.sc;
}
