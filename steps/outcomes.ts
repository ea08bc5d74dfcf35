import { Then } from '@cucumber/cucumber';
import { boundRun } from '../harness/run/playing.js';
import type { ConformWorld } from './support/world.js';

// The ledger says in which words each requirement is shown; a Then asks the oracles about the record and decides nothing itself.
for (const { id, shows } of boundRun().requirements) {
  if (shows === undefined) continue;
  Then(shows, function (this: ConformWorld) {
    this.shows(id);
  });
}
