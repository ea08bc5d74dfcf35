import { createServer, type Server, type Socket } from 'node:net';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { CERTIFICATE_SUITES, PSK_SUITES } from '../../harness/protocol/tls-suites.js';
import { CertificateAuthority } from '../../harness/run/certificates.js';
import type { TlsSettings } from '../../harness/stimuli/tls-front.js';
import { type Probe, probeTls } from '../../harness/stimuli/tls-probe.js';
import { WireServer } from '../../harness/stimuli/wire-server.js';

let authority: CertificateAuthority;
let ecdsa: TlsSettings['identities'][number];
const closing: (() => unknown)[] = [];

beforeAll(async () => {
  authority = await CertificateAuthority.create();
  ecdsa = await authority.server();
});
afterAll(() => Promise.all(closing.map((close) => close())));

async function serving(tls: TlsSettings | undefined): Promise<string> {
  const handler = () => ({ status: 200, headers: [], body: Buffer.alloc(0) });
  const server = await WireServer.listen({ handler, ...(tls === undefined ? {} : { tls }) });
  closing.push(() => server.close());
  return `https://127.0.0.1:${server.port}/dm`;
}

const probe = (url: string, how: Pick<Probe, 'version'> & Partial<Probe>) =>
  probeTls({ url, patienceMs: 300, signal: new AbortController().signal, ...how });

const [gcm, cbc, dheRsa] = CERTIFICATE_SUITES;

describe('one handshake', () => {
  it('is agreed to with version and suite, or refused with the reason', async () => {
    const url = await serving({ identities: [ecdsa], ciphers: gcm?.openssl ?? '' });
    const suite = gcm?.name;
    expect(await probe(url, { version: 'TLSv1.2' })).toEqual({ outcome: 'agreed', version: 'TLSv1.2', suite });
    if (gcm !== undefined)
      expect(await probe(url, { version: 'TLSv1.2', suite: gcm })).toMatchObject({ outcome: 'agreed', suite });
    for (const other of [cbc, dheRsa])
      if (other !== undefined)
        expect(await probe(url, { version: 'TLSv1.2', suite: other })).toMatchObject({ outcome: 'refused' });
    for (const version of ['SSLv3', 'TLSv1', 'TLSv1.1'] as const)
      expect(await probe(url, { version })).toMatchObject({
        outcome: 'refused',
        detail: expect.stringMatching(/alert/),
      });
  });

  it.each(['TLSv1', 'TLSv1.1'] as const)('is agreed to by a server that still speaks %s', async (version) => {
    const url = await serving({ identities: [ecdsa], versions: { min: version, max: 'TLSv1.3' } });
    expect(await probe(url, { version })).toMatchObject({ outcome: 'agreed', version });
  });

  it('with a pre-shared key is agreed to for each suite that needs no certificate', async () => {
    const key = Buffer.alloc(16, 7);
    const ciphers = PSK_SUITES.map(({ openssl }) => openssl).join(':');
    const url = await serving({ identities: [], psk: new Map([['d', key]]), ciphers });
    for (const suite of PSK_SUITES.filter(({ name }) => !name.includes('RSA'))) {
      const psk = { identity: 'd', key };
      expect(await probe(url, { version: 'TLSv1.2', suite, psk })).toMatchObject({
        outcome: 'agreed',
        suite: suite.name,
      });
      const strange = await probe(url, { version: 'TLSv1.2', suite, psk: { identity: 'x', key } });
      expect(strange).toMatchObject({ outcome: 'answered', suite: suite.name });
    }
  });

  it('that fails for want of a certificate shows by a ServerHello that the suite was chosen', async () => {
    const clients = { ca: authority.ca, required: true };
    const url = await serving({ identities: [ecdsa], clients });
    expect(await probe(url, { version: 'TLSv1.2' })).toMatchObject({ outcome: 'answered', version: 'TLSv1.2' });
    const certificate = await authority.client('d');
    expect(await probe(url, { version: 'TLSv1.2', certificate })).toMatchObject({ outcome: 'agreed' });
  });

  it('with what is no TLS, with nobody, and with one that says nothing', async () => {
    const plain = await serving(undefined);
    expect(await probe(plain, { version: 'TLSv1.2' })).toMatchObject({ outcome: 'refused' });
    const sockets: Socket[] = [];
    const silent: Server = createServer((socket) => void sockets.push(socket));
    await new Promise<void>((resolve) => silent.listen(0, '127.0.0.1', resolve));
    const address = silent.address();
    const url = `https://127.0.0.1:${typeof address === 'object' && address !== null ? address.port : 0}/`;
    expect(await probe(url, { version: 'TLSv1.2' })).toMatchObject({ outcome: 'silent' });
    for (const socket of sockets) socket.destroy();
    await new Promise((resolve) => silent.close(resolve));
    expect(await probe(url, { version: 'TLSv1.2' })).toMatchObject({ outcome: 'unreachable' });
  });
});
