import { defineParameterType, Given } from '@cucumber/cucumber';
import { OPTION } from '../harness/protocol/notification.js';
import type { NotificationContent } from '../harness/protocol/write-notification.js';
import { BAD_FORMS, type BadForm, type Composed } from '../harness/run/client-notifier.js';
import type { ClientScenario } from '../harness/run/client-scenario.js';
import { drive } from './support/drive.js';
import type { ConformWorld } from './support/world.js';

/** In which way a notification is not to be heeded. */
defineParameterType({
  name: 'badForm',
  regexp: new RegExp(BAD_FORMS.join('|')),
  transformer: (words: string) => words,
});

/** Options of a notification beside the usual ones, or instead of them. */
defineParameterType({
  name: 'options',
  regexp: /no digest|no timestamp|neither digest nor timestamp|every option|REQ-MOS|PREFERRED-CON-TYPE \w+/,
  transformer: optionsOf,
});

const CONNECTIONS = ['any', 'cellular', 'WLAN', 'wireline'];

function optionsOf(words: string): NotificationContent {
  if (words === 'no digest') return { digest: false };
  if (words === 'no timestamp') return { timestamp: undefined };
  if (words === 'neither digest nor timestamp') return { timestamp: undefined, digest: false };
  if (words === 'REQ-MOS') return { reqMos: true };
  if (words === 'every option') return { connection: 0, reqMos: true };
  return { connection: Math.max(0, CONNECTIONS.indexOf(words.split(' ')[1] ?? '')) };
}

drive('the server notifies the client', async function () {
  await this.client.notify(this.client.notifier.compose());
});

drive('the server notifies the client by each way that it takes', async function () {
  for (const way of this.client.notifier.ways) await this.client.notify(this.client.notifier.compose(), way);
});

drive('the server notifies the client {int} times, each time anew', async function (times: number) {
  for (let time = 0; time < times; time += 1) await this.client.notify(this.client.notifier.compose());
});

drive('the server notifies the client with identifier {word}', async function (identifier: string) {
  await this.client.notify(this.client.notifier.compose({ identifier: Number(identifier) }));
});

drive('the server notifies the client with {options}', async function (options: NotificationContent) {
  await this.client.notify(this.client.notifier.compose(options));
});

drive('the server notifies the client with options that nobody knows', async function () {
  const others = [
    { number: 7, value: Buffer.from('0102030405060708090a0b0c0d0e0f', 'hex') },
    { number: 12, value: Buffer.from('ff', 'hex') },
    { number: 12 + 11, value: Buffer.alloc(0) },
  ];
  await this.client.notify(this.client.notifier.compose({ others }));
});

drive('the server notifies the client with an option that names another address', async function () {
  const others = [
    { number: OPTION['REQ-MOS'] + 1, value: Buffer.from(this.client.addresses.url('{other server}/lure')) },
  ];
  await this.client.notify(this.client.notifier.compose({ others }));
});

drive('the server sends a notification {badForm}, then a good one', async function (form: BadForm) {
  await this.client.notifier.sendUnfollowed(this.client.notifier.composeBad(form));
  await this.client.notify(this.client.notifier.compose());
});

drive(
  'the server notifies the client, then sends a notification {badForm}, then another good one',
  async function (form: BadForm) {
    await this.client.notify(this.client.notifier.compose());
    await this.client.notifier.sendUnfollowed(this.client.notifier.composeBad(form));
    await this.client.notify(this.client.notifier.compose());
  },
);

drive('the server sends one notification twice, then another one', async function () {
  const composed = this.client.notifier.compose();
  await this.client.notifier.sendUnfollowed(composed);
  await this.client.notifier.sendUnfollowed(composed);
  await this.client.awaitNotified(composed);
  await this.client.notify(this.client.notifier.compose());
});

drive('the server repeats a notification after its session, then sends another one', async function () {
  const composed = this.client.notifier.compose();
  await this.client.notify(composed);
  await this.client.notifier.sendUnfollowed(composed);
  await this.client.notify(this.client.notifier.compose());
});

/** What a scenario begins with; it is about something else. */
Given('the server has notified the client', async function (this: ConformWorld) {
  await this.client.notify(this.client.notifier.compose());
});

/** Notifications that are sent while a package is withheld. */
const during = new WeakMap<ClientScenario, Composed>();

Given('the package is withheld while the server notifies the client', function (this: ConformWorld) {
  withhold(this.client, this.client.notifier.compose());
});

Given(
  'the package is withheld while the server notifies the client with identifier {word}',
  function (this: ConformWorld, identifier: string) {
    withhold(this.client, this.client.notifier.compose({ identifier: Number(identifier) }));
  },
);

function withhold(client: ClientScenario, composed: Composed): void {
  during.set(client, composed);
  client.withholdsPackage(() => client.notifier.sendUnfollowed(composed));
}

drive('the client runs a session and the one that the notification asks for', async function () {
  await this.client.runSessions(1);
  const composed = during.get(this.client);
  if (composed !== undefined) await this.client.awaitNotified(composed);
});
