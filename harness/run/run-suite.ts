import { randomBytes } from 'node:crypto';
import type { Selection } from '../ledger/select.js';
import { selectRows } from '../ledger/select.js';
import { ConformError } from '../model/errors.js';
import type { Observed } from '../model/finding.js';
import type { KnownIssue } from '../model/known-issue.js';
import type { Ledger, Requirement } from '../model/requirement.js';
import type { Result, ScenarioResult } from '../model/result.js';
import type { Role } from '../model/verdict.js';
import { ORACLES } from '../oracles/index.js';
import { Judge } from '../oracles/judge.js';
import type { Oracle } from '../oracles/oracle.js';
import { EventBus } from '../recorder/bus.js';
import { StallWatch } from '../recorder/stall-watch.js';
import { TRACE_FILE, TraceWriter } from '../recorder/writer.js';
import { NOTIFIED_ONE } from '../session/notification-log.js';
import { PLEDGE_MS } from '../session/promptness.js';
import type { ReadSpill } from '../trace/body.js';
import type { TraceEvent, TraceHeader } from '../trace/event.js';
import { Redactor } from '../trace/redact.js';
import { conduct, countScenarios } from './conductor.js';
import { act, type RunContext } from './context.js';
import { resultOf } from './judging.js';
import { Marks } from './marks.js';
import { bindRun, type Playing, type ScenarioFacts, type Stage } from './playing.js';
import { randomFrom } from './seed.js';
import type { Network } from './stated-targets.js';
import { openTheatre, type TargetChoice, type Theatre } from './theatre.js';

/** After so many scenarios in a row in which the target did not answer in time, the rest is not played. */
const MOST_SILENT = 3;

/** News of a run, for whoever shows progress. */
export interface RunNews {
  /** The options are in order, the target is about to be reached. */
  readonly onOpened?: () => void;
  /** The run's record is about to begin. */
  readonly onRecord?: (header: TraceHeader, readSpill: ReadSpill) => void;
  readonly onEvent?: (event: TraceEvent) => void;
  /** Requirements that each planned scenario is about, and where each stands. */
  readonly onPlanned?: (scenarios: readonly (readonly string[])[], places: readonly string[]) => void;
  readonly onScenario?: (scenario: ScenarioResult, observed: readonly Observed[]) => void;
}

export interface SuiteOptions {
  readonly role: Role;
  readonly target: TargetChoice;
  readonly ledger: Ledger;
  /** Folder of the run's files; undefined keeps the trace in memory only. */
  readonly out: string | undefined;
  readonly selection: Selection;
  readonly selectionWords: readonly string[];
  /** Cucumber tag expression that narrows the scenarios further. */
  readonly tags?: string | undefined;
  /** Only the scenarios at these places, which `onPlanned` told of an earlier run (the suite's own proof). */
  readonly places?: readonly string[] | undefined;
  /** How long the harness waits for a package, in milliseconds (D-27). */
  readonly patienceMs: number;
  readonly seed: string;
  readonly profile: string;
  /** Where the suite's own servers listen for a client, and how it reaches them. */
  readonly network?: Network;
  /** Failures that are known. */
  readonly knownIssues?: readonly KnownIssue[] | undefined;
  /** Decisions that the statement reads otherwise, by id. */
  readonly decisions?: Readonly<Record<string, string>>;
  readonly strict: boolean;
  /** Off: nothing is recorded and nothing judged. For the benchmark of what that costs. */
  readonly record: boolean;
  /** Root of the package and where its step definitions lie below it. */
  readonly root: string;
  readonly stepsGlob: string;
  readonly suiteVersion: string;
  /** Ends the run early; the reason becomes the result's `partial`. */
  readonly signal: AbortSignal;
  readonly news?: RunNews;
  /** Says which driving steps to leave out (the suite's own tests). */
  readonly leaveOut?: (pattern: string, token: string) => boolean;
  /** Other oracles than all (the suite's own tests). */
  readonly oracles?: readonly Oracle[];
}

/**
 * Plays the scenarios of one role against a target, records and judges everything, and returns the result record. A fault of the suite or a target
 * that is not there is told in the result (`errors`, exit code 3); what was recorded so far is kept.
 * @throws ConformError for wrong options, a port in use, or an output folder that cannot be written.
 */
export async function runSuite(options: SuiteOptions): Promise<Result> {
  const run = await SuiteRun.open(options);
  options.news?.onOpened?.();
  try {
    await run.play();
  } finally {
    await run.close();
  }
  return run.result();
}

/**
 * How many scenarios of the role the selection leaves.
 * @throws ConformError USAGE for a requirement or chapter that the ledger does not have, or tags that are no expression.
 */
export function scenariosSelected(
  options: Pick<SuiteOptions, 'role' | 'ledger' | 'selection' | 'tags' | 'root'>,
): Promise<number> {
  return countScenarios(options.root, tagExpressionOf(options), options.tags);
}

