import { defineParameterType } from '@cucumber/cucumber';
import type { Demand } from '../harness/run/credential-check.js';
import type { SecureKind } from '../harness/run/secure-servers.js';
import type { Given as GivenTo, SecureSessions } from '../harness/run/secure-sessions.js';
import { drive } from './support/drive.js';

const KINDS: Readonly<Record<string, SecureKind>> = {
  'whose certificate an unknown authority has signed': 'unknown-ca',
  'whose certificate has signed itself': 'self-signed',
  'whose certificate has expired': 'expired',
  'whose certificate is not valid yet': 'not-yet-valid',
  'whose certificate is for another host': 'wrong-host',
  'that knows TLS 1.1 alone': 'TLSv1.1',
  'that knows TLS 1.0 alone': 'TLSv1',
};

const DEMANDS: Readonly<Record<string, Demand>> = {
  Basic: { schemes: ['basic'] },
  Digest: { schemes: ['digest'] },
  'Digest with a fresh nonce for each request': { schemes: ['digest'], oneRequest: true },
  'Basic or Digest': { schemes: ['basic', 'digest'] },
};

/** A DM Server over TLS that is not as it should be. */
defineParameterType({
  name: 'flawedServer',
  regexp: new RegExp(Object.keys(KINDS).join('|')),
  transformer: (words: string): SecureKind => KINDS[words] ?? 'good',
});

/** The HTTP authentication that a server asks for. */
defineParameterType({
  name: 'demand',
  // The longest first, since some begin with others.
  regexp: new RegExp(
    Object.keys(DEMANDS)
      .sort((a, b) => b.length - a.length)
      .join('|'),
  ),
  transformer: (words: string): Demand => DEMANDS[words] ?? { schemes: ['basic'] },
});

drive('the client runs a session over TLS', async function () {
  await this.client.secure.run('good');
});

drive('the client meets a good server, and then one {flawedServer}', async function (kind: SecureKind) {
  await this.client.secure.run('good');
  this.client.nextSession();
  await this.client.secure.run(kind);
});

drive('the client is asked for a certificate in one session and for a shared key in another', async function () {
  await this.client.secure.run('certificate', { means: 'certificate' });
  await this.client.secure.run('psk', { means: 'psk' });
});

/** A session whose server asks for credentials; a client that cannot be put on a virtual clock shows by its next session that it does no more. */
async function authenticated(secure: SecureSessions, demand: Demand, given: GivenTo): Promise<void> {
  secure.demands(demand);
  await secure.run('good', given);
  secure.demands(undefined);
}

drive('the client runs a session with a server that asks for {demand}', async function (demand: Demand) {
  await authenticated(this.client.secure, demand, { http: true });
  await this.client.secure.run('good');
});
