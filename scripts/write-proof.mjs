// Keeps the figures of a proof and writes them into the README between their markers:  node scripts/write-proof.mjs DIR/proof.json
// Without a file only the README's lines are written anew, from the figures kept. Refuses a proof that does not hold, or is one of a part.
import { readFileSync, writeFileSync } from 'node:fs';
import { readmeLines, recordOf } from '../dist/reports/proof-readme.js';

const RECORD = new URL('../fixtures/proof.json', import.meta.url);
const README = new URL('../README.md', import.meta.url);
const [file] = process.argv.slice(2);

if (file !== undefined) {
  const record = recordOf(JSON.parse(readFileSync(file, 'utf8')));
  if (record === undefined) {
    process.stderr.write(`${file} is no whole proof that holds\n`);
    process.exit(1);
  }
  writeFileSync(RECORD, `${JSON.stringify(record, null, 2)}\n`);
}
const lines = readmeLines(JSON.parse(readFileSync(RECORD, 'utf8'))).join('\n');
const text = readFileSync(README, 'utf8');
writeFileSync(
  README,
  text.replace(/(<!-- proof -->\n)[\s\S]*?(<!-- \/proof -->)/, (_all, open, close) => `${open}\n${lines}\n\n${close}`),
);
