import { aggregate } from '../ledger/aggregate.js';
import { exitCodeOf } from '../ledger/exit-code.js';
import type { Selection } from '../ledger/select.js';
import type { Observed } from '../model/finding.js';
import type { KnownIssue } from '../model/known-issue.js';
import type { Ledger } from '../model/requirement.js';
import type { Result, ScenarioResult } from '../model/result.js';
import { ORACLES } from '../oracles/index.js';
import { Judge } from '../oracles/judge.js';
import type { Oracle } from '../oracles/oracle.js';
import type { ReadSpill } from '../trace/body.js';
import type { ActionEvent, TraceEvent, TraceHeader } from '../trace/event.js';

export const SCHEMA_VERSION = 1;

export interface ResultInput {
  readonly header: TraceHeader;
  readonly ledger: Ledger;
  readonly source: Result['source'];
  readonly observed: readonly Observed[];
  readonly refused: ReadonlySet<string>;
  readonly sessionsCompleted: number;
  readonly scenarios: readonly ScenarioResult[];
  readonly selection: Selection;
  readonly selectionWords: readonly string[];
  readonly errors: readonly string[];
  readonly quiet: { readonly real: number; readonly virtual: number };
  readonly durationMs: number;
  readonly partial?: string | undefined;
  readonly interrupted?: boolean;
  readonly strict?: boolean;
  readonly trace: string;
  readonly suiteVersion: string;
  readonly knownIssues?: readonly KnownIssue[] | undefined;
}

/** Builds the result record from what the oracles said. The same for a live run, a saved trace and a HAR. */
export function resultOf(input: ResultInput): Result {
  const { header, ledger, errors, partial } = input;
  const { statement } = header;
  const aggregated = aggregate({
    ledger,
    role: header.role,
    observed: input.observed,
    refused: input.refused,
    scenarios: input.scenarios,
    statement,
    source: input.source,
    selection: input.selection,
    readings: header.decisions,
    known:
      input.knownIssues === undefined
        ? undefined
        : { issues: input.knownIssues, complete: partial === undefined, on: header.started.slice(0, 10) },
  });
  const exitCode = exitCodeOf({
    counts: aggregated.counts,
    errors,
    sessionsCompleted: input.sessionsCompleted,
    partial,
    interrupted: input.interrupted === true,
    strict: input.strict === true,
  });
  return {
    schemaVersion: SCHEMA_VERSION,
    suite: { name: 'dmconform', version: input.suiteVersion },
    ledger: { version: ledger.version, digest: ledger.digest },
    role: header.role,
    target: {
      name: statement.name,
      ...(statement.vendor === undefined ? {} : { vendor: statement.vendor }),
      ...(statement.version === undefined ? {} : { version: statement.version }),
      start: statement.start.detail ?? statement.start.kind,
    },
    profile: header.profile,
    source: input.source,
    startedAt: header.started,
    durationMs: Math.round(input.durationMs),
    ...(partial === undefined ? {} : { partial }),
    sessionsCompleted: input.sessionsCompleted,
    ...aggregated,
    scenarios: input.scenarios,
    errors,
    quietWindows: { real: input.quiet.real, virtual: input.quiet.virtual },
    environment: { node: process.version, platform: `${process.platform} ${process.arch}` },
    exitCode,
    trace: input.trace,
    ...(input.selectionWords.length === 0 ? {} : { selection: input.selectionWords }),
  };
}

export interface Judged {
  readonly observed: readonly Observed[];
  /** Names of the commands that were refused each time. */
  readonly refused: ReadonlySet<string>;
  readonly sessionsCompleted: number;
  readonly scenarios: readonly ScenarioResult[];
  readonly quiet: { readonly real: number; readonly virtual: number };
}

/** Judges recorded events. */
export function judgeEvents(
  header: TraceHeader,
  events: Iterable<TraceEvent>,
  readSpill: ReadSpill,
  oracles: readonly Oracle[] = ORACLES,
): Judged {
  const judge = new Judge(header, oracles, readSpill);
  const actions: ActionEvent[] = [];
  for (const event of events) {
    judge.push(event);
    if (event.kind === 'action') actions.push(event);
  }
  const windows = actions.flatMap(({ action }) => (action.name === 'quiet-closed' ? [action.mode] : []));
  return {
    observed: judge.observed,
    refused: judge.refused,
    sessionsCompleted: judge.sessionsCompleted,
    scenarios: scenariosOf(actions),
    quiet: {
      real: windows.filter((mode) => mode === 'real').length,
      virtual: windows.filter((mode) => mode === 'virtual').length,
    },
  };
}

/** The scenarios that a trace tells of. */
function scenariosOf(actions: readonly ActionEvent[]): readonly ScenarioResult[] {
  const ends = new Map<string, ActionEvent>();
  for (const event of actions)
    if (event.action.name === 'scenario-end' && event.scenario !== undefined) ends.set(event.scenario, event);
  return actions.flatMap((event) => {
    const { action, scenario } = event;
    if (action.name !== 'scenario-begin' || scenario === undefined) return [];
    const end = ends.get(scenario);
    const how = end?.action.name === 'scenario-end' ? end.action : undefined;
    return [
      {
        token: scenario,
        name: action.title,
        feature: action.feature ?? '',
        rule: action.rule ?? '',
        requirements: action.requirements,
        reached: how !== undefined && how.stopped === undefined,
        ...(how?.error === undefined ? {} : { error: how.error }),
        durationMs: end === undefined ? 0 : Math.round((end.t - event.t) * 1000) / 1000,
      },
    ];
  });
}
