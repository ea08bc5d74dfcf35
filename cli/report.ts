import { join } from 'node:path';
import type { Command } from 'commander';
import { ConformError } from '../harness/model/errors.js';
import { readResult } from '../harness/run/read-result.js';
import { parseList } from './options.js';
import { FORMATS, type Format, RESULT_FILE, recordingOf, USUAL_FORMATS, writeViews } from './output.js';
import { readUserFile } from './paths.js';

interface ReportFlags {
  readonly format: string;
  readonly out?: string;
}

export function defineReport(program: Command): void {
  program
    .command('report')
    .description('write views of a finished run')
    .argument('<dir>', 'folder of the run')
    .option('--format <list>', `which: ${FORMATS.join(', ')}`, USUAL_FORMATS.join(','))
    .option('--out <dir>', 'where to (default: the folder of the run)')
    .action((dir: string, flags: ReportFlags) => {
      const formats = parseList(flags.format).map(formatOf);
      const result = readResult(readUserFile(join(dir, RESULT_FILE), 'RESULT_UNREADABLE'), join(dir, RESULT_FILE));
      for (const file of writeViews(result, flags.out ?? dir, formats, recordingOf(dir, result.trace)))
        process.stdout.write(`${file}\n`);
    });
}

function formatOf(word: string): Format {
  const format = FORMATS.find((known) => known === word);
  if (format !== undefined) return format;
  throw new ConformError('USAGE', 'no such format', { subject: '--format', found: word, expected: FORMATS.join(', ') });
}
