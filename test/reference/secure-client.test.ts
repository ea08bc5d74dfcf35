import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import type { AccountTls } from '../../harness/reference/account-tls.js';
import { ReferenceClient } from '../../harness/reference/client-core.js';
import { UndiciTransport } from '../../harness/reference/undici-transport.js';
import { CertificateAuthority, type Identity } from '../../harness/run/certificates.js';
import { type OpensslServer, opensslServer } from './openssl-server.js';

const folder = mkdtempSync(join(tmpdir(), 'dmconform-openssl-'));
let authority: CertificateAuthority;
let device: Identity;
let server: OpensslServer;
const files = { ca: join(folder, 'ca.pem'), cert: join(folder, 'cert.pem'), key: join(folder, 'key.pem') };
const certified = ['-cert', files.cert, '-key', files.key];
const KEY = '000102030405060708090a0b0c0d0e0f';

beforeAll(async () => {
  authority = await CertificateAuthority.create();
  device = await authority.client('IMEI:1');
  const { cert, key } = await authority.server();
  writeFileSync(files.ca, authority.ca);
  writeFileSync(files.cert, cert);
  writeFileSync(files.key, key, { mode: 0o600 });
});
afterEach(() => server.close());
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** How a session with the server ends. */
async function session(tls: AccountTls | undefined): Promise<string> {
  const account = tls === undefined ? {} : { tls };
  const client = new ReferenceClient({ serverUrl: server.url, transport: new UndiciTransport(), account });
  const end = await client.startSession().done;
  await client.close();
  return end;
}

describe('the reference client and openssl s_server', () => {
  it('have a session when the client trusts the authority', async () => {
    server = await opensslServer(certified);
    expect(await session({ ca: authority.ca })).toBe('ended');
    expect(server.printed()).toContain('POST /dm HTTP/1.1');
  });

  it('have none, and no byte of HTTP is sent, when it does not', async () => {
    server = await opensslServer(certified);
    expect(await session(undefined)).toBe('broken');
    expect(await session({ ca: (await CertificateAuthority.create('another')).ca })).toBe('broken');
    expect(server.printed()).not.toContain('POST');
  });

  it('have none when the certificate is for another host', async () => {
    const { cert, key } = await authority.flawedServer('wrong-host');
    writeFileSync(join(folder, 'other.pem'), `${cert}\n${key}`, { mode: 0o600 });
    server = await opensslServer(['-cert', join(folder, 'other.pem')]);
    expect(await session({ ca: authority.ca })).toBe('broken');
    expect(server.printed()).not.toContain('POST');
  });

  it.each(['-tls1_1', '-tls1'])('have none over %s', async (version) => {
    server = await opensslServer([...certified, version, '-cipher', 'DEFAULT:@SECLEVEL=0']);
    expect(await session({ ca: authority.ca })).toBe('broken');
    expect(server.printed()).not.toContain('POST');
  });

  it('have one when the server must have a certificate of the client', async () => {
    server = await opensslServer([...certified, '-Verify', '1', '-verify_return_error', '-CAfile', files.ca]);
    expect(await session({ ca: authority.ca })).toBe('broken');
    expect(await session({ ca: authority.ca, clientCert: device.cert, clientKey: device.key })).toBe('ended');
    expect(server.printed()).toMatch(/CN ?= ?IMEI:1/);
  });

  it('have one by a pre-shared key, with the right one alone', async () => {
    server = await opensslServer(['-nocert', '-tls1_2', '-psk', KEY, '-psk_identity', 'device', '-cipher', 'PSK']);
    expect(await session({ psk: { identity: 'device', key: KEY.replace('00', 'ff') } })).toBe('broken');
    expect(await session({ psk: { identity: 'device', key: KEY } })).toBe('ended');
  });
});
