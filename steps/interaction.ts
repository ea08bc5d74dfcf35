import { Given } from '@cucumber/cucumber';
import { drive } from './support/drive.js';
import type { ConformWorld } from './support/world.js';

Given('a web page at {word}', function (this: ConformWorld, place: string) {
  this.client.needsBrowser();
  this.client.content.showsPage(place);
});

Given('a web page at {word} that goes on loading after the session', function (this: ConformWorld, place: string) {
  this.client.needsBrowser();
  this.client.withholdsPage(place, 'session');
});

Given('a web page at {word} that keeps loading', function (this: ConformWorld, place: string) {
  this.client.needsBrowser();
  this.client.withholdsPage(place, 'package');
});

drive('the client runs a session without a web browser', async function () {
  const { steering } = this.client;
  const { accepted } = await steering.setBrowser(false);
  if (!accepted) return;
  await this.client.runSessions(1);
  await steering.setBrowser(true);
});
