import type { CommandList, SessionPlan, Turn } from '../stimuli/plan.js';

/** Devices for which plans are kept at once; the oldest go first. */
const MOST_DEVICES = 10_000;

/** Which session a plan is for: the next one, or the one alone that answers the next notification. */
export type PlannedFor = 'any' | 'notified';

interface Planned {
  readonly turns: Turn[];
  readonly session: PlannedFor;
}

function endsSession(turn: Turn | undefined): boolean {
  return Array.isArray(turn?.commands) && turn.commands.some(([name]: readonly string[]) => name === 'END');
}

/** Plans by device, in the order queued. A plan that does not end by END takes up what is queued next for the same kind of session (control operation `queue`). */
export class PlanQueue {
  readonly #plans = new Map<string, Planned[]>();

  /** Appends packages: those up to one with END belong to one session, what follows to the next. */
  add(device: string, packages: readonly CommandList[], session: PlannedFor = 'any'): void {
    const plans = this.#of(device);
    for (const commands of packages) {
      const open = plans.at(-1);
      if (open === undefined || open.session !== session || endsSession(open.turns.at(-1)))
        plans.push({ turns: [{ commands }], session });
      else open.turns.push({ commands });
    }
  }

  /** Appends a whole plan for one session. */
  addPlan(device: string, plan: SessionPlan): void {
    this.#of(device).push({ turns: [...plan.turns, { commands: [['END']] }], session: 'any' });
  }

  /** Takes the plan of the device's next session. */
  take(device: string, notified = false): SessionPlan | undefined {
    const plans = this.#plans.get(device) ?? [];
    const at = plans.findIndex(({ session }) => session === 'any' || notified);
    const [plan] = at < 0 ? [] : plans.splice(at, 1);
    if (plans.length === 0) this.#plans.delete(device);
    return plan === undefined ? undefined : { turns: plan.turns };
  }

  has(device: string): boolean {
    return this.#plans.has(device);
  }

  clear(): void {
    this.#plans.clear();
  }

  #of(device: string): Planned[] {
    const known = this.#plans.get(device);
    if (known !== undefined) return known;
    const oldest = this.#plans.keys().next();
    if (this.#plans.size >= MOST_DEVICES && oldest.done !== true) this.#plans.delete(oldest.value);
    const made: Planned[] = [];
    this.#plans.set(device, made);
    return made;
  }
}
