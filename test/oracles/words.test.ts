import { expect, it } from 'vitest';
import { inWords } from '../../harness/oracles/security-proofs.js';
import { judge, load, oracleOf, traces } from './goldens.js';

it.each([
  [{ by: 'nothing', worth: 'none' }, 'without credentials'],
  [{ by: 'nothing', worth: 'wrong' }, 'without credentials'],
  [{ by: 'basic', worth: 'right' }, 'with the right password by HTTP Basic'],
  [{ by: 'basic', worth: 'wrong', detail: 'another user' }, 'with a wrong password by HTTP Basic, another user'],
  [{ by: 'digest', worth: 'other-device' }, "with another device's password by HTTP Digest"],
  [{ by: 'digest', worth: 'replayed', detail: 'MD5' }, 'with the password by HTTP Digest, MD5, sent before'],
  [{ by: 'certificate', worth: 'wrong' }, 'with a wrong certificate'],
  [{ by: 'psk', worth: 'right' }, 'with the right pre-shared key'],
] as const)('%s: what was shown, in words', (shown, words) => {
  expect(inWords(shown)).toBe(words);
});

/** What an oracle says of a golden trace, word for word, where the words are put together: they are all that a reader has. */
it.each([
  [
    'security/certificate-suites',
    'security/server-no-ecdsa-key.ndjson',
    'The server refuses 2 suite(s) of TS. They need a certificate with an ECDSA key, which it may not have. (refused: TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256, TLS_ECDHE_ECDSA_WITH_AES_128_CBC_SHA256)',
  ],
  [
    'security/certificate-suites',
    'security/server-no-rsa-key.ndjson',
    'The server refuses 4 suite(s) of TS. They need a certificate with an RSA key, which it may not have. (refused: TLS_DHE_RSA_WITH_AES_128_GCM_SHA256, TLS_DHE_RSA_WITH_AES_128_CBC_SHA256, TLS_RSA_WITH_AES_128_GCM_SHA256, TLS_RSA_WITH_AES_128_CBC_SHA256)',
  ],
  [
    'security/certificate-suites',
    'security/server-no-dhe.ndjson',
    'The server refuses 2 suite(s) of TS. (refused: TLS_DHE_RSA_WITH_AES_128_GCM_SHA256, TLS_DHE_RSA_WITH_AES_128_CBC_SHA256)',
  ],
  [
    'security/certificate-suites',
    'security/server-no-tls-1.2.ndjson',
    'The server refuses TLS 1.2, of which the cipher suites of TS are (D-55).',
  ],
  [
    'security/certificate-suites',
    'security/server-suite-silent.ndjson',
    'Not every suite could be tried: TLS_RSA_WITH_AES_128_CBC_SHA256 silent.',
  ],
  [
    'security/serves-over-tls',
    'security/server-no-tls.ndjson',
    'No version of TLS is agreed to. (SSLv3 refused (alert 70), TLSv1 refused (alert 70), TLSv1.1 refused (alert 70), TLSv1.2 refused (alert 70), TLSv1.3 refused (alert 70))',
  ],
  [
    'security/opens-no-other-session',
    'security/server-other-certificate-served.ndjson',
    "A package with another device's certificate brought commands. (status 200, application/vnd.oma.dm.request+json, 88 bytes)",
  ],
  [
    'notification/well-formed',
    'notification/server-short-timestamp.ndjson',
    'The notification is not laid out as a Package#0. (TIMESTAMP has 2 byte(s), it is 4 or 8 bytes)',
    'OC says 4, and so many options there are.',
    'The options stand in order: SERVER-ID, NOTIFICATION-ID, SHA256-DIGEST, TIMESTAMP.',
    'SERVER-ID is dm.example.com.',
    'The notification has identifier 29.',
    'NOTIFICATION-ID has two bytes.',
    'The digest is the one of the account.',
  ],
  [
    'security/refuses-bad-servers',
    'security/client-refuses-tls-1-0.ndjson',
    'The handshake was broken off by the client at a server that agrees to TLSv1 alone.',
  ],
  [
    'security/refuses-bad-servers',
    'security/client-refuses-expired.ndjson',
    'The handshake was broken off by the client at a server whose certificate is expired.',
  ],
])('%s on %s', (name, file, ...said) => {
  const golden = traces.find((one) => one.oracle === name && one.file === file);
  expect(golden).toBeDefined();
  if (golden === undefined) return;
  const found = judge(load(golden.file), [oracleOf(golden)]);
  expect(found.map(({ message, actual }) => (actual === undefined ? message : `${message} (${actual})`))).toEqual(said);
});
