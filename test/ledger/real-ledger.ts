import { readdirSync, readFileSync } from 'node:fs';
import { parseLedger } from '../../harness/ledger/parse.js';
import type { YamlText } from '../../harness/model/checked-yaml.js';

const FOLDER = new URL('../../fixtures/requirements/', import.meta.url);

/** The texts of the project's own ledger. */
export function ledgerFiles(): YamlText[] {
  return readdirSync(FOLDER)
    .filter((name) => name.endsWith('.yaml'))
    .map((name) => ({ path: `fixtures/requirements/${name}`, text: readFileSync(new URL(name, FOLDER), 'utf8') }));
}

export const realLedger = parseLedger(ledgerFiles());
