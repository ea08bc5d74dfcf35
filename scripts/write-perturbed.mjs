// What the oracles say of perturbed records (CONTRIBUTING.md, "Golden traces"):
//   npm run perturbed                  writes digests of it to fixtures/traces/perturbed.json, to compare with from then on
//   npm run perturbed -- --show TITLE  prints it, record by record, of one golden trace ("ORACLE on FILE"), to compare two versions of the judge
import { writeFileSync } from 'node:fs';
import { newDigests, SAMPLES, spokenOf } from '../test/oracles/digests.ts';

const [flag, title] = process.argv.slice(2);
if (flag === '--show') {
  const golden = SAMPLES.get(title);
  if (golden === undefined) throw new Error(`no golden trace "${title}"`);
  for (const [index, spoken] of [...spokenOf(golden)].entries())
    process.stdout.write(`record ${index + 1}\n${spoken.verdicts}\n${spoken.words}\n`);
} else {
  const { file, text } = newDigests();
  writeFileSync(file, text);
}
