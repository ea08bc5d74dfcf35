import { Given } from '@cucumber/cucumber';
import { ALERT, type GenericAlert } from '../harness/protocol/alerts.js';
import { MEDIA } from '../harness/protocol/media-types.js';
import { writePackageThree } from '../harness/protocol/write-packages.js';
import { Device } from '../harness/run/device.js';
import { drive } from './support/drive.js';
import type { ConformWorld } from './support/world.js';

Given('the package is withheld while an event happens', function (this: ConformWorld) {
  this.client.withholdsPackage(() => this.client.raises());
});

Given(
  'the repository withholds its answer at {word} while an event happens',
  function (this: ConformWorld, place: string) {
    this.client.withholds(place, 'send', () => this.client.raises());
  },
);

drive('an event happens on the device', async function () {
  await this.client.raises();
});

drive('the client runs a session, an event happens, and it runs {int} more', async function (count: number) {
  await this.client.runSessions(1);
  await this.client.raises();
  await this.client.runSessions(count);
});

drive('{int} events happen on the device', async function (count: number) {
  for (let event = 0; event < count; event += 1) await this.client.raises();
});

drive('a silent device runs a session, and then the device one with the alert {word}', async function (text: string) {
  await this.server.device('a silent device').session();
  const alert = JSON.parse(text) as GenericAlert;
  const device = this.server.device();
  let turned = await device.open(Device.one({ alerts: [{ AlertType: ALERT.client }, alert] }));
  while (!turned.ended && turned.commands.length > 0) {
    const statuses = turned.commands.map(() => ({ sc: 200 }));
    turned = await device.post(MEDIA.response, writePackageThree({ statuses, alerts: [alert] }));
  }
});
