import type { Peer } from './peers.js';
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

/** Of so many deviants, or variants, one gets a scenario of the cover. */
const TURNS = 12;

/**
 * Places of the scenarios that a deviant is played with: all that are about a row it breaks, or in which the catalogue says that it is seen, and of the others, for the scope `whole`, those that are not
 * slow; for the scope `cover`, every {@link TURNS}th of the cover, beginning at one that depends on its name.
 *
 * Why that is enough from day to day: whoever errs is caught in the scenarios of the row, all of which are played. The others ask whether an oracle blames a
 * neighbour, and each row's oracle is asked that by a twelfth of all deviants. What that cannot see, a wrong accusation that one deviant alone brings about,
 * and only elsewhere, the scope `whole` finds, which is played before a release.
 */
export function placesFor(
  { name, breaks, seenIn = [] }: Pick<Peer, 'name' | 'breaks' | 'seenIn'>,
  scenarios: readonly RecordedScenario[],
  scope: 'cover' | 'whole',
): readonly string[] {
  const chosen = scope === 'whole' ? scenarios.filter(({ slow }) => !slow) : turnOf(name, quickCoverOf(scenarios));
  const others = new Set(chosen);
  const own = [...breaks, ...seenIn];
  return scenarios
    .filter((one) => others.has(one) || one.requirements.some((id) => own.includes(id)))
    .map(({ place }) => place);
}

/** Places of the scenarios of the cover whose turn it is for a variant of that name. The cover has no slow and no very long scenarios. */
export function turnPlaces(name: string, scenarios: readonly RecordedScenario[]): readonly string[] {
  return turnOf(name, quickCoverOf(scenarios)).map(({ place }) => place);
}

function turnOf(name: string, cover: readonly RecordedScenario[]): readonly RecordedScenario[] {
  const turn = [...name].reduce((sum, letter) => sum + (letter.codePointAt(0) ?? 0), 0) % TURNS;
  return cover.filter((_one, index) => index % TURNS === turn);
}

/** Choosing takes longer than playing a scenario, and hundreds of peers share the choice. */
const covers = new WeakMap<readonly RecordedScenario[], readonly RecordedScenario[]>();

function quickCoverOf(scenarios: readonly RecordedScenario[]): readonly RecordedScenario[] {
  const known = covers.get(scenarios);
  if (known !== undefined) return known;
  const made = coverOf(scenarios.filter(({ slow, cost }) => !slow && cost <= MOST_EVENTS));
  covers.set(scenarios, made);
  return made;
}
