import { Given } from '@cucumber/cucumber';
import type { ConformWorld } from './support/world.js';

// Addresses are one word without a space but for the second repository, hence no {string}.

Given('the repository holds {int} objects at {word}', function (this: ConformWorld, count: number, place: string) {
  this.client.content.holdsObjects(place, count);
});

Given('the repository answers {int} at {word}', function (this: ConformWorld, status: number, place: string) {
  this.client.content.fails(place, status);
});

Given('the repository withholds its answer at {word}', function (this: ConformWorld, place: string) {
  this.client.withholds(place, 'send');
});

Given(
  'the repository withholds its answer at {word} and then resets the connection',
  function (this: ConformWorld, place: string) {
    this.client.withholds(place, 'reset');
  },
);

Given('the page at {word} keeps loading', function (this: ConformWorld, place: string) {
  this.client.withholdsPage(place);
});
