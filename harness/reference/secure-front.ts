import { CERTIFICATE_SUITES, PSK_SUITES, TLS13_SUITE } from '../protocol/tls-suites.js';
import type { PeerHandler } from '../stimuli/peer.js';
import type { TlsSettings } from '../stimuli/tls-front.js';
import { WireServer } from '../stimuli/wire-server.js';
import type { ServerHooks } from './hooks.js';

/** Keys and certificates of the server, one with an ECDSA key and one with an RSA key; who vouches for devices; and the devices' pre-shared keys. */
export type ServerIdentity = Pick<TlsSettings, 'identities' | 'psk'> & { readonly clientCa: string };

/** Every suite of TS 9, and others that are usual. */
const SUITES = [
  TLS13_SUITE.openssl,
  'TLS_AES_256_GCM_SHA384',
  'TLS_CHACHA20_POLY1305_SHA256',
  ...CERTIFICATE_SUITES.map(({ openssl }) => openssl),
  'ECDHE-RSA-AES128-GCM-SHA256',
  ...PSK_SUITES.map(({ openssl }) => openssl),
].join(':');

/**
 * The DM endpoint over TLS 1.2 and 1.3 (TS 9, D-09): asks each client for a certificate and takes those that have none, since they may have a password.
 * @param identity asked for when the first connection comes.
 * @throws ConformError PORT_IN_USE
 */
export async function serveSecurely(
  handler: PeerHandler,
  identity: () => Promise<ServerIdentity>,
  hooks: ServerHooks = {},
): Promise<WireServer> {
  const settings = async (): Promise<TlsSettings> => {
    const { clientCa, ...own } = await identity();
    const usual = { ...own, ciphers: SUITES, clients: { ca: clientCa, required: false } };
    return hooks.tls?.(usual) ?? usual;
  };
  return await WireServer.listen({ handler, ...(hooks.plain === true ? {} : { tls: settings }) });
}
