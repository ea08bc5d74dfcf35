import { chmodSync } from 'node:fs';
import { join } from 'node:path';
import { ATTESTATION_FILE, certify, PRIVATE_KEY_FILE, PUBLIC_KEY_FILE } from '../harness/certify/certify.js';
import { freshKey, privatePem, publicPem, readPrivateKey } from '../harness/certify/keys.js';
import type { Result } from '../harness/model/result.js';
import { visibleLine } from '../reports/visible-text.js';
import { RESULT_FILE, shownPath, writeOutput } from './output.js';
import { readLedger } from './paths.js';

/**
 * Writes the attestation of a run into its folder, or says why it gets none.
 * @returns the files written; none when it is refused.
 * @throws ConformError for an unreadable key, a missing body, or a folder that cannot be written to.
 */
export function writeAttestation(folder: string, result: Result, keyFile: string | undefined): readonly string[] {
  const key = keyFile === undefined ? freshKey() : readPrivateKey(keyFile);
  const { envelope, objections } = certify({ folder, resultFile: RESULT_FILE, result, shipped: readLedger(), key });
  if (envelope === undefined) {
    const lines = ['dmconform: not certified', ...objections.map((objection) => `  ${visibleLine(objection)}`)];
    process.stderr.write(`${lines.join('\n')}\n`);
    return [];
  }
  const files = [
    writeOutput(folder, ATTESTATION_FILE, `${JSON.stringify(envelope, null, 2)}\n`),
    writeOutput(folder, PUBLIC_KEY_FILE, publicPem(key)),
  ];
  if (keyFile === undefined) {
    files.push(writeOutput(folder, PRIVATE_KEY_FILE, privatePem(key), 0o600));
    chmodSync(join(folder, PRIVATE_KEY_FILE), 0o600);
    process.stderr.write(
      `dmconform: signed with a fresh key: it vouches for integrity, not for identity; keep ${PRIVATE_KEY_FILE} to yourself, or name your own with --key\n`,
    );
  }
  return files.map(shownPath);
}
