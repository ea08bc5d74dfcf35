import type { RecordedScenario } from './recording.js';

/** What every scenario costs besides its traffic, in events. */
const FIXED_COST = 4;
/** Scenarios of more events are in no cover: they show that much of the same goes well, too, and would take as long as all the others. */
const MOST_EVENTS = 200;

/**
 * Scenarios that together show every row that all of them show, chosen greedily by rows for their cost; in the order given.
 * The same list gives the same cover.
 */
export function coverOf(scenarios: readonly RecordedScenario[]): readonly RecordedScenario[] {
  const open = new Set(scenarios.flatMap(({ shows }) => shows));
  const chosen = new Set<RecordedScenario>();
  while (open.size > 0) {
    const worth = (one: RecordedScenario): number =>
      one.shows.filter((id) => open.has(id)).length / (one.cost + FIXED_COST);
    const best = scenarios.reduce((a, b) => (worth(b) > worth(a) ? b : a));
    chosen.add(best);
    for (const id of best.shows) open.delete(id);
  }
  return scenarios.filter((one) => chosen.has(one));
}

/**
 * Places of the scenarios that a deviant is played with: all that are about a row it breaks, and of the others, those that are not slow and,
 * for the scope `cover`, belong to the cover.
 *
 * Why a cover is enough from day to day: whoever errs is caught in the scenarios of the row, all of which are played. The others ask whether an
 * oracle blames a neighbour, and each row's oracle is asked that in a scenario that exercises it. What a cover cannot see, a wrong accusation
 * that only a second scenario of the same row brings about, the scope `whole` finds.
 */
export function placesFor(
  breaks: readonly string[],
  scenarios: readonly RecordedScenario[],
  scope: 'cover' | 'whole',
): readonly string[] {
  const chosen = scope === 'whole' ? new Set(scenarios.filter(({ slow }) => !slow)) : coverFor(scenarios);
  return scenarios
    .filter((one) => chosen.has(one) || one.requirements.some((id) => breaks.includes(id)))
    .map(({ place }) => place);
}

/** Choosing takes longer than playing a scenario, and hundreds of deviants share the choice. */
const covers = new WeakMap<readonly RecordedScenario[], ReadonlySet<RecordedScenario>>();

function coverFor(scenarios: readonly RecordedScenario[]): ReadonlySet<RecordedScenario> {
  const known = covers.get(scenarios);
  if (known !== undefined) return known;
  const made = new Set(coverOf(scenarios.filter(({ slow, cost }) => !slow && cost <= MOST_EVENTS)));
  covers.set(scenarios, made);
  return made;
}
