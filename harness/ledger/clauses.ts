import { Ajv2020 } from 'ajv/dist/2020.js';
import { readCheckedYaml, type YamlText, yamlMisfit } from '../model/checked-yaml.js';
import type { Clause, Ledger } from '../model/requirement.js';
import { CLAUSE_FILE_SCHEMA } from '../model/schemas/ledger-files.js';

interface ClauseFile {
  readonly schemaVersion: 1;
  readonly source: string;
  readonly clauses: readonly (Partial<Clause> & Pick<Clause, 'id' | 'says'>)[];
}

const isClauseFile = new Ajv2020({ verbose: true }).compile<ClauseFile>(CLAUSE_FILE_SCHEMA);

/**
 * Reads the sentences of a source and what judges each of them (`clauses.yaml`).
 * @throws ConformError `LEDGER_INVALID` for a file that does not fit, a clause that stands twice or that nothing and no reason answers, and an id that
 * the ledger lacks.
 */
export function readClauses(source: YamlText, ledger: Ledger): readonly Clause[] {
  const checked = readCheckedYaml(source, isClauseFile, 'LEDGER_INVALID');
  const known = new Set([...ledger.requirements, ...ledger.decisions].map(({ id }) => id));
  const seen = new Set<string>();
  return checked.value.clauses.map(({ id, says, requirements = [], decisions = [], reason }, index) => {
    const wrong = (key: string, found: string, expected: string) =>
      yamlMisfit(
        'LEDGER_INVALID',
        { path: source.path, line: checked.lineOf(['clauses', index, key]), key: `clauses.${index}.${key}` },
        found,
        expected,
      );
    if (seen.has(id)) throw wrong('id', `${id} a second time`, 'each clause once');
    seen.add(id);
    const stranger = [...requirements, ...decisions].find((each) => !known.has(each));
    if (stranger !== undefined) throw wrong('requirements', stranger, 'ids that the ledger has');
    if (requirements.length === 0 && reason === undefined)
      throw wrong('id', `${id} with neither requirement nor reason`, 'a requirement, or a reason why there is none');
    return { id, says, requirements, decisions, ...(reason === undefined ? {} : { reason }) };
  });
}
