import { type DataTable, Given } from '@cucumber/cucumber';
import { drive } from './support/drive.js';
import type { ConformWorld } from './support/world.js';

Given('the client is as it was after its start', async function (this: ConformWorld) {
  await this.client.steering.reset();
});

Given('the server reads {word} again with the validator that came', function (this: ConformWorld, place: string) {
  this.client.sendsValidator(place);
});

Given('in its session the second server sends the package', function (this: ConformWorld, table: DataTable) {
  this.client.nextSession();
  this.client.sends(table.raw());
});

Given('the server deletes what was reported', function (this: ConformWorld) {
  this.client.sendsComputed((reports) => {
    const places = reports.flatMap(({ statuses }) => statuses.flatMap(({ uris }) => uris));
    return places.length === 0 ? [['END']] : places.map((uri) => ['DELETE', uri]);
  });
});

drive('the device changes {word}', async function (place: string) {
  await this.client.changes(place);
});

drive('a second server that may manage {word} is bootstrapped', async function (place: string) {
  await this.client.bootstrapsSecond(place);
});
