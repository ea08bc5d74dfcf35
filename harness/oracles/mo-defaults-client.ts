import type { Observed } from '../model/finding.js';
import { BoundedSet, pushBounded } from '../session/bounded.js';
import type { Observation } from '../session/observation.js';
import { type Watch, Watches } from '../session/watches.js';
import type { ActionEvent } from '../trace/event.js';
import { answeredInFull, line } from './common.js';
import { moidOf } from './mo-acts.js';
import { fenceAfter, localChange, MOST_CHANGES, notThere, type Side, uncaused } from './mo-local-changes.js';
import { NOTHING, oracle } from './oracle.js';
import { held, violated } from './say.js';

/** MOs that the client said it has instances of, or that must be there since a node of them was set: a DEFAULT for such a one is not needed. */
class PresentMos {
  readonly #moids = new BoundedSet<string | undefined>(MOST_CHANGES);

  see(observation: Observation): void {
    if (observation.kind === 'one') {
      for (const { moid, miids } of observation.reading.view?.mos ?? []) if (miids.length > 0) this.#moids.add(moid);
    } else if (observation.kind === 'event' && observation.event.kind === 'action') {
      const { action } = observation.event;
      if (action.name === 'reset' && action.accepted) this.#moids.clear();
      if (action.name === 'set-node' && action.accepted) this.#moids.add(moidOf(action.uri));
    }
  }

  has(moid: string): boolean {
    return this.#moids.has(moid);
  }
}

/** MOM-16: DEFAULT is used when local software needs its MO (D-51); MOM-28: a new one replaces the old (TS 5.3). */
export const defaultsAreUsed = oracle({
  name: 'management-objects/defaults-are-used',
  on: 'client',
  requirements: ['MOM-16', 'MOM-28'],
  sees: ['one', 'two', 'three', 'side', 'event'],
  create: () => {
    const watches = new Watches();
    const present = new PresentMos();
    let needs: { readonly event: ActionEvent; readonly watch: Watch }[] = [];
    /** DEFAULTs that were used; the change may be recorded after that. */
    const done = new WeakSet<Watch>();
    return (seen) => {
      watches.see(seen);
      const local = localChange(seen);
      if (local !== undefined) {
        const moid = moidOf(local.uri);
        const watch = watches.latest('DEFAULT', moid);
        if (watch?.standing === 'live' && !done.has(watch) && !present.has(moid))
          pushBounded(needs, { event: local.event, watch }, MOST_CHANGES);
      }
      present.see(seen);
      const side = uncaused(seen, 'GET');
      if (side !== undefined) return used(side);
      const run = answeredInFull(seen);
      if (run !== undefined) return notThere(run, 'DEFAULT', ['MOM-16', 'MOM-28']);
      return unused(seen);
    };

    function used({ exchange: { request } }: Side): readonly Observed[] {
      const [watch] = watches.of('GET', request.target);
      if (watch === undefined || watch.ended === 'reset') return NOTHING;
      // It was under way when the other one came.
      if (watch.until !== undefined && request.seq < watch.until) return NOTHING;
      const scenario = watch.scenario;
      const message = `${line(request)} for ${watch.subject}`;
      if (watch.ended === 'replaced') {
        const details = { expected: 'the ServerURI of the last DEFAULT', actual: request.target };
        overlooked(watches.latest('DEFAULT', watch.subject));
        return [
          violated('MOM-28', `${message}, though another DEFAULT had replaced it.`, scenario, [request], details),
        ];
      }
      // Used at once, before its status: local software may have waited for it.
      done.add(watch);
      if (watch.standing !== 'live') return NOTHING;
      const events = [request, ...needs.filter((need) => need.watch === watch).map(({ event }) => event)];
      needs = needs.filter((need) => need.watch !== watch);
      const before = watches.all.some(
        ({ subject, ended, scenario: its }) => subject === watch.subject && ended === 'replaced' && its === scenario,
      );
      return [
        held('MOM-16', `${message}, as its DEFAULT says.`, scenario, events),
        ...(before ? [held('MOM-28', `${message}, as the last DEFAULT says.`, scenario, events)] : []),
      ];
    }

    /** One that should have been used instead of the one that it replaced: that it was not is no second offence. */
    function overlooked(live: Watch | undefined): void {
      if (live === undefined) return;
      done.add(live);
      needs = needs.filter((need) => need.watch !== live);
    }

    function unused(seen: Observation): readonly Observed[] {
      const due = needs.flatMap((need) => {
        const fence = fenceAfter(seen, need.event);
        return fence === undefined ? [] : [{ need, fence }];
      });
      needs = needs.filter((need) => !due.some((one) => one.need === need));
      return due.map(({ need: { event, watch }, fence }) => {
        const details = {
          expected: `GET ${watch.serverUri}`,
          actual: 'none until the END of a later session',
          decision: 'D-51',
        };
        return violated(
          'MOM-16',
          `A node of ${watch.subject} was set, and its DEFAULT was not used.`,
          event.scenario,
          [event, fence],
          details,
        );
      });
    }
  },
});
