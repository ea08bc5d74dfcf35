import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Command } from 'commander';
import { ATTESTATION_FILE, PUBLIC_KEY_FILE } from '../harness/certify/certify.js';
import { readPublicKey } from '../harness/certify/keys.js';
import { verifyRun } from '../harness/certify/verify.js';
import type { TestResultStatement } from '../harness/model/attestation.js';
import { ConformError } from '../harness/model/errors.js';
import { visibleLine } from '../reports/visible-text.js';

export function defineVerify(program: Command): void {
  program
    .command('verify')
    .description('check the attestation of a run against its files, offline')
    .argument('<dir>', 'folder of the run')
    .option('--key <file>', `public key of the signer, PEM (default: ${PUBLIC_KEY_FILE} in the folder)`)
    .action((dir: string, flags: { readonly key?: string }) => {
      process.exitCode = verify(dir, flags.key);
    });
}

/** @throws ConformError when there is no attestation, or no key to check it with. */
function verify(dir: string, keyFile: string | undefined): 0 | 1 {
  const path = join(dir, ATTESTATION_FILE);
  if (!existsSync(path)) {
    throw new ConformError('ATTESTATION_UNREADABLE', 'the folder holds no attestation', {
      subject: path,
      found: 'no such file',
      remedy: 'dmconform report DIR --certify writes one',
    });
  }
  const key = readPublicKey(keyFile ?? join(dir, PUBLIC_KEY_FILE));
  const { problems, statement, keyId } = verifyRun(dir, readFileSync(path, 'utf8'), key);
  for (const problem of problems) process.stdout.write(`DOES NOT MATCH: ${visibleLine(problem)}\n`);
  if (problems.length > 0 || statement === undefined) return 1;
  for (const line of [...attested(statement), `  signed with key ${keyId}`, identityNote(keyFile)])
    process.stdout.write(`${visibleLine(line)}\n`);
  return 0;
}

function attested({ subject, predicate }: TestResultStatement): readonly string[] {
  const { target, version, role, startedAt } = subject[0]?.annotations ?? {};
  const ledger = predicate.configuration.find(({ name }) => name === 'ledger');
  const suite = predicate.configuration.find(({ name }) => name === 'suite');
  const warned = predicate.warnedTests.length === 0 ? '' : `, ${predicate.warnedTests.length} with a warning`;
  return [
    `OK: ${subject.length} files match the attestation`,
    `  ${[target, version].filter(Boolean).join(' ')} as ${role}, run of ${startedAt}`,
    `  ${predicate.result}: ${predicate.passedTests.length} passed${warned}`,
    `  dmconform ${suite?.annotations?.version}, ledger ${ledger?.annotations?.version} (${ledger?.digest?.sha256.slice(0, 12)})`,
  ];
}

function identityNote(keyFile: string | undefined): string {
  return keyFile === undefined
    ? '  the key is of the same folder: this shows that nothing was changed since, not who signed it (--key shows that)'
    : '  checked with the key that you named';
}
