import { createHash, randomBytes } from 'node:crypto';
import { readlinkSync } from 'node:fs';
import { hostname } from 'node:os';
import { hasGone, labelled, removeContainer, removeLabelled } from './container-engine.js';
import { guard } from './guard.js';

const KEY = 'dmconform.run';

/** Labels whose containers an engine that did not answer may still have. */
const owed = new Set<string>();

/**
 * The label by which a container is known to belong to a process of the suite, also to the guard and to later runs. Its value tells the machine, as far as
 * process ids mean the same on it, and the process id of the suite, so that whoever comes later sees whether that is still there.
 */
export class ContainerLabel {
  readonly key = KEY;
  readonly value = `${machine()}.${process.pid}.${randomBytes(4).toString('hex')}`;

  /** As the engine's filters, and the option `--label` of its command line, want it. */
  get text(): string {
    return `${KEY}=${this.value}`;
  }

  /** From now on the guard removes what has it, should the suite be gone. */
  watch(): void {
    guard.watchLabel(this.text);
  }

  /** No more container is being made with it. */
  settled(): void {
    guard.settleLabel(this.text);
  }

  /** Removes what has it; it may be used again. False when the engine does not answer: the guard, or the next container of this process, does it then. */
  async remove(): Promise<boolean> {
    const removed = await removeLabelled(this.text);
    if (removed) this.#over();
    else owed.add(this.text);
    return removed;
  }

  #over(): void {
    owed.delete(this.text);
    guard.releaseLabel(this.text);
  }
}

/** Removes the containers that earlier runs on this machine, or this process, could not remove, since the engine or they themselves were killed. Never rejects. */
export async function removeLeftOvers(): Promise<void> {
  const own = machine();
  try {
    for (const { id, labels } of await labelled(KEY)) {
      const text = `${KEY}=${labels[KEY] ?? ''}`;
      const [where, pid] = (labels[KEY] ?? '').split('.');
      if (where === own && (owed.has(text) || hasGone(Number(pid)))) await removeContainer(id);
    }
    owed.clear();
  } catch {
    // Whoever wants a container of that engine is told what is wrong with it.
  }
}

/** Where process ids mean what they mean here. */
function machine(): string {
  let processes = '';
  try {
    processes = readlinkSync('/proc/self/ns/pid');
  } catch {
    // Elsewhere than on Linux there is one set of them for each machine.
  }
  return createHash('sha256').update(`${hostname()} ${processes}`).digest('hex').slice(0, 12);
}
