import { readFileSync, statSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { ConformError } from '../harness/model/errors.js';
import { type Implementation, readImplementation } from '../harness/model/implementation.js';

/** The usual name, in a folder that is named instead of the file. */
export const STATEMENT_FILE = 'implementation.yaml';

export interface ReadStatement {
  readonly implementation: Implementation;
  /** The folder that it lies in: what it names is relative to it. */
  readonly folder: string;
  readonly path: string;
}

/** Reads a statement file, or the one in a folder. @throws ConformError STATEMENT_INVALID */
export function readStatement(given: string): ReadStatement {
  const isFolder = statSync(given, { throwIfNoEntry: false })?.isDirectory() === true;
  const path = isFolder ? join(given, STATEMENT_FILE) : given;
  return { implementation: readImplementation({ path, text: textOf(path) }), folder: dirname(resolve(path)), path };
}

function textOf(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch (error) {
    throw new ConformError('STATEMENT_INVALID', 'cannot read the statement', {
      subject: path,
      found: error instanceof Error ? error.message : String(error),
      expected: 'an implementation statement',
      remedy: 'dmconform init writes one',
      cause: error,
    });
  }
}
