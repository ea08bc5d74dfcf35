import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { AstBuilder, GherkinClassicTokenMatcher, Parser } from '@cucumber/gherkin';
import { IdGenerator, type Scenario, type TableRow } from '@cucumber/messages';
import { ROOT } from './paths.js';

export interface ScenarioText {
  readonly feature: string;
  readonly name: string;
  /** Its steps, one a line, with the cells of their tables; without those that say what must come of it. */
  readonly steps: string;
}

export interface RuleText {
  readonly statement: string;
  /** Why there is such a rule. */
  readonly why: string;
  readonly scenarios: readonly ScenarioText[];
}

/** The Rule of each requirement and the scenarios under it, read from the features themselves. */
export function rulesByRequirement(): ReadonlyMap<string, RuleText> {
  const found = new Map<string, RuleText>();
  const parser = new Parser(new AstBuilder(IdGenerator.incrementing()), new GherkinClassicTokenMatcher());
  const files = readdirSync(join(ROOT, 'features'), { recursive: true, encoding: 'utf8' }).filter((name) =>
    name.endsWith('.feature'),
  );
  for (const file of files.sort()) {
    const feature = join('features', file).replaceAll('\\', '/');
    const document = parser.parse(readFileSync(join(ROOT, feature), 'utf8'));
    for (const { rule } of document.feature?.children ?? []) {
      if (rule === undefined) continue;
      const scenarios = rule.children.flatMap(({ scenario }) =>
        scenario === undefined ? [] : [{ feature, name: scenario.name, steps: stepsOf(scenario) }],
      );
      for (const { name } of rule.tags) {
        const id = /^@([A-Z]{3}-\d+)$/.exec(name)?.[1];
        if (id === undefined) continue;
        const before = found.get(id);
        const why = rule.description.trim().replaceAll(/\s+/g, ' ');
        found.set(id, {
          statement: before?.statement ?? rule.name,
          why: before?.why ?? why,
          scenarios: [...(before?.scenarios ?? []), ...scenarios],
        });
      }
    }
  }
  return found;
}

function stepsOf({ steps, examples }: Scenario): string {
  const outcome = steps.findIndex(({ keywordType }) => keywordType === 'Outcome');
  const lines = steps
    .slice(0, outcome < 0 ? steps.length : outcome)
    .flatMap(({ text, dataTable, docString }) => [
      text,
      ...cells(dataTable?.rows ?? []),
      ...(docString === undefined ? [] : [docString.content]),
    ]);
  return [...lines, ...examples.flatMap(({ tableBody }) => cells(tableBody))].join('\n');
}

function cells(rows: readonly TableRow[]): readonly string[] {
  return rows.map((row) => row.cells.map(({ value }) => value).join(' '));
}
