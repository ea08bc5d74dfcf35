import { Command, CommanderError } from 'commander';
import { ConformError } from '../harness/model/errors.js';
import { defineJudge } from './judge.js';
import { defineList } from './list.js';
import { suiteVersion } from './paths.js';
import { defineReport } from './report.js';
import { defineRun } from './run.js';
import { defineServe } from './serve.js';

const program = new Command('dmconform')
  .description('Conformance test suite and interop harness for OMA DM 2.0')
  .version(suiteVersion())
  .showHelpAfterError('(dmconform --help shows the commands, dmconform <command> --help their options)')
  .exitOverride();

defineRun(program);
defineJudge(program);
defineList(program);
defineServe(program);
defineReport(program);
for (const command of program.commands) command.exitOverride().showHelpAfterError(true);

// A reader of the pipe that goes away (`| head`) is no error.
process.stdout.on('error', (error: NodeJS.ErrnoException) => process.exit(error.code === 'EPIPE' ? 0 : 3));

try {
  await program.parseAsync();
} catch (error) {
  if (error instanceof CommanderError) process.exitCode = error.exitCode === 0 ? 0 : 2;
  else if (error instanceof ConformError) {
    process.stderr.write(`dmconform: ${error.toLine()}\n`);
    process.exitCode = error.exitCode;
  } else {
    process.stderr.write(
      `dmconform: HARNESS_BROKEN: ${error instanceof Error ? (error.stack ?? error.message) : String(error)}\n`,
    );
    process.exitCode = 3;
  }
}
