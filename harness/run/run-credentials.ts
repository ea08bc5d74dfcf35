import { randomBytes } from 'node:crypto';
import type { BootstrapAccount } from '../targets/target.js';
import type { CertificateAuthority, Identity } from './certificates.js';

/** What one run gives the client under test to prove its identity with. Made anew for each run; the record holds none of it. */
export interface RunCredentials {
  readonly http: NonNullable<BootstrapAccount['http']>;
  readonly psk: { readonly identity: string; readonly key: string };
  readonly certificate: Identity;
}

const KEY_BYTES = 16;

export async function newCredentials(authority: CertificateAuthority): Promise<RunCredentials> {
  const word = (bytes: number): string => randomBytes(bytes).toString('hex');
  return {
    http: { user: `device-${word(4)}`, password: `pw-${word(12)}` },
    psk: { identity: `device-${word(4)}`, key: word(KEY_BYTES) },
    certificate: await authority.client('dmconform device'),
  };
}

/** All of it that is secret, in the forms in which it may turn up. */
export function secretsIn({ http, psk, certificate }: RunCredentials): readonly string[] {
  const key = Buffer.from(psk.key, 'hex');
  return [
    http.password,
    `${http.user}:${http.password}`,
    psk.key,
    psk.key.toUpperCase(),
    key.toString('base64'),
    ...certificate.key.split('\n').filter((line) => line !== '' && !line.startsWith('-----')),
  ];
}
