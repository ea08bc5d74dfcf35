import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Command } from 'commander';
import { parse } from 'yaml';
import { selectRows } from '../harness/ledger/select.js';
import type { Ledger, Requirement } from '../harness/model/requirement.js';
import { LEVEL_WORD } from '../harness/model/verdict.js';
import { judgeEvents } from '../harness/run/judging.js';
import { parseTrace } from '../harness/trace/ndjson.js';
import { exchangeText } from './exchange-text.js';
import { ROOT, readCrClauses, readLedger } from './paths.js';
import { rulesByRequirement } from './scenarios.js';

interface Example {
  readonly file: string;
  readonly shows: string;
  readonly outcomes: Readonly<Record<string, string>>;
}

interface Deviant {
  readonly name: string;
  readonly because: string;
  readonly breaks: readonly string[];
}

/** Causes that are listed; after that they repeat each other. */
const MOST_CAUSES = 8;

export function defineExplain(program: Command): void {
  program
    .command('explain')
    .description('a requirement: its rule, clauses and decisions, what typically breaks it, a good and a bad exchange')
    .argument('<id>', 'for example SES-01')
    .action((id: string) => {
      process.stdout.write(`${explain(id).join('\n')}\n`);
    });
}

/** @throws ConformError USAGE for an id that the ledger does not have. */
function explain(id: string): readonly string[] {
  const ledger = readLedger();
  const row = (['client', 'server'] as const).flatMap((role) => selectRows(ledger, role, { ids: [id] }))[0];
  if (row === undefined) return [];
  return [
    `${row.id}  ${row.statement}`,
    `  ${LEVEL_WORD[row.level]}, judged on the DM ${row.on === 'client' ? 'Client' : 'Server'}; ${row.source.join(', ')}`,
    ...whyOf(row),
    ...clausesOf(row, ledger),
    ...decisionsOf(row, ledger),
    ...causesOf(row),
    ...exampleOf(row, 'held', 'A good exchange'),
    ...exampleOf(row, 'violated', 'A bad exchange'),
    '',
    `Play it alone: dmconform run --only ${row.id}`,
  ];
}

function whyOf({ id, feature, notTested }: Requirement): readonly string[] {
  const rule = rulesByRequirement().get(id);
  return [
    ...(rule === undefined || rule.why === '' ? [] : ['', 'Why', `  ${rule.why}`]),
    ...(feature === undefined ? [] : ['', `Optional: judged where ${feature} is declared or seen.`]),
    ...(notTested === undefined ? [] : ['', 'Not tested', `  ${notTested}`]),
    ...(rule === undefined
      ? []
      : ['', 'Scenarios', ...rule.scenarios.map(({ name, feature: file }) => `  ${name} (${file})`)]),
  ];
}

function clausesOf(row: Requirement, ledger: Ledger): readonly string[] {
  const clauses = readCrClauses(ledger).filter(({ requirements }) => requirements.includes(row.id));
  return clauses.length === 0
    ? []
    : ['', 'What the source says there', ...clauses.map(({ id, says }) => `  ${id}: ${says}`)];
}

function decisionsOf(row: Requirement, ledger: Ledger): readonly string[] {
  const named = new Set([...row.decisions, ...row.source]);
  const own = ledger.decisions.filter(({ id }) => named.has(id));
  if (own.length === 0) return [];
  const lines = own.flatMap(({ id, question, decision, basis, because, changeable }) => [
    `  ${id} (${basis}${changeable ? ', may be read otherwise in the statement' : ''}): ${question}`,
    `    ${decision}`,
    `    ${because}`,
  ]);
  return ['', 'Decisions', ...lines];
}

/** What breaks it: the bad golden traces, and the reference peers that are wrong on purpose. */
function causesOf(row: Requirement): readonly string[] {
  const shown = examples()
    .filter(({ outcomes }) => outcomes[row.id] === 'violated')
    .map(({ shows }) => shows);
  const { deviants } = parse(read('deviants', `${row.on}.yaml`)) as { deviants: readonly Deviant[] };
  const wrong = deviants.filter(({ breaks }) => breaks.includes(row.id)).map(({ because }) => because);
  const causes = [...new Set([...wrong, ...shown])].slice(0, MOST_CAUSES);
  return causes.length === 0 ? [] : ['', 'What typically breaks it', ...causes.map((cause) => `  - ${cause}`)];
}

function exampleOf(row: Requirement, outcome: 'held' | 'violated', title: string): readonly string[] {
  const fitting = examples().filter(({ outcomes }) => outcomes[row.id] === outcome);
  const traces = fitting.map((one) => ({ one, trace: parseTrace(read('traces', one.file), one.file) }));
  const smallest = traces.sort((a, b) => a.trace.events.length - b.trace.events.length)[0];
  if (smallest === undefined) return [];
  const { header, events } = smallest.trace;
  const said = judgeEvents(header, events, () => undefined).observed.find(
    (observed) => observed.requirement === row.id && observed.outcome === outcome,
  );
  return [
    '',
    `${title}: ${smallest.one.shows}`,
    ...exchangeText(events, new Set(said?.events ?? [])),
    ...(said === undefined ? [] : [`  ${outcome === 'held' ? 'Kept' : 'Broken'}: ${said.message}`]),
    ...(said?.expected === undefined ? [] : [`  Expected: ${said.expected}`]),
    ...(said?.actual === undefined ? [] : [`  Actual: ${said.actual}`]),
  ];
}

function examples(): readonly Example[] {
  return (parse(read('traces', 'index.yaml')) as { traces: readonly Example[] }).traces;
}

function read(...path: readonly string[]): string {
  return readFileSync(join(ROOT, 'fixtures', ...path), 'utf8');
}
