import { createHash } from 'node:crypto';
import type { Doing } from '../harness/run/device-transfers.js';
import { drive } from './support/drive.js';

const OCTETS = { type: 'application/octet-stream', body: createHash('sha512').update('octets').digest() };
const DATA: Readonly<Record<string, Doing['data']>> = {
  octets: OCTETS,
  text: { type: 'text/plain;charset=utf-8', body: Buffer.from('Grüße,\r\n\tÆther\n\r  ', 'utf8') },
  image: { type: 'image/png', body: Buffer.concat([Buffer.from('\x89PNG\r\n\x1a\n', 'latin1'), OCTETS.body]) },
};

drive('the device runs a session and sends {medium} where it is told to', async function (medium: string) {
  const device = this.server.device();
  await this.server.transfers.follow(device, await device.open(), { data: DATA[medium] ?? OCTETS });
});

drive('the device runs a session and loads its pages', async function () {
  const device = this.server.device();
  await this.server.transfers.follow(device, await device.open(), { data: OCTETS });
});

drive(
  'the device runs {int} sessions, and its user takes the first, the last and again the first choice',
  async function (count: number) {
    const device = this.server.device();
    for (let session = 0; session < count; session += 1) {
      const choice = session % 2 === 0 ? 'first' : 'last';
      await this.server.transfers.follow(device, await device.open(), { data: OCTETS, choice });
    }
  },
);

drive(
  '{string} and {string} run sessions at once, and their users choose differently',
  async function (one: string, other: string) {
    const [first, second] = [this.server.device(one), this.server.device(other)];
    const [a, b] = [await first.open(), await second.open()];
    const { transfers } = this.server;
    // Both users answer before either device goes on.
    await transfers.carryOutAll(first, a, { data: OCTETS, choice: 'first' });
    await transfers.carryOutAll(second, b, { data: OCTETS, choice: 'last' });
    await first.follow(await first.report());
    await second.follow(await second.report());
  },
);
