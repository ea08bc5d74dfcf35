import { Given } from '@cucumber/cucumber';
import type { Delivery } from '../harness/stimuli/peer.js';
import { drive } from './support/drive.js';
import type { ConformWorld } from './support/world.js';

Given('the next session follows', function (this: ConformWorld) {
  this.client.nextSession();
});

Given('the client is reset afterwards', function (this: ConformWorld) {
  this.client.resetsAfterwards();
});

Given('the server answers {int} with the Location {}', function (this: ConformWorld, status: number, place: string) {
  this.client.sends([['END']]);
  this.client.answersWith(status, [['Location', place]]);
});

Given('the connection is {ending} instead of an answer', function (this: ConformWorld, how: 'close' | 'reset') {
  const delivery: Delivery = { cut: { afterBytes: 0, how } };
  this.client.sends([['END']]);
  this.client.delivers(delivery);
});

Given('the server never answers', function (this: ConformWorld) {
  this.client.sends([['END']]);
  this.client.neverAnswers();
});

Given('each #3 of the session is answered 401 until it carries credentials', function (this: ConformWorld) {
  this.client.challenges();
});

Given(
  'the repository answers {int} at {word} and wants {word}',
  function (this: ConformWorld, status: number, place: string, types: string) {
    this.client.content.wants(place, status, types);
  },
);

drive('the device runs a session with a new connection for each package', async function () {
  await this.server.device('the device', { fresh: true }).session();
});

drive('{string} and {string} send #1 in one go', async function (first: string, second: string) {
  const [one, two] = [this.server.device(first), this.server.device(second)];
  await one.sendRaw(Buffer.concat([one.oneAsBytes(), two.oneAsBytes()]));
});

drive('the device sends #1 by HTTP 1.0', async function () {
  const device = this.server.device();
  const text = device.oneAsBytes().toString('latin1').replace('HTTP/1.1', 'HTTP/1.0');
  await device.sendRaw(Buffer.from(text, 'latin1'));
});

drive('the device runs a session and sends {word} in the middle of it', async function (method: string) {
  const device = this.server.device();
  const opened = await device.open();
  await device.other(method);
  if (opened.ended || opened.commands.length === 0) return;
  await device.follow(await device.report(opened.commands.map(() => ({ sc: 200 }))));
});

drive('the device sends a #1 typed {word} that is no JSON', async function (type: string) {
  await this.server.device().post(type, Buffer.from('<a/>', 'utf8'));
});

drive('the device sends a #1 that accepts {}', async function (accept: string) {
  const device = this.server.device();
  await device.follow(await device.openAccepting(accept));
});
