import { createHash } from 'node:crypto';
import type { Evidence, EvidenceBook } from '../harness/model/evidence.js';
import type { Finding } from '../harness/model/finding.js';
import type { RequirementResult, Result } from '../harness/model/result.js';
import { LEVEL_WORD, type Verdict } from '../harness/model/verdict.js';
import { EvidencePlan } from './evidence-plan.js';
import { eventsAround } from './html-evidence.js';
import { visibleText } from './visible-text.js';
import { decidingFindings, scenarioText, targetText } from './wording.js';

type Status = 'passed' | 'failed' | 'broken' | 'skipped';

/** What is no verdict on the target is skipped there, and says why. */
const STATUS: Readonly<Record<Verdict, Status>> = {
  pass: 'passed',
  warn: 'passed',
  fail: 'failed',
  'known-issue': 'failed',
  error: 'broken',
  inconclusive: 'skipped',
  'not-applicable': 'skipped',
};

interface Step {
  readonly name: string;
  readonly status: Status;
  readonly stage: 'finished';
  readonly start: number;
  readonly stop: number;
  readonly steps: readonly Step[];
  readonly attachments: readonly { readonly name: string; readonly type: string; readonly source: string }[];
  readonly statusDetails?: { readonly message: string; readonly trace?: string };
}

/**
 * The result as files of an Allure results folder: a test for each requirement, in it a step for each message that its first findings show, its text attached.
 * Of the id there is a link, whose address a team sets by `allure.link.requirement.pattern` or the like.
 */
export function renderAllure(result: Result, book: EvidenceBook): Readonly<Record<string, string>> {
  const plan = new EvidencePlan(result);
  const files = new Map<string, string>();
  for (const row of result.requirements) {
    const uuid = uuidOf(`${result.startedAt} ${row.id}`);
    files.set(`${uuid}-result.json`, json(testOf(row, uuid, { result, book, plan, files })));
  }
  files.set('environment.properties', environmentOf(result));
  files.set('categories.json', json(CATEGORIES));
  return Object.fromEntries(files);
}

const CATEGORIES = [
  { name: 'Known issues and waivers', matchedStatuses: ['failed'], messageRegex: '(?s)known-issue.*' },
  { name: 'Failed requirements', matchedStatuses: ['failed'] },
  { name: 'Faults of the suite or its surroundings', matchedStatuses: ['broken'] },
  { name: 'Inconclusive', matchedStatuses: ['skipped'], messageRegex: '(?s)inconclusive.*' },
  { name: 'Not applicable', matchedStatuses: ['skipped'], messageRegex: '(?s)not-applicable.*' },
];

interface Input {
  readonly result: Result;
  readonly book: EvidenceBook;
  readonly plan: EvidencePlan;
  /** Takes the attachments. */
  readonly files: Map<string, string>;
}

function testOf(row: RequirementResult, uuid: string, input: Input): Readonly<Record<string, unknown>> {
  const { result } = input;
  const [first] = decidingFindings(row);
  const message = first?.message ?? row.reason ?? '';
  const start = Date.parse(result.startedAt);
  const chapter = result.chapters.find(({ id }) => id === row.chapter);
  return {
    uuid,
    historyId: historyOf(result, row),
    testCaseId: historyOf(result, row),
    fullName: `dmconform.${result.role}.${row.id}`,
    name: `${row.id} ${row.statement}`,
    description: `${LEVEL_WORD[row.level]}, ${row.source.join(', ')}`,
    status: STATUS[row.verdict],
    stage: 'finished',
    start,
    stop: start + Math.round(millisecondsOf(row, result)),
    ...(row.verdict === 'pass'
      ? {}
      : { statusDetails: { message: visibleText(`${row.verdict}: ${message}`), trace: detailOf(first, row, result) } }),
    labels: [
      { name: 'parentSuite', value: visibleText(`${targetText(result)} as ${result.role}`) },
      { name: 'suite', value: `${row.chapter} ${chapter?.title ?? ''}`.trim() },
      { name: 'epic', value: 'OMA DM 2.0' },
      { name: 'feature', value: chapter?.title ?? row.chapter },
      { name: 'story', value: row.id },
      { name: 'severity', value: row.level === 'M' ? 'critical' : row.level === 'S' ? 'normal' : 'minor' },
      { name: 'tag', value: row.verdict },
      { name: 'framework', value: 'dmconform' },
    ],
    links: [{ name: row.id, type: 'requirement', url: row.id }],
    parameters: [],
    attachments: [],
    steps: input.plan.of(row).inFull.map((finding) => findingStep(finding, row, input)),
  };
}

