import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { readClauses } from '../harness/ledger/clauses.js';
import { parseLedger } from '../harness/ledger/parse.js';
import { ConformError } from '../harness/model/errors.js';
import { type KnownIssue, readKnownIssues } from '../harness/model/known-issue.js';
import type { Clause, Ledger } from '../harness/model/requirement.js';

const here = dirname(fileURLToPath(import.meta.url));
const compiled = here.endsWith(join('dist', 'cli'));

/** Root of the package, found from this file: output never goes there. */
export const ROOT = compiled ? dirname(dirname(here)) : dirname(here);

/** Where the step definitions lie below the root: compiled, or as source while developing. */
export const STEPS_GLOB = compiled ? 'dist/steps/**/*.js' : 'steps/**/*.ts';

export function suiteVersion(): string {
  const manifest: unknown = JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8'));
  return typeof manifest === 'object' && manifest !== null && 'version' in manifest ? String(manifest.version) : '0';
}

/** Sentences of the change request, and what judges each. @throws ConformError LEDGER_INVALID */
export function readCrClauses(ledger: Ledger): readonly Clause[] {
  const path = join('fixtures', 'requirements', 'clauses.yaml');
  return readClauses({ path, text: readFileSync(join(ROOT, path), 'utf8') }, ledger);
}

/** Reads the ledger that ships with the suite. @throws ConformError LEDGER_INVALID */
export function readLedger(): Ledger {
  const folder = join(ROOT, 'fixtures', 'requirements');
  const files = readdirSync(folder).filter((name) => name.endsWith('.yaml'));
  return parseLedger(
    files.map((name) => ({
      path: join('fixtures', 'requirements', name),
      text: readFileSync(join(folder, name), 'utf8'),
    })),
  );
}

/** Known issues of an implementation. @throws ConformError CONFIG_UNREADABLE */
export function readExpectations(path: string, ledger: Ledger): readonly KnownIssue[] {
  const known = new Set(ledger.requirements.map(({ id }) => id));
  return readKnownIssues({ path, text: readUserFile(path, 'CONFIG_UNREADABLE') }, known);
}

type Unreadable = 'TRACE_UNREADABLE' | 'RESULT_UNREADABLE' | 'CONFIG_UNREADABLE';

/** Text of a file the user named. @throws ConformError with the given code */
export function readUserFile(path: string, code: Unreadable): string {
  return reading(path, code, () => readFileSync(path, 'utf8'));
}

/** Reads of a file the user named what `read` reads. @throws ConformError with the given code */
export function reading<T>(path: string, code: Unreadable, read: () => T): T {
  try {
    return read();
  } catch (error) {
    const isFolder = existsSync(path) && statSync(path).isDirectory();
    const { code: cause, message } = error as NodeJS.ErrnoException;
    throw new ConformError(code, 'cannot read the file', {
      subject: path,
      found: isFolder ? 'a folder' : cause === 'ENOENT' ? 'no such file' : message,
      expected: isFolder ? `a file, for example ${join(path, 'trace.ndjson')}` : 'a readable file',
      cause: error,
    });
  }
}
