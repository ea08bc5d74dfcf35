import { Command, CommanderError } from 'commander';
import { ConformError } from '../harness/model/errors.js';
import { suiteVersion } from './paths.js';

/** The commands in the order of the help. Each brings much with it, so that only the one that is called is loaded; all of them where none is. */
const COMMANDS: Readonly<Record<string, () => Promise<(program: Command) => void>>> = {
  run: async () => (await import('./run.js')).defineRun,
  judge: async () => (await import('./judge.js')).defineJudge,
  list: async () => (await import('./list.js')).defineList,
  serve: async () => (await import('./serve.js')).defineServe,
  prove: async () => (await import('./prove.js')).defineProve,
  report: async () => (await import('./report.js')).defineReport,
  interop: async () => (await import('./interop.js')).defineInterop,
  verify: async () => (await import('./verify.js')).defineVerify,
  diff: async () => (await import('./diff.js')).defineDiff,
  init: async () => (await import('./init.js')).defineInit,
  check: async () => (await import('./check.js')).defineCheck,
  doctor: async () => (await import('./doctor.js')).defineDoctor,
  explain: async () => (await import('./explain.js')).defineExplain,
};

const program = new Command('dmconform')
  .description('Conformance test suite and interop harness for OMA DM 2.0')
  .version(suiteVersion())
  .showHelpAfterError('(dmconform --help shows the commands)')
  .exitOverride();

const [, , first = ''] = process.argv;
const called = Object.hasOwn(COMMANDS, first) ? COMMANDS[first] : undefined;
const wanted = called === undefined ? Object.values(COMMANDS) : [called];
for (const define of await Promise.all(wanted.map((load) => load()))) define(program);
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
