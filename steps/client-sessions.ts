import { drive } from './support/drive.js';

drive('the client runs a session', async function () {
  await this.client.runSessions(1);
});

drive('the client runs {int} sessions', async function (count: number) {
  await this.client.runSessions(count);
});
