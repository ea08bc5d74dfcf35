import { DevicePassword } from '../harness/run/device-password.js';
import type { Means } from '../harness/run/server-security.js';
import { drive } from './support/drive.js';
import type { ConformWorld } from './support/world.js';

drive('the device runs a session over TLS', async function () {
  const { security } = this.server;
  if (security.secureEndpoint === undefined) return;
  const device = await security.device(this.server.idOf('the device'), undefined, { by: 'nothing' });
  const opened = await device?.open();
  if (opened?.response !== undefined) {
    await device?.follow(opened);
    return;
  }
  // There is no TLS at all, none that this device speaks, or none for a device without a certificate.
  await security.tryVersions();
  await runSession(this, 'the known device', { by: 'certificate' });
});

drive('the versions of TLS are tried one by one', async function () {
  await this.server.security.tryVersions();
});

drive('the cipher suites for certificates are tried one by one', async function () {
  await this.server.security.trySuites('certificate');
});

drive('the cipher suites for pre-shared keys are tried one by one', async function () {
  await this.server.security.trySuites('psk');
});

drive('{string} runs a session with its certificate', async function (name: string) {
  await runSession(this, name, { by: 'certificate' });
});

drive('{string} runs a session by HTTP Basic', async function (name: string) {
  await runSession(this, name, { by: 'password', scheme: 'basic' });
});

drive('{string} runs a session by HTTP Digest with each algorithm that is offered', async function (name: string) {
  const asked = await open(this, name, name, { by: 'nothing' });
  for (const algorithm of DevicePassword.algorithmsIn(asked?.response?.headers ?? []))
    await runSession(this, name, { by: 'password', scheme: 'digest', algorithm });
});

drive('{string} sends #1 {credentials}', async function (name: string, means: Means) {
  await open(this, name, name, means);
});

drive(
  '{string} sends #1 in the name of {string} {credentials}',
  async function (other: string, name: string, means: Means) {
    await open(this, other, name, means);
  },
);

drive('{string} sends #1 by HTTP Digest, ends the session, and sends the same #1 again', async function (name: string) {
  const device = await deviceOf(this, name, name, { by: 'password', scheme: 'digest' });
  const last = await device?.session();
  if (last?.ended === true) await device?.openAgain();
});

drive('{string} proves who it is and runs its session', async function (name: string) {
  const { security } = this.server;
  const account = security.account(name);
  const opened = account?.http === undefined ? undefined : await runSession(this, name, { by: 'password' });
  if (opened?.response === undefined) await runSession(this, name, { by: 'certificate' });
});

/** @param whose name of the device whose credentials are used. @param name the device that the packages name. */
async function deviceOf(world: ConformWorld, whose: string, name: string, means: Means) {
  const { security } = world.server;
  const account = security.account(whose);
  const needsNone = means.by === 'nothing' || (means.by === 'certificate' && means.from === 'stranger');
  if (account === undefined && !needsNone) return undefined;
  return await security.device(world.server.idOf(name), account, means);
}

async function open(world: ConformWorld, whose: string, name: string, means: Means) {
  return await (await deviceOf(world, whose, name, means))?.open();
}

async function runSession(world: ConformWorld, name: string, means: Means) {
  return await (await deviceOf(world, name, name, means))?.session();
}
