import { type DataTable, Given } from '@cucumber/cucumber';
import type { ConformWorld } from './support/world.js';

/** The first column is the number of the package, the others are the command. */
Given('the server is to send {string}', async function (this: ConformWorld, device: string, table: DataTable) {
  const packages: string[][][] = [];
  for (const [number, ...command] of table.raw()) {
    const at = Number(number) - 1;
    packages[at] = [...(packages[at] ?? []), command.filter((cell) => cell !== '')];
  }
  await this.server.queue(device, packages);
});