/** Scenarios of the role that are about a selected row. */
function tagExpressionOf({
  role,
  ledger,
  selection,
  tags,
}: Pick<SuiteOptions, 'role' | 'ledger' | 'selection' | 'tags'>): string {
  const parts = [`@${role}`];
  if (selection.ids !== undefined || selection.chapters !== undefined) {
    const rows = selectRows(ledger, role, selection).filter((row) => row.notTested === undefined);
    parts.push(`(${rows.length === 0 ? '@none' : rows.map((row) => `@${row.id}`).join(' or ')})`);
  }
  if (tags !== undefined) parts.push(`(${tags})`);
  return parts.join(' and ');
}

class SuiteRun implements Playing {
  readonly role: Role;
  readonly requirements: readonly Requirement[];
  readonly random: () => number;
  readonly #options: SuiteOptions;
  readonly #context: RunContext;
  readonly #theatre: Theatre;
  readonly #header: TraceHeader;
  readonly #writer: TraceWriter | undefined;
  readonly #stalls: StallWatch | undefined;
  readonly #redactor: Redactor;
  readonly #judge: Judge;
  /** Shows the judge what happened since the last time. */
  #judgeAll: () => void = () => undefined;
  readonly #scenarios: ScenarioResult[] = [];
  readonly #errors: string[] = [];
  readonly #startedAt = performance.now();
  readonly #stop = new AbortController();
  #silent = 0;
  #gaveUp = false;
  /** For how long the suite itself stood still in the scenario under way, in milliseconds. */
  #stalledMs = 0;
  #stopped: string | undefined;
  #unreachable: string | undefined;
  #count = 0;
  #durationMs = 0;

