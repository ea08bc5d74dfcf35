import type { ClientScenario } from '../harness/run/client-scenario.js';
import { SAMPLE_MOID } from '../harness/run/provision.js';
import { drive } from './support/drive.js';

const CREDENTIALS = { secret: 'secret-of-another-server', data: 'data-of-another-server' };
const MOIDS = ['urn:oma:mo:oma-dm-devinfo:1.2', SAMPLE_MOID];

interface Another {
  readonly serverId: string;
}

/**
 * Gives the client the account of another server and follows the session that says so. Only a client that can be put back may be given one: it would
 * go on with that server in every later scenario.
 */
async function bootstrapped(client: ClientScenario, credentials?: typeof CREDENTIALS): Promise<Another | undefined> {
  const serverId = `another-${client.token}.example`;
  if (!(await client.steering.canReset())) return undefined;
  client.notifier.knows(serverId, credentials);
  const account = { SrvID: serverId, SrvURI: client.addresses.url('{other server}/account'), MOIDs: MOIDS };
  const whole = credentials === undefined ? account : { ...account, notification: credentials };
  await client.followSession(() => client.steering.bootstrap(whole), { as: 'a #1 after the bootstrap' });
  return { serverId };
}

drive('the client is given the account of another server', async function () {
  await bootstrapped(this.client);
  await this.client.steering.reset();
});

drive('two servers notify the client with one identifier', async function () {
  await this.client.runSessions(1);
  const another = await bootstrapped(this.client, CREDENTIALS);
  if (another === undefined) return;
  const first = this.client.notifier.compose();
  const { identifier } = first;
  await this.client.notify(first);
  if (identifier !== undefined)
    await this.client.notify(this.client.notifier.compose({ identifier, serverId: another.serverId }));
  await this.client.steering.reset();
});

drive(
  'a server of which the client has no credentials sends a notification with a digest, then a good one comes',
  async function () {
    const another = await bootstrapped(this.client);
    if (another === undefined) return;
    const composed = this.client.notifier.compose({ serverId: another.serverId, digest: true });
    await this.client.notifier.sendUnfollowed(composed);
    await this.client.notify(this.client.notifier.compose());
    await this.client.steering.reset();
  },
);
