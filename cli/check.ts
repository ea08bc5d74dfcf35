import type { Command } from 'commander';
import type { Requirement } from '../harness/model/requirement.js';
import type { Statement } from '../harness/model/statement.js';
import { type CheckedTarget, checkTarget } from '../harness/run/check-target.js';
import { needsOf } from '../harness/run/needs.js';
import { personAtTerminal } from './ask-person.js';
import { parseDuration } from './options.js';
import { readLedger } from './paths.js';
import { readStatement } from './read-statement.js';
import { rulesByRequirement } from './scenarios.js';

interface CheckFlags {
  readonly patience?: string;
  readonly json?: boolean;
}

/** A reason for which rows cannot be judged, and the rows. */
interface Gap {
  readonly missing: string;
  readonly requirements: readonly string[];
}

export function defineCheck(program: Command): void {
  program
    .command('check')
    .description('start an implementation, try its control operations, and say what can and cannot be judged')
    .argument('<statement>', 'its implementation.yaml, or the folder of one')
    .option('--patience <time>', 'how long to wait for a package')
    .option('--json', 'as JSON')
    .action(async (path: string, flags: CheckFlags) => {
      process.exitCode = await check(path, flags);
    });
}

async function check(path: string, { patience, json }: CheckFlags): Promise<number> {
  const { implementation, folder } = readStatement(path);
  const stop = new AbortController();
  const interrupted = (): void => stop.abort('interrupted');
  process.once('SIGINT', interrupted).once('SIGTERM', interrupted);
  const patienceMs = parseDuration(patience ?? implementation.patience ?? '10s', '--patience');
  const person = implementation.control?.manual === true ? personAtTerminal(stop.signal) : undefined;
  const checked = await checkTarget(
    implementation.role,
    { kind: 'statement', implementation, folder, ...(person === undefined ? {} : { ask: person.ask }) },
    patienceMs,
    stop.signal,
  );
  person?.leave();
  process.off('SIGINT', interrupted).off('SIGTERM', interrupted);
  const gaps = gapsOf(checked);
  const rows = readLedger().requirements.filter((row) => row.on === implementation.role && row.notTested === undefined);
  const missing = new Set(gaps.flatMap(({ requirements }) => requirements));
  const report = { ...checked, gaps, canBeJudged: rows.length - missing.size, requirements: rows.length };
  process.stdout.write(json === true ? `${JSON.stringify(report, null, 2)}\n` : `${linesOf(report).join('\n')}\n`);
  if (stop.signal.aborted) return 130;
  return checked.unreachable === undefined ? 0 : 3;
}

/** Rows of which every scenario needs something that is not there, by what that is. */
function gapsOf({ statement, operations }: CheckedTarget): readonly Gap[] {
  const refused = operations.filter(({ standing }) => standing === 'not offered').map(({ operation }) => operation);
  const offered = new Set(statement.operations.filter((name) => !refused.some((other) => other === name)));
  const gaps = new Map<string, string[]>();
  const rules = rulesByRequirement();
  for (const row of readLedger().requirements) {
    if (row.on !== statement.role || row.notTested !== undefined) continue;
    const missing = missingFor(row, rules.get(row.id)?.scenarios.map(({ steps }) => steps) ?? [], statement, offered);
    if (missing !== undefined) gaps.set(missing, [...(gaps.get(missing) ?? []), row.id]);
  }
  return [...gaps].map(([missing, requirements]) => ({ missing, requirements }));
}

function missingFor(
  row: Requirement,
  scenarios: readonly string[],
  statement: Statement,
  offered: ReadonlySet<string>,
): string | undefined {
  const each = scenarios.map((steps) => {
    const { operations, nodes, places } = needsOf(row.on, steps);
    return [
      ...[...operations]
        .filter((name) => !offered.has(name) && !(statement.start.per === 'session' && name === 'bootstrap'))
        .map((name) => `control operation ${name}`),
      ...[...nodes].filter((name) => statement.nodes[name] === undefined).map((name) => `nodes.${name}`),
      ...[...places].filter((name) => statement[name] === undefined).map((name) => `the key ${name}`),
    ];
  });
  return each.some((missing) => missing.length === 0) ? undefined : each[0]?.join(' and ');
}

function linesOf(
  report: CheckedTarget & {
    readonly gaps: readonly Gap[];
    readonly canBeJudged: number;
    readonly requirements: number;
  },
): readonly string[] {
  const { statement, unreachable, operations, gaps, output } = report;
  const head = `${statement.name}, a DM ${statement.role === 'client' ? 'Client' : 'Server'}`;
  if (unreachable !== undefined) {
    return [`${head}: cannot be reached`, `  ${unreachable}`, ...output.map((line) => `  | ${line}`)];
  }
  return [
    `${head}: there, and has had a session`,
    '',
    'Control operations',
    ...(operations.length === 0 ? ['  none is stated'] : []),
    ...operations.map(
      ({ operation, standing, detail }) =>
        `  ${operation.padEnd(16)}  ${standing}${detail === undefined ? '' : `  (${detail})`}`,
    ),
    '',
    `${report.canBeJudged} of ${report.requirements} requirements can be judged`,
    ...gaps.flatMap(({ missing, requirements }) => [`  without ${missing}:`, `    ${requirements.join(' ')}`]),
  ];
}
