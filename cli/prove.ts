import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Command } from 'commander';
import { type DeviantCatalogue, readCatalogue } from '../harness/deviants/catalogue.js';
import { ConformError } from '../harness/model/errors.js';
import type { Proof } from '../harness/model/proof.js';
import type { Role } from '../harness/model/verdict.js';
import { prove } from '../harness/prove/prove.js';
import { renderProofHtml } from '../reports/proof-html.js';
import { renderProof } from '../reports/proof-terminal.js';
import { wantsColour } from '../reports/terminal-colours.js';
import { parseCount, parseFolder, parseList } from './options.js';
import { shownPath, writeOutput } from './output.js';
import { ROOT, readLedger, STEPS_GLOB, suiteVersion } from './paths.js';
import { showProven } from './show-proven.js';

const ROLES: readonly Role[] = ['client', 'server'];

interface ProveFlags {
  readonly role: string;
  readonly out?: string;
  readonly only?: string;
  readonly jobs?: string;
  readonly seed: string;
  readonly whole?: boolean;
  readonly traces?: string;
  readonly json?: boolean;
}

export function defineProve(program: Command): void {
  program
    .command('prove')
    .description('the suite proves itself: every deviant must be caught where it is wrong, no legal variant flagged')
    .option('--role <role>', 'client, server or both', 'both')
    .option('--only <names>', 'only these deviants and variants')
    .option('--whole', 'play every scenario with every deviant and every variant, as before a release')
    .option('--jobs <n>', 'processes at once (default: one for each processor)')
    .option('--seed <word>', 'makes planted values, orders and combinations of variants repeat', 'prove')
    .option('--out <dir>', 'writes proof.json and proof.html there')
    .option('--traces <dir>', 'keeps the record of each run there, as dir/ROLE/NAME/trace.ndjson')
    .option('--json', 'print the record and nothing else')
    .action(async (flags: ProveFlags) => {
      process.exitCode = await run(flags);
    });
}

async function run(flags: ProveFlags): Promise<number> {
  const progress = showProven(flags.json === true);
  const proof = await prove({
    ledger: readLedger(),
    catalogues: rolesOf(flags.role).map(catalogueOf),
    installed: { root: ROOT, stepsGlob: STEPS_GLOB, suiteVersion: suiteVersion() },
    seed: flags.seed,
    scope: flags.whole === true ? 'whole' : 'cover',
    only: flags.only === undefined ? undefined : parseList(flags.only),
    jobs: flags.jobs === undefined ? undefined : parseCount(flags.jobs, '--jobs'),
    traces: flags.traces === undefined ? undefined : parseFolder(flags.traces),
    onPlayed: progress.played,
  });
  progress.finish();
  const files = flags.out === undefined ? [] : write(proof, parseFolder(flags.out));
  if (flags.json === true) process.stdout.write(`${JSON.stringify(proof, null, 2)}\n`);
  else process.stdout.write(renderProof(proof, { colour: wantsColour(process.env, process.stdout.isTTY), files }));
  return proof.problems.length === 0 ? 0 : 1;
}

function write(proof: Proof, out: string): readonly string[] {
  return [
    writeOutput(out, 'proof.json', `${JSON.stringify(proof, null, 2)}\n`),
    writeOutput(out, 'proof.html', renderProofHtml(proof)),
  ].map(shownPath);
}

function rolesOf(word: string): readonly Role[] {
  if (word === 'both') return ROLES;
  const role = ROLES.find((one) => one === word);
  if (role !== undefined) return [role];
  throw new ConformError('USAGE', 'no such role', {
    subject: '--role',
    found: word,
    expected: 'client, server or both',
  });
}

/** What the deviants of a role break. @throws ConformError CONFIG_UNREADABLE */
function catalogueOf(role: Role): DeviantCatalogue {
  const path = join('fixtures', 'deviants', `${role}.yaml`);
  return readCatalogue({ path, text: readFileSync(join(ROOT, path), 'utf8') });
}
