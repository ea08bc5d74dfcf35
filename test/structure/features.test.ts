import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { AstBuilder, GherkinClassicTokenMatcher, Parser } from '@cucumber/gherkin';
import { IdGenerator } from '@cucumber/messages';
import { describe, expect, it } from 'vitest';
import { ROOT, readLedger } from '../../cli/paths.js';

const LEVELS = { M: '@must', S: '@should', Y: '@may' } as const;

const parser = new Parser(new AstBuilder(IdGenerator.incrementing()), new GherkinClassicTokenMatcher());
const features = readdirSync(join(ROOT, 'features'), { recursive: true, encoding: 'utf8' })
  .filter((name) => name.endsWith('.feature'))
  .map((file) => ({ file, feature: parser.parse(readFileSync(join(ROOT, 'features', file), 'utf8')).feature }));
const rules = features.flatMap(({ file, feature }) =>
  (feature?.children ?? []).map(({ rule }) => ({ file, role: feature?.tags.map(({ name }) => name.slice(1)), rule })),
);

describe('features and ledger', () => {
  const ledger = readLedger();

  it('hold a Rule for each requirement that is tested, with at least one scenario', () => {
    const tagged = new Map(rules.map(({ rule }) => [rule?.tags[0]?.name.slice(1), rule]));
    const tested = ledger.requirements.filter(({ notTested }) => notTested === undefined);
    expect([...tagged.keys()].sort()).toEqual(tested.map(({ id }) => id).sort());
    for (const rule of tagged.values())
      expect(rule?.children.some(({ scenario }) => scenario !== undefined)).toBe(true);
  });

  it.each(rules.map(({ rule, role, file }) => [rule?.tags[0]?.name ?? '', { rule, role, file }] as const))(
    'agree on %s',
    (tag, { rule, role }) => {
      const row = ledger.requirements.find(({ id }) => id === tag.slice(1));
      expect(row?.statement.replace(/\.$/, '')).toBe(rule?.name);
      expect(role).toEqual([row?.on]);
      expect(rule?.tags[1]?.name).toBe(LEVELS[row?.level ?? 'M']);
      for (const { scenario } of rule?.children ?? []) {
        const last = scenario?.steps.at(-1);
        expect([last?.keyword.trim(), last?.text]).toEqual(['Then', row?.shows]);
      }
    },
  );
});