function findingStep(finding: Finding, row: RequirementResult, input: Input): Step {
  const evidence = input.book.get(row.trace ?? input.result.trace) ?? new Map<number, Evidence>();
  const shown = eventsAround(finding, evidence);
  const zero = Date.parse(input.result.startedAt);
  const offending = finding.verdict === 'pass' ? undefined : finding.events[0];
  const steps = shown.map((event): Step => {
    const at = zero + Math.round(event.t);
    const status = event.seq === offending ? STATUS[finding.verdict] : 'passed';
    const way = event.from === undefined || event.to === undefined ? '' : `${event.from} → ${event.to}: `;
    const name = visibleText(`#${event.seq} ${way}${event.title}`);
    return { name, status, stage: 'finished', start: at, stop: at, steps: [], attachments: attach(event, input.files) };
  });
  const times = steps.map(({ start }) => start);
  return {
    name: visibleText(finding.message),
    status: STATUS[finding.verdict],
    stage: 'finished',
    start: Math.min(...times, times.length === 0 ? zero : Number.POSITIVE_INFINITY),
    stop: Math.max(...times, zero),
    steps,
    attachments: [],
    ...(finding.verdict === 'pass'
      ? {}
      : { statusDetails: { message: visibleText(finding.message), trace: detailOf(finding, row, input.result) } }),
  };
}

/** The message as text; one file for each content, however often it is shown. */
function attach({ headers = [], body = '', defect }: Evidence, files: Map<string, string>): Step['attachments'] {
  const head = headers.map(([name, value]) => `${name}: ${value}`).join('\n');
  const text = visibleText([defect ?? '', head, body].filter((part) => part !== '').join('\n\n'));
  if (text === '') return [];
  const source = `${uuidOf(text)}-attachment.txt`;
  files.set(source, text);
  return [{ name: 'message', type: 'text/plain', source }];
}

function detailOf(finding: Finding | undefined, row: RequirementResult, result: Result): string {
  const lines = [
    `${LEVEL_WORD[row.level]}, ${row.source.join(', ')}`,
    finding?.expected === undefined ? '' : `Expected: ${finding.expected}`,
    finding?.actual === undefined ? '' : `Actual:   ${finding.actual}`,
    finding === undefined || finding.events.length === 0
      ? ''
      : `Events:   ${finding.events.join(', ')} in ${row.trace ?? result.trace}`,
    finding?.scenario === undefined ? '' : `Scenario: ${scenarioText(result, finding.scenario, row.trace)}`,
  ];
  return visibleText(lines.filter(Boolean).join('\n'));
}

function environmentOf({ suite, ledger, profile, environment, trace, target }: Result): string {
  const entries = {
    target: `${target.name} ${target.version ?? ''}`.trim(),
    dmconform: suite.version,
    ledger: `${ledger.version} ${ledger.digest.slice(0, 12)}`,
    profile,
    node: environment.node,
    platform: environment.platform,
    trace,
  };
  // A backslash would begin an escape in a properties file.
  const line = ([name, value]: readonly [string, string]): string =>
    `${name}=${visibleText(value).replaceAll('\\', '\\\\').replaceAll(/\s+/g, ' ')}\n`;
  return Object.entries(entries).map(line).join('');
}

function millisecondsOf(row: RequirementResult, { scenarios }: Result): number {
  const own = scenarios.filter(({ requirements }) => requirements.includes(row.id));
  return own.reduce((sum, { durationMs }) => sum + durationMs, 0);
}

/** The same in each run of the same implementation, so that Allure shows its history. */
function historyOf({ role, target }: Result, { id }: RequirementResult): string {
  return createHash('sha256').update(`${role} ${target.name} ${id}`).digest('hex').slice(0, 32);
}

function uuidOf(text: string): string {
  const hex = createHash('sha256').update(text).digest('hex');
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-${hex.slice(12, 16)}-${hex.slice(16, 20)}-${hex.slice(20, 32)}`;
}

function json(value: unknown): string {
  return `${JSON.stringify(value, null, 2)}\n`;
}
