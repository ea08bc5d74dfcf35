import { join } from 'node:path';
import type { Command } from 'commander';
import { ConformError } from '../harness/model/errors.js';
import { readResult } from '../harness/run/read-result.js';
import { parseFolder, parseList } from './options.js';
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
      const formats = formatsOf(flags.format);
      const result = readResult(readUserFile(join(dir, RESULT_FILE), 'RESULT_UNREADABLE'), join(dir, RESULT_FILE));
      const recording = recordingOf(dir, result.trace);
      if (recording === undefined && formats.includes('har')) throw noTrace(join(dir, result.trace), 'a HAR');
      if (recording === undefined && formats.includes('html'))
        process.stderr.write(`dmconform: ${join(dir, result.trace)} is not there: report.html shows no messages\n`);
      const out = flags.out === undefined ? dir : parseFolder(flags.out);
      for (const file of writeViews(result, out, formats, recording)) process.stdout.write(`${file}\n`);
    });
}

function formatsOf(text: string): readonly Format[] {
  const formats = [...new Set(parseList(text).map(formatOf))];
  return formats.length > 0 ? formats : [formatOf(text)];
}

function noTrace(path: string, what: string): ConformError {
  return new ConformError('TRACE_UNREADABLE', `${what} cannot be written without the trace`, {
    subject: path,
    found: 'no such file',
  });
}

function formatOf(word: string): Format {
  const format = FORMATS.find((known) => known === word);
  if (format !== undefined) return format;
  throw new ConformError('USAGE', 'no such format', { subject: '--format', found: word, expected: FORMATS.join(', ') });
}
