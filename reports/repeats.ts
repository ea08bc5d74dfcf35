import { PRECEDENCE } from '../harness/model/precedence.js';
import type { Result } from '../harness/model/result.js';
import type { Role, Verdict } from '../harness/model/verdict.js';

/** How often each requirement had which verdict over several runs of the same; those that always pass are only counted. */
export function renderRepeats(results: readonly Result[]): string {
  const roles = [...new Set(results.map(({ role }) => role))];
  return roles
    .map((role) =>
      ofRole(
        role,
        results.filter((result) => result.role === role),
      ),
    )
    .join('');
}

function ofRole(role: Role, results: readonly Result[]): string {
  const verdicts = new Map<string, Verdict[]>();
  for (const { requirements } of results)
    for (const { id, verdict } of requirements) verdicts.set(id, [...(verdicts.get(id) ?? []), verdict]);
  const told = [...verdicts].filter(([, all]) => all.some((verdict) => verdict !== 'pass'));
  const unsteady = told.filter(([, all]) => new Set(all).size > 1).length;
  const head = `${results.length} runs of the DM ${role === 'client' ? 'Client' : 'Server'}: ${verdicts.size - told.length} requirements pass each time, ${unsteady} differ from run to run`;
  const lines = told.map(([id, all]) => `  ${id}  ${countsOf(all)}`);
  return `${[head, ...lines].join('\n')}\n`;
}

/** `fail 3 of 10, pass 7 of 10` */
function countsOf(all: readonly Verdict[]): string {
  const counted = PRECEDENCE.flatMap((verdict) => {
    const count = all.filter((one) => one === verdict).length;
    return count === 0 ? [] : [`${verdict} ${count} of ${all.length}`];
  });
  return counted.join(', ');
}
