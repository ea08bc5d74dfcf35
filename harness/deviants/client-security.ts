import type { ConnectionOptions } from 'node:tls';
import { writeBasic } from '../protocol/http-auth.js';
import type { ClientHookContext, ClientHooks } from '../reference/hooks.js';
import { type Deviant, type Named, stating } from './deviant.js';

/** OpenSSL's names for what is wrong with a certificate. */
const PROBLEM = {
  untrusted: /^(UNABLE_TO_|SELF_SIGNED|DEPTH_ZERO)/,
  old: /^CERT_HAS_EXPIRED$/,
  early: /^CERT_NOT_YET_VALID$/,
  elsewhere: /^ERR_TLS_CERT_ALTNAME_INVALID$/,
} as const;

function trusting(problems: RegExp): ClientHooks {
  return { trusts: (problem) => problems.test(problem) };
}

/** Old versions, which OpenSSL takes only where nothing is too weak for it. */
function fromVersion(minVersion: 'TLSv1' | 'TLSv1.1'): ClientHooks {
  return {
    secures: (options) => ({ ...options, minVersion, ciphers: `${options.ciphers ?? 'DEFAULT'}:@SECLEVEL=0` }),
  };
}

/** Other credentials, or none, to a challenge of this scheme. */
function answering(
  scheme: string,
  change: (value: string, context: ClientHookContext) => string | undefined,
): ClientHooks {
  return {
    credentials: (value, challenge, context) => (challenge.scheme === scheme ? change(value, context) : value),
  };
}

function byCertificate({ pskCallback }: ConnectionOptions): boolean {
  return pskCallback === undefined;
}

/** What is left when the account's means are not used. */
function bare({
  cert: _,
  key: __,
  pskCallback: ___,
  ciphers,
  maxVersion,
  ...others
}: ConnectionOptions): ConnectionOptions {
  return others;
}

/** Clients that trust whom they should not, or do not prove who they are as they should. */
export const CLIENT_SECURITY: Named<ClientHooks> = {
  'takes-tls-1-0': fromVersion('TLSv1'),
  'takes-tls-1-1': fromVersion('TLSv1.1'),
  'trusts-everybody': trusting(/./),
  'trusts-strangers': trusting(PROBLEM.untrusted),
  'trusts-the-expired': trusting(PROBLEM.old),
  'trusts-the-early': trusting(PROBLEM.early),
  'looks-at-no-names': trusting(PROBLEM.elsewhere),
  'shows-no-identity': { secures: bare },
  'offers-suites-of-its-own': {
    secures: (options) => ({
      ...options,
      maxVersion: 'TLSv1.2',
      ciphers: byCertificate(options) ? 'ECDHE-ECDSA-AES256-GCM-SHA384' : 'PSK-AES256-GCM-SHA384',
    }),
  },
  'leaves-basic-unanswered': answering('basic', () => undefined),
  'forgets-the-password': answering('basic', () => writeBasic('device', '')),
  'digests-wrongly': answering('digest', (value) => value.replace(/response="[^"]*"/, `response="${'0'.repeat(64)}"`)),
  'sends-one-digest-again': answering('digest', (value, { own }) => {
    const first = own.notes.get('digest');
    own.notes.set('digest', first ?? value);
    return typeof first === 'string' ? first : value;
  }),
  'proves-itself-everywhere': { authorizes: () => true },
  'takes-credentials-along': { authorizes: (url, allowed, { conts }) => allowed || conts.includes(url) },
};

/** Clients whose security is unusual and breaks nothing. */
export const CLIENT_SECURITY_LEGAL: Named<ClientHooks> = {
  'speaks-tls-1-3-alone': {
    secures: (options) => (byCertificate(options) ? { ...options, minVersion: 'TLSv1.3' } : options),
  },
  'speaks-tls-1-2-alone': { secures: (options) => ({ ...options, maxVersion: 'TLSv1.2' }) },
  // The handshake is completed, and the connection closed without a byte in it (D-59).
  'looks-at-certificates-late': { trusts: () => false },
  'waits-to-be-asked-each-time': {
    credentials: (value, _challenge, { own }) => (own.count('credentials') % 2 === 1 ? value : undefined),
  },
};

/** The same, of clients that state other means than the reference client. */
export const CLIENT_SECURITY_STATING_LEGAL: readonly Deviant[] = [
  stating(
    'has-no-digest',
    { supports: { security: ['basic', 'x509', 'psk'] } },
    answering('digest', () => undefined),
  ),
  stating(
    'has-no-shared-key',
    { supports: { security: ['basic', 'digest', 'x509'] } },
    { secures: (options) => (byCertificate(options) ? options : bare(options)) },
  ),
  stating(
    'has-no-certificate',
    { supports: { security: ['basic', 'digest', 'psk'] } },
    { secures: (options) => (byCertificate(options) ? bare(options) : options) },
  ),
];
