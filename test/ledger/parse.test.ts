import { describe, expect, it } from 'vitest';
import { parseLedger } from '../../harness/ledger/parse.js';
import type { YamlText } from '../../harness/model/checked-yaml.js';
import { ConformError } from '../../harness/model/errors.js';
import { ledgerFiles, realLedger } from './real-ledger.js';

const CHAPTERS = `schemaVersion: 1
ledger: "1.2.3"
chapters:
  - { id: SES, title: The session, source: CR 6.1a, file: session.yaml }
`;
const DECISIONS = `schemaVersion: 1
decisions:
  - { id: D-01, question: Who?, decision: Nobody., basis: open, because: Silence., changeable: true }
`;
const SESSION = `schemaVersion: 1
chapter: SES
requirements:
  - id: SES-01
    on: client
    level: M
    source: [CR 6.1a]
    statement: The client opens the session.
    har: true
    shows: the client opens it
  - id: SES-02
    on: server
    level: S
    source: [D-01]
    statement: The server waits.
    decisions: [D-01]
    har: false
    shows: the server waits
`;

function files(change: Partial<Record<'chapters.yaml' | 'decisions.yaml' | 'session.yaml', string>> = {}): YamlText[] {
  const texts = { 'chapters.yaml': CHAPTERS, 'decisions.yaml': DECISIONS, 'session.yaml': SESSION, ...change };
  return Object.entries(texts).map(([path, text]) => ({ path, text }));
}

function errorOf(list: readonly YamlText[]): ConformError {
  try {
    parseLedger(list);
  } catch (error) {
    if (error instanceof ConformError) return error;
    throw error;
  }
  throw new Error('no error was thrown');
}

function errorIn(from: string, to: string): ConformError {
  return errorOf(files({ 'session.yaml': SESSION.replace(from, to) }));
}

describe('parseLedger', () => {
  it('joins chapters, rows and decisions', () => {
    const ledger = parseLedger(files());
    expect(ledger.version).toBe('1.2.3');
    expect(ledger.chapters).toEqual([{ id: 'SES', title: 'The session', source: 'CR 6.1a' }]);
    expect(ledger.requirements.map(({ id, chapter, on }) => [id, chapter, on])).toEqual([
      ['SES-01', 'SES', 'client'],
      ['SES-02', 'SES', 'server'],
    ]);
    expect(ledger.requirements[0]?.decisions).toEqual([]);
    expect(ledger.decisions[0]?.basis).toBe('open');
  });

  it('reads the ledger of the project', () => {
    expect(realLedger.requirements.length).toBeGreaterThanOrEqual(100);
    expect(realLedger.decisions.length).toBeGreaterThanOrEqual(36);
  });

  it('has a digest that depends on content and not on layout', () => {
    const digest = parseLedger(files()).digest;
    expect(digest).toMatch(/^[0-9a-f]{64}$/);
    expect(parseLedger(files({ 'session.yaml': `# a comment\n${SESSION}` })).digest).toBe(digest);
    expect(parseLedger(files().reverse()).digest).toBe(digest);
    expect(parseLedger(files({ 'session.yaml': SESSION.replace('waits.', 'rests.') })).digest).not.toBe(digest);
  });

  it.each([
    [
      'a level it does not know',
      'level: S',
      'level: X',
      'session.yaml:13 requirements.1.level',
      '"X"',
      'one of "M", "S", "Y"',
    ],
    [
      'a key too many',
      'har: false',
      'harr: false\n    har: true',
      'session.yaml:17 requirements.1.harr',
      'the key "harr"',
      'one of id, on',
    ],
    ['a key that is missing', '    har: true\n', '', 'session.yaml:4 requirements.0', 'no such key', 'the key "har"'],
    [
      'a slash in what a row shows',
      'opens it',
      'opens/shuts it',
      'session.yaml:10 requirements.0.shows',
      '"the client opens/shuts it"',
      'text of the form',
    ],
    [
      'an id of another chapter',
      'id: SES-02',
      'id: PKG-02',
      'session.yaml:11 requirements.1.id',
      'PKG-02',
      'an id that begins with SES-',
    ],
    [
      'an id that stands twice',
      'id: SES-02',
      'id: SES-01',
      'session.yaml:11 requirements.1.id',
      '"SES-01" a second time',
      'it stands at session.yaml:4',
    ],
    [
      'words that stand twice',
      'shows: the server waits',
      'shows: the client opens it',
      'session.yaml:18 requirements.1.shows',
      'a second time',
      'session.yaml:10',
    ],
    [
      'a decision that the register lacks',
      'decisions: [D-01]',
      'decisions: [D-77]',
      'session.yaml:16 requirements.1.decisions',
      'D-77',
      'decisions.yaml',
    ],
    [
      'an entailed row that is not there',
      'har: true',
      'har: true\n    entails: { SES-09: so it is }',
      'session.yaml:10 requirements.0.entails.SES-09',
      'SES-09',
      'another row on the client',
    ],
    [
      'an entailed row of the other role',
      'har: true',
      'har: true\n    entails: { SES-02: so it is }',
      'session.yaml:10 requirements.0.entails.SES-02',
      'SES-02',
      'another row on the client',
    ],
    [
      'a row that entails itself',
      'har: true',
      'har: true\n    entails: { SES-01: so it is }',
      'session.yaml:10 requirements.0.entails.SES-01',
      'SES-01',
      'another row on the client',
    ],
    ['a file of another chapter', 'chapter: SES', 'chapter: PKG', 'session.yaml:2 chapter', 'PKG', 'SES'],
  ])('names file, line, key, found and expected for %s', (_what, from, to, subject, found, expected) => {
    const error = errorIn(from, to);
    expect(error.code).toBe('LEDGER_INVALID');
    expect(error.exitCode).toBe(2);
    expect(error.subject).toBe(subject);
    expect(error.found).toContain(found);
    expect(error.expected).toContain(expected);
  });

  it('names the line of what is no YAML', () => {
    const error = errorIn('level: S', 'level: [S');
    expect(error.subject).toMatch(/^session\.yaml:1\d$/);
    expect(error.expected).toBe('YAML');
  });

  it('names the file that is missing', () => {
    expect(errorOf(files().slice(0, 2)).expected).toBe('session.yaml');
    expect(errorOf([]).found).toBe('no files');
  });

  it('refuses a decision that stands twice', () => {
    const twice = DECISIONS + DECISIONS.split('\n')[2];
    expect(errorOf(files({ 'decisions.yaml': twice })).found).toBe('"D-01" a second time');
  });

  it('throws nothing but ConformError on any text', () => {
    for (const text of ['', '[]', 'null', '%', '{', 'schemaVersion: 2', '\u0000', '&a [*a]', '*a', '- - -']) {
      // The clauses are read by themselves.
      for (const { path } of ledgerFiles().filter((file) => !file.path.endsWith('clauses.yaml'))) {
        const broken = ledgerFiles().map((file) => (file.path === path ? { path, text } : file));
        expect(errorOf(broken).code).toBe('LEDGER_INVALID');
      }
    }
  });
});
