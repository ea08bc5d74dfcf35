import { When } from '@cucumber/cucumber';
import type { ConformWorld } from './world.js';

// biome-ignore lint/suspicious/noExplicitAny: the arguments of a step are as its pattern says, which no type can follow
type Body = (this: ConformWorld, ...values: any[]) => Promise<void>;

/**
 * Defines a `When` step: it causes traffic and asserts nothing. The run can leave any of them out, which must keep its scenarios from passing.
 */
export function drive(pattern: string, body: Body): void {
  const step = async function (this: ConformWorld, ...values: unknown[]): Promise<void> {
    if (!this.run.leavesOut(pattern, this.stage?.token ?? '')) await body.apply(this, values);
  };
  // Cucumber compares the number of parameters with that of the pattern.
  Object.defineProperty(step, 'length', { value: body.length });
  When(pattern, step);
}
