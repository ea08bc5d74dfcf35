import type { CommandRun, PackageRun } from '../session/observation.js';
import { failed, isTransfer, LONG_PACKAGE, transfersOf } from './common.js';

/**
 * Which row a transfer is charged to that never came, though it was not said to have failed and others of its package came: the most special
 * one alone, so that one defect is one failure. ORD-05: an equal command ran; FLW-09: the package holds nothing but this command's name;
 * PKG-01: any other. Undefined: it did come, or it is no such omission, and at most its status is untrue (STA-16).
 */
export function skippedUnder(run: PackageRun, skipped: CommandRun): 'ORD-05' | 'FLW-09' | 'PKG-01' | undefined {
  const { command, exchanges } = skipped;
  if (!isTransfer(command) || exchanges.length > 0 || failed(skipped) || run.commands.length > LONG_PACKAGE)
    return undefined;
  const came = transfersOf(run).filter((other) => other.exchanges.length > 0);
  if (came.length === 0) return undefined;
  const equals = run.commands.filter((other) => areEqual(other, skipped));
  if (equals.some(({ exchanges: own }) => own.length > 0) && !equals.some(failed)) return 'ORD-05';
  if (isOfOneName(run)) return 'FLW-09';
  return came.some((other) => !failed(other)) ? 'PKG-01' : undefined;
}

/** A package of three or more transfers by one command. */
export function isOfOneName({ commands }: PackageRun): boolean {
  const name = commands[0]?.command.name;
  return commands.length >= 3 && commands.every(({ command }) => command.name === name && isTransfer(command));
}

function areEqual({ command: left }: CommandRun, { command: right }: CommandRun): boolean {
  return JSON.stringify(left.raw) === JSON.stringify(right.raw);
}
