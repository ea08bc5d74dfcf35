import { basename, dirname } from 'node:path';
import type { Command } from 'commander';
import { ConformError } from '../harness/model/errors.js';
import type { Clause, Ledger } from '../harness/model/requirement.js';
import { LEVEL_WORD } from '../harness/model/verdict.js';
import { renderCoverageHtml } from '../reports/coverage-html.js';
import { coverageLines, readCoverage } from './coverage.js';
import { writeOutput } from './output.js';
import { readCrClauses, readLedger } from './paths.js';
import { rulesByRequirement } from './scenarios.js';

interface ListFlags {
  readonly json?: boolean;
  readonly source?: string;
  readonly untested?: boolean;
  readonly coverage?: boolean;
  readonly out?: string;
}

export function defineList(program: Command): void {
  program
    .command('list')
    .description('the ledger: requirements with level, role, source and scenarios')
    .option('--json', 'as JSON')
    .option('--source <clause>', 'only rows with a source that begins so: CR, TS 5.3, D-05')
    .option('--untested', 'only rows that no scenario judges, with the reason')
    .option('--coverage', 'how clauses, requirements, scenarios and deviants hang together, and what is not covered')
    .option('--out <file>', 'with --coverage: writes all of it there as a page')
    .action((flags: ListFlags) => {
      if (flags.coverage === true) showCoverage(flags);
      else list(flags);
    });
}

/** @throws ConformError OUTPUT_UNWRITABLE */
function showCoverage({ json, out }: ListFlags): void {
  const coverage = readCoverage();
  if (json === true) process.stdout.write(`${JSON.stringify(coverage, null, 2)}\n`);
  else process.stdout.write(`${coverageLines(coverage).join('\n')}\n`);
  if (out !== undefined) writeOutput(dirname(out), basename(out), renderCoverageHtml(coverage));
}

function list(flags: ListFlags): void {
  const rules = rulesByRequirement();
  const ledger = readLedger();
  const clauses = clausesOf(ledger, flags);
  const rows = ledger.requirements
    .filter((row) => flags.source === undefined || row.source.some((clause) => beginsWith(clause, flags.source ?? '')))
    .map((row) => ({
      id: row.id,
      on: row.on,
      level: row.level,
      source: row.source,
      statement: row.statement,
      decisions: row.decisions,
      har: row.har,
      scenarios: (rules.get(row.id)?.scenarios ?? []).map(({ feature, name }) => ({ feature, name })),
      ...(row.notTested === undefined ? {} : { notTested: row.notTested }),
    }))
    .filter((row) => flags.untested !== true || row.scenarios.length === 0);
  if (rows.length === 0 && clauses.length === 0 && flags.source !== undefined) {
    throw new ConformError('USAGE', 'no requirement has such a source', {
      subject: '--source',
      found: flags.source,
      expected: 'for example CR, "CR 6.2-4" or TS',
    });
  }
  if (flags.json === true) {
    const shown = clauses.length === 0 ? { requirements: rows } : { requirements: rows, clauses };
    process.stdout.write(`${JSON.stringify(shown, null, 2)}\n`);
    return;
  }
  for (const clause of clauses) {
    const by = [...clause.requirements, ...clause.decisions].join(' ');
    process.stdout.write(`${clause.id.padEnd(12)}  ${clause.says}\n`);
    if (by !== '') process.stdout.write(`    judged by ${by}\n`);
    if (clause.reason !== undefined) process.stdout.write(`    ${clause.reason}\n`);
  }
  if (clauses.length > 0) process.stdout.write('\n');
  for (const row of rows) {
    const tested = row.notTested ?? `${row.scenarios.length} scenario${row.scenarios.length === 1 ? '' : 's'}`;
    process.stdout.write(
      `${row.id}  ${row.on.padEnd(6)}  ${LEVEL_WORD[row.level].padEnd(6)}  ${row.source.join(', ')}\n    ${row.statement}\n    ${tested}\n`,
    );
  }
}

/** With `--source CR …`: what the change request says there, sentence by sentence. */
function clausesOf(ledger: Ledger, { source, untested }: ListFlags): readonly Clause[] {
  if (source === undefined || untested === true) return [];
  return readCrClauses(ledger).filter(({ id }) => beginsWith(id, source));
}

function beginsWith(clause: string, prefix: string): boolean {
  return clause === prefix || (clause.startsWith(prefix) && !/^[\da-z]/i.test(clause.slice(prefix.length)));
}
