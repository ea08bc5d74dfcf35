import { type DataTable, Given } from '@cucumber/cucumber';
import { serverInitiated } from '../harness/protocol/alerts.js';
import { readNotification } from '../harness/protocol/read-notification.js';
import { Device } from '../harness/run/device.js';
import type { ServerScenario } from '../harness/run/server-scenario.js';
import { drive } from './support/drive.js';
import type { ConformWorld } from './support/world.js';

/** The first column is the number of the package, the others are the command. */
Given(
  'the server is to send the session that answers its notification',
  async function (this: ConformWorld, table: DataTable) {
    const packages: string[][][] = [];
    for (const [number, ...command] of table.raw()) {
      const at = Number(number) - 1;
      packages[at] = [...(packages[at] ?? []), command.filter((cell) => cell !== '')];
    }
    await this.server.queue('the device', packages, 'notified');
  },
);

drive('the server notifies the device by each way that it has', async function () {
  for (const way of this.server.notifier.ways) {
    const bytes = await this.server.notifier.ask(this.server.idOf('the device'), way);
    await answer(this.server, bytes);
  }
});

drive('the server notifies the device and the device opens a session', async function () {
  await answer(this.server, await ask(this.server));
});

drive(
  'the server notifies the device, which opens a session of its own before the one that was asked for',
  async function () {
    const bytes = await ask(this.server);
    await this.server.device().session();
    await answer(this.server, bytes);
  },
);

drive('the server is asked for a notification {int} times before the device answers', async function (times: number) {
  let bytes: Buffer | undefined;
  for (let time = 0; time < times; time += 1) bytes = await ask(this.server);
  await answer(this.server, bytes);
});

drive(
  'the server is asked for a notification {int} times, and the device answers each',
  async function (times: number) {
    for (let time = 0; time < times; time += 1) await answer(this.server, await ask(this.server));
  },
);

function ask(server: ServerScenario): Promise<Buffer | undefined> {
  return server.notifier.ask(server.idOf('the device'));
}

/** Opens the session that the notification asks for. */
async function answer(server: ServerScenario, bytes: Buffer | undefined): Promise<void> {
  if (bytes === undefined) return;
  const identifier = readNotification(bytes).view?.identifier;
  const device = server.device();
  await device.follow(await device.open(Device.one({ alerts: [serverInitiated(identifier)] })));
}
