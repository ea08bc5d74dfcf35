import type { CommandList, SessionPlan, Turn } from '../stimuli/plan.js';

/** Devices for which plans are kept at once; the oldest go first. */
const MOST_DEVICES = 10_000;

function endsSession(turn: Turn | undefined): boolean {
  return Array.isArray(turn?.commands) && turn.commands.some(([name]: readonly string[]) => name === 'END');
}

/** Plans by device, in the order queued. A plan that does not end by END takes up what is queued next (control operation `queue`). */
export class PlanQueue {
  readonly #plans = new Map<string, Turn[][]>();

  /** Appends packages: those up to one with END belong to one session, what follows to the next. */
  add(device: string, packages: readonly CommandList[]): void {
    const plans = this.#of(device);
    for (const commands of packages) {
      const open = plans.at(-1);
      if (open === undefined || endsSession(open.at(-1))) plans.push([{ commands }]);
      else open.push({ commands });
    }
  }

  /** Appends a whole plan for one session. */
  addPlan(device: string, plan: SessionPlan): void {
    this.#of(device).push([...plan.turns, { commands: [['END']] }]);
  }

  /** Takes the plan of the device's next session. */
  take(device: string): SessionPlan | undefined {
    const plans = this.#plans.get(device);
    const turns = plans?.shift();
    if (plans?.length === 0) this.#plans.delete(device);
    return turns === undefined ? undefined : { turns };
  }

  has(device: string): boolean {
    return this.#plans.has(device);
  }

  clear(): void {
    this.#plans.clear();
  }

  #of(device: string): Turn[][] {
    const known = this.#plans.get(device);
    if (known !== undefined) return known;
    const oldest = this.#plans.keys().next();
    if (this.#plans.size >= MOST_DEVICES && oldest.done !== true) this.#plans.delete(oldest.value);
    const made: Turn[][] = [];
    this.#plans.set(device, made);
    return made;
  }
}
