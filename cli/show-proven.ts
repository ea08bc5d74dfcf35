import type { Played } from '../harness/prove/play.js';

/** Without a terminal a line is written so often, in milliseconds. */
const HEARTBEAT_MS = 10_000;

/** Counts the peers of a proof while it goes on, on standard error: on one line of a terminal, else a line now and then. */
export function showProven(quiet: boolean): {
  readonly played: (played: Played, left: number) => void;
  readonly finish: () => void;
} {
  if (quiet) return { played: () => undefined, finish: () => undefined };
  const isTerminal = process.stderr.isTTY === true;
  let count = 0;
  let shownAt = performance.now();
  const played = ({ task }: Played, left: number): void => {
    count += 1;
    const line = `${count} peers played, ${left} left: ${task.peer.role} ${task.peer.name}`;
    if (isTerminal) process.stderr.write(`\r\u001b[K${line.slice(0, (process.stderr.columns ?? 80) - 1)}`);
    else if (performance.now() - shownAt >= HEARTBEAT_MS) {
      shownAt = performance.now();
      process.stderr.write(`${line}\n`);
    }
  };
  return { played, finish: () => void (isTerminal && process.stderr.write('\r\u001b[K')) };
}
