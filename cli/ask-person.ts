import { createInterface } from 'node:readline';
import type { AskPerson } from '../harness/targets/steer-manual.js';

/** Puts requests to whoever sits at the terminal, one after another: on standard error, since standard output may be a record. */
export function personAtTerminal(signal: AbortSignal): { readonly ask: AskPerson; readonly leave: () => void } {
  // Without terminal mode Ctrl-C stays a signal of the process.
  const lines = createInterface({ input: process.stdin, terminal: false });
  const said: string[] = [];
  let gone = false;
  let hear: (() => void) | undefined;
  lines.on('line', (line) => {
    said.push(line);
    hear?.();
  });
  const goes = (): void => {
    gone = true;
    hear?.();
  };
  lines.once('close', goes);
  signal.addEventListener('abort', goes, { once: true });
  const ask: AskPerson = async (request) => {
    process.stderr.write(`\n>> ${request}\n`);
    while (said.length === 0 && !gone) {
      await new Promise<void>((resolve) => {
        hear = resolve;
      });
    }
    return said.shift();
  };
  return { ask, leave: () => lines.close() };
}
