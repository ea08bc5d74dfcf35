import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse } from 'yaml';
import { ROOT } from '../../cli/paths.js';

/** The vectors of one file, as written. */
export function vectors<T>(file: string): readonly T[] {
  return parse(readFileSync(join(ROOT, 'fixtures', 'vectors', file), 'utf8')) as readonly T[];
}
