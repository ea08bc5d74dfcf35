import { Command, CommanderError } from 'commander';
import { ConformError } from '../harness/model/errors.js';
import { defineCheck } from './check.js';
import { defineDiff } from './diff.js';
import { defineDoctor } from './doctor.js';
import { defineExplain } from './explain.js';
import { defineInit } from './init.js';
import { defineInterop } from './interop.js';
import { defineJudge } from './judge.js';
import { defineList } from './list.js';
import { suiteVersion } from './paths.js';
import { defineProve } from './prove.js';
import { defineReport } from './report.js';
import { defineRun } from './run.js';
import { defineServe } from './serve.js';
import { defineVerify } from './verify.js';

const program = new Command('dmconform')
  .description('Conformance test suite and interop harness for OMA DM 2.0')
  .version(suiteVersion())
  .showHelpAfterError('(dmconform --help shows the commands)')
  .exitOverride();

defineRun(program);
defineJudge(program);
defineList(program);
defineServe(program);
defineProve(program);
defineReport(program);
defineInterop(program);
defineVerify(program);
defineDiff(program);
defineInit(program);
defineCheck(program);
defineDoctor(program);
defineExplain(program);
for (const command of program.commands)
  command.exitOverride().showHelpAfterError(`(dmconform ${command.name()} --help shows its arguments and options)`);

// A reader of the pipe that goes away (`| head`), or a terminal that is closed, is no error: the work goes on to its exit code.
for (const stream of [process.stdout, process.stderr]) {
  stream.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code !== 'EPIPE' && error.code !== 'EIO') process.exit(3);
  });
}

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
