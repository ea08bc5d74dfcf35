import { connect } from 'node:net';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { EventBus } from '../../harness/recorder/bus.js';
import { CertificateAuthority } from '../../harness/run/certificates.js';
import type { TlsSettings } from '../../harness/stimuli/tls-front.js';
import { WireServer } from '../../harness/stimuli/wire-server.js';
import { WireTransport, type WireTransportOptions } from '../../harness/stimuli/wire-transport.js';
import type { TraceEvent } from '../../harness/trace/event.js';
import { ofKind, until } from './helpers.js';

let authority: CertificateAuthority;
let settings: TlsSettings;
const closing: (() => Promise<void>)[] = [];

beforeAll(async () => {
  authority = await CertificateAuthority.create();
  settings = { identities: [await authority.server()] };
});
afterAll(() => Promise.all(closing.map((close) => close())));

/** A recorded TLS server, and a recorded transport to it with these TLS options. */
async function pair(tls: TlsSettings, options: WireTransportOptions['tls'] = {}) {
  const [there, here] = [recording(), recording()];
  const claim = (): string => 't-1';
  const server = await WireServer.listen({
    tls,
    handler: () => ({ status: 200, headers: [], body: Buffer.from('ok') }),
    tap: { bus: there.bus, local: 'server', remote: 'client', claim },
  });
  const transport = new WireTransport({
    tls: options,
    patienceMs: 2000,
    tap: { bus: here.bus, local: 'client', remote: 'server', claim },
  });
  closing.push(
    () => transport.close(),
    () => server.close(),
  );
  const post = (): Promise<number | string> =>
    transport.send({ method: 'POST', url: `${server.origin}/dm`, headers: [], body: Buffer.from('hello') }).then(
      ({ status }) => status,
      (error: Error) => error.message,
    );
  return { there: there.events, here: here.events, post, server };
}

function recording() {
  const bus = new EventBus();
  const events: TraceEvent[] = [];
  bus.subscribe((event) => events.push(event));
  return { bus, events };
}

const phases = (events: readonly TraceEvent[]): string[] => ofKind(events, 'connection').map(({ phase }) => phase);

describe('a connection over TLS', () => {
  it('is recorded at both ends with its plain bytes and what was agreed', async () => {
    const { there, here, post, server } = await pair(settings, { ca: authority.ca, rejectUnauthorized: true });
    expect(await post()).toBe(200);
    for (const events of [there, here]) {
      expect(phases(events)).toEqual(['opened', 'secured']);
      expect(ofKind(events, 'http-request')[0]?.body).toEqual({ size: 5, text: 'hello' });
      expect(ofKind(events, 'connection')[1]?.tls?.version).toBe('TLSv1.3');
    }
    const secured = ofKind(there, 'connection')[1];
    expect(secured).toMatchObject({ scenario: 't-1', at: server.origin, tls: { client: 'none' } });
    expect(secured?.hello?.versions).toContain('TLSv1.3');
    expect(secured?.hello?.suites).toContain('TLS_AES_128_GCM_SHA256');
  });

  it('tells whose certificate or key the client has shown', async () => {
    const clients = { ca: authority.ca, required: false };
    const stranger = await authority.flawedClient('IMEI:1', 'unknown-ca');
    const shown = async (options: WireTransportOptions['tls'], tls: TlsSettings = { ...settings, clients }) => {
      const { there, post } = await pair(tls, options);
      expect(await post()).toBe(200);
      return ofKind(there, 'connection').find(({ phase }) => phase === 'secured')?.tls?.client;
    };
    expect(await shown({})).toBe('none');
    expect(await shown(await authority.client('IMEI:1'))).toBe('certificate:right');
    expect(await shown(stranger)).toBe('certificate:other');
    const key = Buffer.alloc(16, 3);
    const withKey = {
      ciphers: 'PSK-AES128-GCM-SHA256',
      maxVersion: 'TLSv1.2' as const,
      checkServerIdentity: () => undefined,
      pskCallback: () => ({ psk: key, identity: 'device' }),
    };
    const keyed: TlsSettings = {
      identities: [],
      psk: new Map([['device', key]]),
      ciphers: 'PSK-AES128-GCM-SHA256',
      versions: { min: 'TLSv1.2', max: 'TLSv1.2' },
    };
    expect(await shown(withKey, keyed)).toBe('psk:right');
  });

  it('that never was secured is recorded with what the client offered', async () => {
    const { there, here, post } = await pair({ ...settings, versions: { min: 'TLSv1.1', max: 'TLSv1.1' } });
    expect(await post()).toMatch(/protocol version|alert/i);
    await until(() => phases(there).includes('closed'), 'the end of the connection');
    expect(phases(there)).toEqual(['opened', 'unsecured', 'closed']);
    expect(phases(here)).toEqual(['opened', 'unsecured', 'closed']);
    expect(ofKind(there, 'connection')[1]?.hello?.versions).toEqual(['TLSv1.3', 'TLSv1.2']);
    expect(ofKind(there, 'http-request')).toEqual([]);
  });

  it.each(['unknown-ca', 'self-signed', 'expired', 'not-yet-valid', 'wrong-host'] as const)(
    'with a certificate that is %s is refused by a client that checks',
    async (flaw) => {
      const { there, post } = await pair(
        { identities: [await authority.flawedServer(flaw)] },
        { ca: authority.ca, rejectUnauthorized: true },
      );
      expect(await post()).not.toBe(200);
      await until(() => phases(there).includes('closed'), 'the end of the connection');
      expect(ofKind(there, 'http-request')).toEqual([]);
    },
  );

  it('that speaks no TLS, or nothing at all, is let go', async () => {
    const { there, server } = await pair(settings);
    const socket = connect(server.port, '127.0.0.1');
    socket.on('error', () => undefined);
    socket.end('GET / HTTP/1.1\r\n\r\n');
    const silent = connect(server.port, '127.0.0.1', () => silent.end());
    await until(() => phases(there).filter((phase) => phase === 'closed').length === 2, 'both ends');
    const unsecured = ofKind(there, 'connection').filter(({ phase }) => phase === 'unsecured');
    expect(unsecured.map(({ detail }) => detail ?? '').join('|')).toContain('no TLS ClientHello');
  });
});