  private constructor(
    options: SuiteOptions,
    parts: { context: RunContext; theatre: Theatre; bus: EventBus; stop: AbortController },
  ) {
    this.#options = options;
    this.role = options.role;
    this.requirements = options.ledger.requirements;
    this.random = randomFrom(options.seed);
    this.#context = parts.context;
    this.#theatre = parts.theatre;
    this.#stop = parts.stop;
    this.#header = {
      record: 'dmconform-trace',
      version: 1,
      started: parts.bus.started,
      suite: options.suiteVersion,
      ledger: options.ledger.version,
      role: options.role,
      statement: parts.theatre.statement,
      decisions: options.decisions ?? {},
      profile: options.profile,
      patienceMs: options.patienceMs,
      source: 'live',
    };
    this.#judge = new Judge(this.#header, options.oracles ?? ORACLES, (file) => parts.bus.spills.read(file));
    this.#redactor = new Redactor({ key: randomBytes(16), secrets: parts.theatre.secrets });
    if (!options.record) return;
    options.news?.onRecord?.(this.#header, (file) => parts.bus.spills.read(file));
    if (options.news?.onEvent !== undefined) parts.bus.subscribe(options.news.onEvent);
    if (options.out !== undefined) {
      this.#writer = TraceWriter.open({
        folder: options.out,
        header: this.#header,
        spills: parts.bus.spills,
        redactor: this.#redactor,
      });
      parts.bus.subscribe(this.#writer.write);
    }
    this.#stalls = new StallWatch(parts.bus);
    this.#judgeAll = parts.bus.subscribeLater((event) => this.#judge.push(event));
    parts.bus.subscribe((event) => {
      if (event.kind === 'action' && event.action.name === 'stall') this.#stalledMs += event.action.ms;
      if (event.kind !== 'action' || event.action.name !== 'gave-up' || event.action.afterMs === 0) return;
      // A client that reads no notification of ours is there all the same (D-12).
      if (event.action.waitingFor !== NOTIFIED_ONE) this.#gaveUp = true;
    });
  }

  static async open(options: SuiteOptions): Promise<SuiteRun> {
    const bus = new EventBus();
    const stop = new AbortController();
    const signal = AbortSignal.any([options.signal, stop.signal]);
    const lost = (why: string): void => stop.abort(why);
    const context: RunContext = { bus, patienceMs: options.patienceMs, quiet: { real: 0, virtual: 0 }, signal, lost };
    const marks = new Marks(options.seed);
    const theatre = await openTheatre({
      role: options.role,
      target: options.target,
      context,
      marks,
      record: options.record,
      out: options.out,
      ...(options.network === undefined ? {} : { network: options.network }),
    });
    try {
      return new SuiteRun(options, { context, theatre, bus, stop });
    } catch (error) {
      await theatre.close();
      throw error;
    }
  }

  async play(): Promise<void> {
    const tagExpression = tagExpressionOf(this.#options);
    const unreachable = await this.#theatre.reach();
    this.#unreachable = unreachable;
    if (unreachable !== undefined || this.#whyLost() !== undefined) return;
    bindRun(this);
    try {
      const conducted = await conduct({
        root: this.#options.root,
        stepsGlob: this.#options.stepsGlob,
        tagExpression,
        places: this.#options.places,
        onPlanned: (scenarios) => {
          const about = scenarios.map(({ tags }) => tags.map((tag) => tag.slice(1)));
          this.#theatre.planned?.(new Set(about.flat()));
          this.#options.news?.onPlanned?.(
            about,
            scenarios.map(({ place }) => place),
          );
        },
      });
      this.#errors.push(...conducted.errors);
      if (conducted.planned === 0) this.#errors.push(`no scenario fits the selection ${tagExpression}`);
    } finally {
      bindRun(undefined);
    }
  }

  begin(facts: ScenarioFacts): Stage {
    this.#count += 1;
    this.#gaveUp = false;
    this.#stalledMs = 0;
    const token = `${this.role.slice(0, 1)}${this.#count}`;
    const { name, feature, rule, requirements } = facts;
    act(this.#context, token, { name: 'scenario-begin', title: name, requirements, feature, rule });
    const stopped = this.#whyStopped();
    if (stopped !== undefined) act(this.#context, token, { name: 'obstacle', reason: `not played: ${stopped}` });
    return this.#theatre.stage(token);
  }

  leavesOut(pattern: string, token: string): boolean {
    return this.#options.leaveOut?.(pattern, token) === true;
  }

  observed(token: string): readonly Observed[] | undefined {
    this.#judgeAll();
    return this.#options.record ? this.#judge.ofScenario(token) : undefined;
  }

  async end(stage: Stage, facts: ScenarioFacts, error: string | undefined, durationMs: number): Promise<void> {
    const stopped = this.#whyStopped();
    await this.#theatre.clear(stage);
    act(this.#context, stage.token, {
      name: 'scenario-end',
      ...(error === undefined ? {} : { error }),
      ...(stopped === undefined ? {} : { stopped }),
    });
    const scenario: ScenarioResult = {
      token: stage.token,
      ...facts,
      reached: stopped === undefined,
      ...(error === undefined ? {} : { error }),
      durationMs: Math.round(durationMs * 1000) / 1000,
    };
    this.#scenarios.push(scenario);
    if (!this.#gaveUp) this.#silent = 0;
    // A target that the suite kept waiting for too long is not to blame for that (D-34).
    else if (this.#stalledMs < (this.#header.statement.timeouts?.package ?? PLEDGE_MS)) this.#silent += 1;
    if (this.#silent >= MOST_SILENT && this.#stopped === undefined) {
      this.#stopped = `the target did not answer in time in ${MOST_SILENT} scenarios in a row`;
      this.#stop.abort();
    }
    this.#options.news?.onScenario?.(scenario, this.#redactor.value(this.observed(stage.token) ?? []));
  }

  async close(): Promise<void> {
    await this.#theatre.close();
    this.#stalls?.close();
    this.#judgeAll();
    // Where what the target runs on is gone, as the faults say, the target is not to blame.
    if (this.#unreachable !== undefined && this.#whyLost() === undefined) {
      const { name: subject } = this.#header.statement;
      this.#errors.push(new ConformError('TARGET_UNREACHABLE', this.#unreachable, { subject }).toLine());
    }
    this.#errors.push(...this.#context.bus.faults, ...this.#theatre.faults);
    this.#durationMs = performance.now() - this.#startedAt;
    this.#writer?.close(this.#partial());
  }

  result(): Result {
    // Findings quote what was seen, and errors what a target printed.
    return this.#redactor.value(this.#plainResult());
  }

  #plainResult(): Result {
    const { ledger, selection, selectionWords, strict, suiteVersion, signal } = this.#options;
    return resultOf({
      header: this.#header,
      ledger,
      source: 'live',
      observed: this.#judge.observed,
      refused: this.#judge.refused,
      sessionsCompleted: this.#options.record ? this.#judge.sessionsCompleted : 1,
      scenarios: this.#scenarios,
      selection,
      selectionWords,
      errors: this.#errors,
      quiet: this.#context.quiet,
      durationMs: this.#durationMs,
      partial: this.#partial(),
      interrupted: signal.aborted && String(signal.reason) === 'interrupted',
      strict,
      trace: TRACE_FILE,
      suiteVersion,
      knownIssues: this.#options.knownIssues,
    });
  }

  #partial(): string | undefined {
    return this.#options.signal.aborted ? String(this.#options.signal.reason) : this.#whyLost();
  }

  /** Why nothing more can come of the run: what the target runs on is gone. */
  #whyLost(): string | undefined {
    const reason: unknown = this.#stop.signal.reason;
    return typeof reason === 'string' ? reason : undefined;
  }

  #whyStopped(): string | undefined {
    return this.#partial() ?? this.#stopped;
  }
}
