import { randomBytes } from 'node:crypto';
import { existsSync } from 'node:fs';
import { join, resolve } from 'node:path';
import type { Command } from 'commander';
import { pseudonymiseRun } from '../harness/certify/pseudonymise.js';
import { ConformError } from '../harness/model/errors.js';
import type { Result } from '../harness/model/result.js';
import { readResult } from '../harness/run/read-result.js';
import { writeAttestation } from './certify.js';
import { parseFolder, parseList } from './options.js';
import { RESULT_FILE } from './output.js';
import { readUserFile } from './paths.js';
import { FORMATS, type Format, USUAL_FORMATS, writeResult, writeViews } from './views.js';

interface ReportFlags {
  readonly format?: string;
  readonly out?: string;
  readonly certify?: boolean;
  readonly key?: string;
  readonly pseudonymise?: boolean | string;
}

export function defineReport(program: Command): void {
  program
    .command('report')
    .description('write views of a finished run')
    .argument('<dir>', 'folder of the run')
    .option('--format <list>', `which: ${FORMATS.join(', ')} (default: ${USUAL_FORMATS.join(',')})`)
    .option('--certify', 'sign an attestation of the run, unless something stands against it')
    .option('--key <file>', 'with --certify: the Ed25519 private key, PEM (default: a fresh one)')
    .option(
      '--pseudonymise [key-file]',
      'a copy of the run with device identities replaced; the same key gives the same pseudonyms (default: a fresh key, not kept)',
    )
    .option('--out <dir>', 'where to (default: the folder of the run)')
    .action(async (dir: string, flags: ReportFlags) => {
      process.exitCode = await report(dir, flags);
    });
}

/** @returns 1 when the run cannot be certified. */
async function report(dir: string, flags: ReportFlags): Promise<0 | 1> {
  if (flags.key !== undefined && flags.certify !== true)
    throw new ConformError('USAGE', 'a key is for signing', { subject: '--key', expected: '--certify beside it' });
  const out = flags.out === undefined ? dir : parseFolder(flags.out);
  const formats = formatsOf(flags.format ?? USUAL_FORMATS.join(','));
  const result = readResult(readUserFile(join(dir, RESULT_FILE), 'RESULT_UNREADABLE'), join(dir, RESULT_FILE));
  if (flags.pseudonymise !== undefined) return writePseudonymised(dir, flags, result, formats);
  if (flags.certify === true) {
    const files = writeAttestation(dir, result, flags.key);
    if (files.length === 0) return 1;
    for (const file of files) process.stdout.write(`${file}\n`);
    if (flags.format === undefined) return 0;
  }
  if (formats.includes('html') && !existsSync(join(dir, result.trace)))
    process.stderr.write(`dmconform: ${join(dir, result.trace)} is not there: report.html shows no messages\n`);
  for (const file of await writeViews(result, { folder: dir, out, formats })) process.stdout.write(`${file}\n`);
  return 0;
}

/** @throws ConformError USAGE without a folder for the copy: the record of the run itself stays as it is. */
async function writePseudonymised(
  dir: string,
  { out, pseudonymise, certify }: ReportFlags,
  result: Result,
  formats: readonly Format[],
): Promise<0> {
  if (out === undefined || resolve(out) === resolve(dir))
    throw new ConformError('USAGE', 'the copy needs a folder of its own', {
      subject: '--pseudonymise',
      expected: '--out beside it',
    });
  if (certify === true)
    throw new ConformError('USAGE', 'a changed record cannot be certified', {
      found: '--certify and --pseudonymise',
      expected: 'one of them',
    });
  const key =
    typeof pseudonymise === 'string' ? Buffer.from(readUserFile(pseudonymise, 'CONFIG_UNREADABLE')) : randomBytes(32);
  const copy = pseudonymiseRun({ folder: dir, result, out, key });
  process.stderr.write(`dmconform: ${copy.identities} device identities replaced\n`);
  writeResult(copy.result, out);
  for (const file of await writeViews(copy.result, { folder: out, out, formats })) process.stdout.write(`${file}\n`);
  return 0;
}

function formatsOf(text: string): readonly Format[] {
  const formats = [...new Set(parseList(text).map(formatOf))];
  return formats.length > 0 ? formats : [formatOf(text)];
}

function formatOf(word: string): Format {
  const format = FORMATS.find((known) => known === word);
  if (format !== undefined) return format;
  throw new ConformError('USAGE', 'no such format', { subject: '--format', found: word, expected: FORMATS.join(', ') });
}
