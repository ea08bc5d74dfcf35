import { createHash } from 'node:crypto';
import { Ajv2020 } from 'ajv/dist/2020.js';
import { type CheckedYaml, readCheckedYaml, type YamlText, yamlMisfit } from '../model/checked-yaml.js';
import { ConformError } from '../model/errors.js';
import type { Chapter, Decision, Ledger, Requirement } from '../model/requirement.js';
import { CHAPTER_FILE_SCHEMA, DECISION_FILE_SCHEMA, REQUIREMENT_FILE_SCHEMA } from '../model/schemas/ledger-files.js';

type Row = Omit<Requirement, 'chapter' | 'decisions'> & { readonly decisions?: readonly string[] };

interface RequirementFile {
  readonly schemaVersion: 1;
  readonly chapter: string;
  readonly requirements: readonly Row[];
}

interface DecisionFile {
  readonly schemaVersion: 1;
  readonly decisions: readonly Decision[];
}

interface ChapterFile {
  readonly schemaVersion: 1;
  readonly ledger: string;
  readonly chapters: readonly (Chapter & { readonly file: string })[];
}

const ajv = new Ajv2020({ verbose: true });
const isRequirementFile = ajv.compile<RequirementFile>(REQUIREMENT_FILE_SCHEMA);
const isDecisionFile = ajv.compile<DecisionFile>(DECISION_FILE_SCHEMA);
const isChapterFile = ajv.compile<ChapterFile>(CHAPTER_FILE_SCHEMA);

/**
 * Reads the ledger from the texts of its files: `chapters.yaml`, `decisions.yaml` and one file for each chapter, told apart by their base names.
 * @throws ConformError `LEDGER_INVALID`, naming file, line, key, what was found and what was expected: a file that is missing or fits no schema,
 * an id or a `shows` that stands twice, an id of another chapter, a decision that the register lacks, an entailed row that is no other of its role.
 */
export function parseLedger(files: readonly YamlText[]): Ledger {
  const chapterFile = readCheckedYaml(fileNamed(files, 'chapters.yaml'), isChapterFile, 'LEDGER_INVALID').value;
  const decisions = readDecisions(fileNamed(files, 'decisions.yaml'));
  const known = new Set(decisions.map((decision) => decision.id));
  const seen: Seen = { ids: new Map(), shows: new Map(), entailed: [] };
  const requirements = chapterFile.chapters.flatMap((chapter) =>
    readChapter(fileNamed(files, chapter.file), chapter.id, known, seen),
  );
  for (const { by, id, wrong } of seen.entailed) {
    if (!requirements.some((row) => row.id === id && row.on === by.on && row.id !== by.id)) throw wrong;
  }
  const chapters = chapterFile.chapters.map(({ id, title, source }) => ({ id, title, source }));
  const content = { version: chapterFile.ledger, chapters, requirements, decisions };
  return { ...content, digest: createHash('sha256').update(canonical(content)).digest('hex') };
}

/** Where each id and each `shows` stood first, and what can be checked only when all chapters are read. */
interface Seen {
  readonly ids: Map<string, string>;
  readonly shows: Map<string, string>;
  readonly entailed: { readonly by: Row; readonly id: string; readonly wrong: ConformError }[];
}

function readDecisions(source: YamlText): readonly Decision[] {
  const checked = readCheckedYaml(source, isDecisionFile, 'LEDGER_INVALID');
  const seen = new Map<string, string>();
  checked.value.decisions.forEach((decision, index) => {
    once(seen, decision.id, source, checked, ['decisions', index, 'id']);
  });
  return checked.value.decisions;
}

function readChapter(source: YamlText, chapter: string, known: ReadonlySet<string>, seen: Seen): Requirement[] {
  const checked = readCheckedYaml(source, isRequirementFile, 'LEDGER_INVALID');
  const wrong = (path: readonly (string | number)[], found: string, expected: string): ConformError =>
    yamlMisfit(
      'LEDGER_INVALID',
      { path: source.path, line: checked.lineOf(path), key: path.join('.') },
      found,
      expected,
    );
  if (checked.value.chapter !== chapter) throw wrong(['chapter'], checked.value.chapter, chapter);
  return checked.value.requirements.map((row, index) => {
    const at = ['requirements', index];
    if (!row.id.startsWith(`${chapter}-`)) throw wrong([...at, 'id'], row.id, `an id that begins with ${chapter}-`);
    once(seen.ids, row.id, source, checked, [...at, 'id']);
    if (row.shows !== undefined) once(seen.shows, row.shows, source, checked, [...at, 'shows']);
    const stranger = (row.decisions ?? []).find((decision) => !known.has(decision));
    if (stranger !== undefined) throw wrong([...at, 'decisions'], stranger, 'ids that stand in decisions.yaml');
    for (const id of Object.keys(row.entails ?? {}))
      seen.entailed.push({ by: row, id, wrong: wrong([...at, 'entails', id], id, `another row on the ${row.on}`) });
    return { ...row, chapter, decisions: row.decisions ?? [] };
  });
}

function once(
  seen: Map<string, string>,
  value: string,
  source: YamlText,
  checked: CheckedYaml<unknown>,
  path: readonly (string | number)[],
): void {
  const line = checked.lineOf(path);
  const before = seen.get(value);
  if (before !== undefined) {
    const where = { path: source.path, line, key: path.join('.') };
    throw yamlMisfit(
      'LEDGER_INVALID',
      where,
      `"${value}" a second time`,
      `"${value}" once only (it stands at ${before})`,
    );
  }
  seen.set(value, `${source.path}:${line}`);
}

function fileNamed(files: readonly YamlText[], name: string): YamlText {
  const file = files.find(({ path }) => path === name || path.endsWith(`/${name}`) || path.endsWith(`\\${name}`));
  if (file !== undefined) return file;
  throw new ConformError('LEDGER_INVALID', `the ledger lacks its file ${name}`, {
    subject: name,
    found: files.map(({ path }) => path).join(', ') || 'no files',
    expected: name,
  });
}

/** JSON with sorted keys, so that the digest depends on the content only and not on how the files are laid out. */
function canonical(value: unknown): string {
  return JSON.stringify(value, (_key, member: unknown) =>
    typeof member === 'object' && member !== null && !Array.isArray(member)
      ? Object.fromEntries(Object.entries(member).sort(([a], [b]) => (a < b ? -1 : 1)))
      : member,
  );
}
