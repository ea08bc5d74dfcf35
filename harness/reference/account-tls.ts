import { type ConnectionOptions, checkServerIdentity } from 'node:tls';
import { PSK_SUITES } from '../protocol/tls-suites.js';

/** What an account holds for TLS with its server, and with no other (TS 9). Certificates and keys in PEM. */
export interface AccountTls {
  /** The authority to trust, and no other; default the usual ones. */
  readonly ca?: string;
  readonly clientCert?: string;
  readonly clientKey?: string;
  /** A key that both sides share, in hexadecimal; with it no certificate is needed. */
  readonly psk?: { readonly identity: string; readonly key: string };
}

/**
 * How a connection is secured: at least TLS 1.2 (D-09), to a server whose certificate, or whose knowledge of the shared key, proves who it is.
 * @param trusted authorities to trust where the account names none, in PEM, one after the other; default the usual ones.
 */
export function connectionOptions(account: AccountTls = {}, trusted?: string): ConnectionOptions {
  const { ca = trusted, clientCert, clientKey, psk } = account;
  return {
    minVersion: 'TLSv1.2',
    ...(ca === undefined ? {} : { ca }),
    ...(clientCert === undefined || clientKey === undefined ? {} : { cert: clientCert, key: clientKey }),
    ...(psk === undefined ? {} : byKey(psk)),
  };
}

/** Only suites that need the key: whoever answers has it. A certificate is looked at where there is one. */
function byKey({ identity, key }: NonNullable<AccountTls['psk']>): ConnectionOptions {
  return {
    ciphers: PSK_SUITES.map(({ openssl }) => openssl).join(':'),
    maxVersion: 'TLSv1.2',
    pskCallback: () => ({ psk: Buffer.from(key, 'hex'), identity }),
    checkServerIdentity: (host, certificate) =>
      Object.keys(certificate).length === 0 ? undefined : checkServerIdentity(host, certificate),
  };
}
