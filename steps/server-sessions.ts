import { ALERT } from '../harness/protocol/alerts.js';
import { MEDIA } from '../harness/protocol/media-types.js';
import { Device, type SendHow, type Turned } from '../harness/run/device.js';
import { drive } from './support/drive.js';

drive('the device runs a session', async function () {
  await this.server.device().session();
});

drive('the device runs {int} sessions', async function (count: number) {
  for (let session = 0; session < count; session += 1) await this.server.device().session();
});

drive('the device runs a session, its packages sent {form}', async function (form: SendHow) {
  const device = this.server.device();
  await device.follow(await device.open(Device.one(), form), undefined, form);
});

drive('the device runs a session whose #1 has {contents}', async function (contents: string) {
  const device = this.server.device();
  await device.follow(await device.open(bodyWith(contents)));
});

drive('the device runs a session and answers every command with {int}', async function (status: number) {
  const device = this.server.device();
  await device.follow(await device.open(), () => ({ sc: status }));
});

drive('a device without a session sends a #3', async function () {
  await this.server.device().report([{ sc: 200 }]);
});

drive('the device sends a #3 after END', async function () {
  const device = this.server.device();
  const last = await device.session();
  if (last.ended) await device.report([{ sc: 200 }]);
});

drive('the device sends {word} to the DM endpoint', async function (method: string) {
  await this.server.device().other(method, method === 'PUT' ? Device.one() : undefined);
});

drive('the device sends the malformed #1', async function (body: string) {
  await this.server.device().post(MEDIA.initiation, bytesOf(body));
});

drive('the device answers with the malformed #3', async function (body: string) {
  const device = this.server.device();
  await device.open();
  await device.post(MEDIA.response, bytesOf(body));
});

drive('{string} and {string} take turns on one connection', async function (first: string, second: string) {
  await takeTurns(this.server.device(first), this.server.device(second, { sharedWith: first }));
});

drive(
  '{string} and {string} take turns on a new connection for each package',
  async function (first: string, second: string) {
    await takeTurns(this.server.device(first, { fresh: true }), this.server.device(second, { fresh: true }));
  },
);

drive('the device opens a second session while the first is open', async function () {
  const first = this.server.device('the device', { session: 'first' });
  const second = this.server.device('the device', { session: 'second' });
  const opened = await first.open();
  const again = await second.open();
  if (!opened.ended) await first.report();
  await second.follow(again);
});

drive('the device sends #1 again because the response was lost', async function () {
  const lost = this.server.device('the device', { session: 'lost' });
  const again = this.server.device('the device', { session: 'again' });
  await lost.open(Device.one(), { drop: 'reset' });
  await this.server.quiet('the server has taken the #1 whose answer nobody reads');
  await again.follow(await again.open());
});

drive('the device sends its #3 again because the response was lost', async function () {
  const device = this.server.device();
  const opened = await device.open();
  if (opened.ended || opened.commands.length === 0) return;
  await device.report(undefined, { drop: 'reset' });
  await this.server.quiet('the server has taken the #3 whose answer nobody reads');
  await device.follow(await device.repeat());
});

drive('the connection stays open for a while', async function () {
  await this.server.quiet('no package comes that nobody asked for');
});

async function takeTurns(first: Device, second: Device): Promise<void> {
  let one: Turned = await first.open();
  let two: Turned = await second.open();
  for (let round = 0; round < 10 && !(isOver(one) && isOver(two)); round += 1) {
    if (!isOver(one)) one = await first.report();
    if (!isOver(two)) two = await second.report();
  }
}

function isOver(turned: Turned): boolean {
  return turned.ended || turned.commands.length === 0;
}

/** A body of a scenario; `{empty}` stands for none. */
function bytesOf(body: string): Buffer {
  return Buffer.from(body.trim() === '{empty}' ? '' : body, 'utf8');
}

function bodyWith(contents: string): Buffer {
  const alert = { AlertType: ALERT.client };
  const mos = [{ MOID: 'urn:oma:mo:oma-dm-devinfo:1.2', MIID: ['di1'] }];
  if (contents === 'no MOS') return json({ Alert: [alert] });
  if (contents === 'no alert') return json({ MOS: mos });
  if (contents === 'neither MOS nor alert') return json({});
  const vendor = { AlertType: 'urn:example:alert:battery', Mark: 'warning', Data: { level: 7 } };
  if (contents === 'MOS and three alerts')
    return json({ MOS: mos, Alert: [alert, vendor, { ...vendor, Mark: 'minor' }] });
  if (contents === 'unknown members')
    return json({ MOS: [{ ...mos[0], vendorNote: 'x' }], Alert: [alert], vendor: { a: [1] } });
  return Device.one();
}

function json(value: unknown): Buffer {
  return Buffer.from(JSON.stringify(value), 'utf8');
}
