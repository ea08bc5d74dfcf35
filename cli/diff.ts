import { existsSync, statSync } from 'node:fs';
import { join } from 'node:path';
import type { Command } from 'commander';
import { ConformError } from '../harness/model/errors.js';
import type { Result } from '../harness/model/result.js';
import { diffResults } from '../harness/model/result-diff.js';
import { readResult } from '../harness/run/read-result.js';
import { renderDiff } from '../reports/diff.js';
import { wantsColour } from '../reports/terminal-colours.js';
import { RESULT_FILE } from './output.js';
import { readUserFile } from './paths.js';

export function defineDiff(program: Command): void {
  program
    .command('diff')
    .description('what changed between two results, regressions first; exit code 1 when there is one')
    .argument('<a>', 'result.json, or the folder of a run')
    .argument('<b>', 'the later one')
    .option('--json', 'print the record and nothing else')
    .action((a: string, b: string, flags: { readonly json?: boolean }) => {
      const before = readResultOf(a);
      const after = readResultOf(b);
      if (before.role !== after.role) {
        throw new ConformError('USAGE', 'results of two roles cannot be compared', {
          subject: b,
          found: `a DM ${after.role}`,
          expected: `a DM ${before.role}, as ${a}`,
        });
      }
      const diff = diffResults(before, after);
      if (flags.json === true) process.stdout.write(`${JSON.stringify(diff, null, 2)}\n`);
      else process.stdout.write(renderDiff(diff, { colour: wantsColour(process.env, process.stdout.isTTY) }));
      process.exitCode = diff.changes.some(({ kind }) => kind === 'regression') ? 1 : 0;
    });
}

/** The result in a file, or in the folder of a run. @throws ConformError RESULT_UNREADABLE */
export function readResultOf(path: string): Result {
  return readResult(readUserFile(resultPath(path), 'RESULT_UNREADABLE'), resultPath(path));
}

export function resultPath(path: string): string {
  return existsSync(path) && statSync(path).isDirectory() ? join(path, RESULT_FILE) : path;
}
