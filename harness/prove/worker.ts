import type { Ledger } from '../model/requirement.js';
import { type Installed, type Played, playPeer, type Task } from './play.js';

/** What the parent sends: first where everything lies, then one task after another. */
export type ToWorker = { readonly ledger: Ledger; readonly installed: Installed } | { readonly task: Task };
/** What comes back. `cpuMs`: processor time since the last answer. */
export type FromWorker = { readonly cpuMs: number } & ({ readonly played: Played } | { readonly broken: string });

let start: Extract<ToWorker, { ledger: Ledger }> | undefined;
let spentMs = 0;

process.on('message', (message: ToWorker) => {
  if ('ledger' in message) start = message;
  else void work(message.task);
});

// Nobody would hear the answer.
process.once('disconnect', () => process.exit());

async function work(task: Task): Promise<void> {
  try {
    if (start === undefined) throw new Error('a task came before the ledger');
    answer({ played: await playPeer(task, start.ledger, start.installed) });
  } catch (error) {
    answer({ broken: error instanceof Error ? (error.stack ?? error.message) : String(error) });
  }
}

function answer(what: { readonly played: Played } | { readonly broken: string }): void {
  const { user, system } = process.cpuUsage();
  const total = (user + system) / 1000;
  const message: FromWorker = { ...what, cpuMs: total - spentMs };
  spentMs = total;
  process.send?.(message);
}
