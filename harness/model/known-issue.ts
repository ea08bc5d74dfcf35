import { Ajv2020 } from 'ajv/dist/2020.js';
import { readCheckedYaml, type YamlText, yamlMisfit } from './checked-yaml.js';
import type { Waiver } from './finding.js';
import { EXPECTATIONS_SCHEMA } from './schemas/expectations.js';

/** A failure that is known or waived, and why it is. */
export interface KnownIssue {
  readonly requirement: string;
  /** Title of the scenario; left out: any. */
  readonly scenario?: string;
  /** How the finding begins: another failure is another issue. */
  readonly says: string;
  readonly reason: string;
  /** Present where it is no confession of the vendor's but an exception that somebody granted, for a time. */
  readonly waiver?: Pick<Waiver, 'by' | 'until'>;
}

interface ExpectationsFile {
  readonly schemaVersion: 1;
  readonly knownIssues?: readonly KnownIssue[];
  readonly waivers?: readonly (Omit<KnownIssue, 'waiver'> & Pick<Waiver, 'by' | 'until'>)[];
}

/**
 * Reads an expectations file.
 * @param known ids of the ledger.
 * @throws ConformError CONFIG_UNREADABLE, naming file, line, key, what was found and what was expected.
 */
export function readKnownIssues(source: YamlText, known: ReadonlySet<string>): readonly KnownIssue[] {
  const validate = new Ajv2020({ verbose: true }).compile<ExpectationsFile>(EXPECTATIONS_SCHEMA);
  const { value, lineOf } = readCheckedYaml(source, validate, 'CONFIG_UNREADABLE');
  const { knownIssues = [], waivers = [] } = value;
  for (const [key, entries] of Object.entries({ knownIssues, waivers }))
    entries.forEach(({ requirement }, index) => {
      if (known.has(requirement)) return;
      const path = [key, index, 'requirement'];
      const where = { path: source.path, line: lineOf(path), key: path.join('.') };
      throw yamlMisfit('CONFIG_UNREADABLE', where, requirement, 'a requirement of the ledger');
    });
  return [...knownIssues, ...waivers.map(({ by, until, ...issue }) => ({ ...issue, waiver: { by, until } }))];
}
