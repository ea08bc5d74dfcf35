import { generateKeyPairSync, randomBytes } from 'node:crypto';
import { connect, isIP, type Socket } from 'node:net';
import { type ConnectionOptions, connect as connectSecurely, type TLSSocket } from 'node:tls';
import { readHelloAnswer, writeClientHello } from '../protocol/tls-hello.js';
import { CERTIFICATE_SUITES, PSK_SUITES, type Suite, TLS13_SUITE, type TlsVersion } from '../protocol/tls-suites.js';
import type { Action } from '../trace/event.js';
import { agreedOn, reasonOf } from './tls-front.js';
import { destinationOf } from './wire-request.js';

type ProbeAction = Extract<Action, { name: 'tls-probe' }>;
/** What became of a handshake. */
export type Probed = Pick<ProbeAction, 'outcome' | 'version' | 'suite' | 'detail'>;

export interface Probe {
  readonly url: string;
  readonly version: TlsVersion;
  /** Left out: whatever there is. */
  readonly suite?: Suite;
  readonly certificate?: { readonly key: string; readonly cert: string };
  readonly psk?: { readonly identity: string; readonly key: Buffer };
  readonly patienceMs: number;
  readonly signal: AbortSignal;
}

/** Suites that servers of older versions choose from. */
const OLDER_SUITES = [
  'TLS_ECDHE_ECDSA_WITH_AES_128_CBC_SHA',
  'TLS_ECDHE_RSA_WITH_AES_128_CBC_SHA',
  'TLS_DHE_RSA_WITH_AES_128_CBC_SHA',
  'TLS_RSA_WITH_AES_128_CBC_SHA',
  'TLS_PSK_WITH_AES_128_CBC_SHA',
  'TLS_RSA_WITH_3DES_EDE_CBC_SHA',
];

/** Names of the suites that a probe offers in its hand-written ClientHello. */
export function suitesOffered({ version, suite }: Pick<Probe, 'version' | 'suite'>): readonly string[] {
  if (suite !== undefined) return [suite.name];
  if (version === 'TLSv1.3') return [TLS13_SUITE.name, 'TLS_AES_256_GCM_SHA384', 'TLS_CHACHA20_POLY1305_SHA256'];
  const modern = version === 'TLSv1.2' ? [...CERTIFICATE_SUITES, ...PSK_SUITES].map(({ name }) => name) : [];
  return [
    ...modern,
    'TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256',
    'TLS_ECDHE_ECDSA_WITH_AES_256_GCM_SHA384',
    ...OLDER_SUITES,
  ];
}

/**
 * Tries one handshake with a server (RFC 8446 4.1). A whole one where this OpenSSL has the version; when that fails, and where it has not, a ClientHello
 * written by hand, to which a server that agrees says so before anything else can go wrong. Never rejects.
 */
export async function probeTls(probe: Probe): Promise<Probed> {
  if (probe.version === 'SSLv3') return await probeByHand(probe);
  const whole = await handshake(probe);
  if (whole.outcome !== 'refused' && whole.outcome !== 'not-possible') return whole;
  const byHand = await probeByHand(probe);
  if (byHand.outcome !== 'answered') return byHand;
  return { ...byHand, detail: `the whole handshake came to nothing: ${whole.detail ?? 'no reason given'}` };
}

function handshake(probe: Probe): Promise<Probed> {
  return new Promise((resolve) => {
    let socket: TLSSocket;
    try {
      socket = connectSecurely(optionsOf(probe));
    } catch (error) {
      resolve({ outcome: 'not-possible', detail: messageOf(error) });
      return;
    }
    conclude(socket, probe, resolve, (finish) => {
      socket.once('secureConnect', () => finish({ outcome: 'agreed', ...agreedOn(socket) }));
    });
  });
}

function probeByHand(probe: Probe): Promise<Probed> {
  const { host, port } = destinationOf(probe.url);
  const hello = writeClientHello({
    versions: [probe.version],
    suites: suitesOffered(probe),
    random: randomBytes(32),
    ...(probe.version === 'TLSv1.3' ? { keyShare: x25519() } : {}),
  });
  return new Promise((resolve) => {
    const socket = connect({ host, port }, () => socket.write(hello));
    let bytes = Buffer.alloc(0);
    conclude(socket, probe, resolve, (finish) => {
      socket.on('data', (chunk) => {
        bytes = Buffer.concat([bytes, chunk]);
        const answer = readHelloAnswer(bytes);
        if (answer.kind === 'server-hello')
          finish({ outcome: 'answered', version: answer.version, suite: answer.suite });
        else if (answer.kind === 'alert') finish({ outcome: 'refused', detail: `alert ${answer.alert}` });
        else if (answer.kind === 'other') finish({ outcome: 'refused', detail: 'what came is no TLS' });
      });
    });
  });
}

/** Ends the attempt when it is decided, when the connection is gone, or when the patience is over. */
function conclude(
  socket: Socket,
  { patienceMs, signal }: Probe,
  resolve: (probed: Probed) => void,
  watch: (finish: (probed: Probed) => void) => void,
): void {
  let connected = false;
  const silent = (): void => finish({ outcome: 'silent', detail: `nothing within ${patienceMs} ms` });
  const timer = setTimeout(silent, patienceMs);
  const finish = (probed: Probed): void => {
    clearTimeout(timer);
    signal.removeEventListener('abort', silent);
    socket.destroy();
    resolve(probed);
  };
  const gone = (detail: string): void => finish({ outcome: connected ? 'refused' : 'unreachable', detail });
  signal.addEventListener('abort', silent, { once: true });
  socket.once('connect', () => {
    connected = true;
  });
  socket.on('error', (error) => gone(reasonOf(error)));
  socket.on('close', () => gone('the connection was closed'));
  watch(finish);
  if (signal.aborted) silent();
}

function optionsOf({ url, version, suite, certificate, psk }: Probe): ConnectionOptions {
  const { host, port } = destinationOf(url);
  if (version === 'SSLv3') throw new Error('this program has no SSL 3.0');
  const usual = psk === undefined ? 'DEFAULT' : 'DEFAULT:PSK';
  return {
    host,
    port,
    ...(isIP(host) === 0 ? { servername: host } : {}),
    minVersion: version,
    maxVersion: version,
    // Weak keys and old versions are the server's affair; whether it agrees is what is asked.
    ciphers: `${suite?.openssl ?? usual}:@SECLEVEL=0`,
    rejectUnauthorized: false,
    ...certificate,
    ...(psk === undefined
      ? {}
      : { pskCallback: () => ({ psk: psk.key, identity: psk.identity }), checkServerIdentity: () => undefined }),
  };
}

function x25519(): Buffer {
  const { publicKey } = generateKeyPairSync('x25519');
  return publicKey.export({ type: 'spki', format: 'der' }).subarray(-32);
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
