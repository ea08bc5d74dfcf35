import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { readCatalogue } from '../harness/deviants/catalogue.js';
import { type Coverage, type CoveredClause, gapsOf } from '../harness/model/coverage.js';
import type { Ledger } from '../harness/model/requirement.js';
import { ROOT, readCrClauses, readLedger } from './paths.js';
import { rulesByRequirement } from './scenarios.js';

/** Clauses, requirements, scenarios, deviants and decisions, each with what it is tied to. */
export function readCoverage(): Coverage {
  const ledger = readLedger();
  const rules = rulesByRequirement();
  const deviants = (['client', 'server'] as const).flatMap((role) => {
    const path = join('fixtures', 'deviants', `${role}.yaml`);
    return readCatalogue({ path, text: readFileSync(join(ROOT, path), 'utf8') }).deviants;
  });
  return {
    ledger: { version: ledger.version, digest: ledger.digest },
    clauses: [...readCrClauses(ledger), ...specificationClauses(ledger)],
    requirements: ledger.requirements.map(({ id, on, level, statement, source, notTested }) => ({
      id,
      on,
      level,
      statement,
      source,
      scenarios: (rules.get(id)?.scenarios ?? []).map(({ name }) => name),
      deviants: deviants.filter(({ breaks }) => breaks.includes(id)).map(({ name }) => name),
      ...(notTested === undefined ? {} : { notTested }),
    })),
    decisions: ledger.decisions.map(({ id, question, decision, basis }) => ({
      id,
      question,
      decision,
      basis,
      requirements: ledger.requirements
        .filter((row) => row.decisions.includes(id) || row.source.includes(id))
        .map((row) => row.id),
    })),
  };
}

/** The clauses of the specification that requirements name, in the order of their numbers. */
function specificationClauses({ requirements }: Ledger): readonly CoveredClause[] {
  const ids = new Set(requirements.flatMap(({ source }) => source.filter((clause) => clause.startsWith('TS'))));
  return [...ids]
    .sort((a, b) => a.localeCompare(b, 'en', { numeric: true }))
    .map((id) => ({
      id,
      requirements: requirements.filter(({ source }) => source.includes(id)).map((row) => row.id),
      decisions: [],
    }));
}

/** The figures in a line each, and what is not covered. */
export function coverageLines(coverage: Coverage): readonly string[] {
  const { clauses, requirements, decisions } = coverage;
  const scenarios = new Set(requirements.flatMap((row) => row.scenarios)).size;
  const deviants = new Set(requirements.flatMap((row) => row.deviants)).size;
  const open = decisions.filter(({ basis }) => basis === 'open').length;
  return [
    `${clauses.length} clauses, ${requirements.length} requirements, ${scenarios} scenarios, ${deviants} deviants, ${decisions.length} decisions (${open} open)`,
    ...gapsOf(coverage),
  ];
}
