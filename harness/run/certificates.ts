import 'reflect-metadata';
import { randomBytes, webcrypto } from 'node:crypto';
import {
  BasicConstraintsExtension,
  cryptoProvider,
  ExtendedKeyUsageExtension,
  KeyUsageFlags,
  KeyUsagesExtension,
  SubjectAlternativeNameExtension,
  X509CertificateGenerator,
} from '@peculiar/x509';

/** A server's key and certificate, and the authority that vouches for it; all PEM. */
export interface Certificates {
  readonly ca: string;
  readonly key: string;
  readonly cert: string;
}

const ALGORITHM = { name: 'ECDSA', namedCurve: 'P-256', hash: 'SHA-256' };
const DAY_MS = 24 * 60 * 60 * 1000;
const SERVER_AUTHENTICATION = '1.3.6.1.5.5.7.3.1';

/** Makes an authority of this run alone, whose key is thrown away, and a certificate of it for servers on this machine. */
export async function makeCertificates(): Promise<Certificates> {
  cryptoProvider.set(webcrypto);
  const times = { notBefore: new Date(Date.now() - DAY_MS), notAfter: new Date(Date.now() + 7 * DAY_MS) };
  const [root, server] = [await keys(), await keys()];
  const ca = await X509CertificateGenerator.createSelfSigned({
    ...times,
    serialNumber: serial(),
    name: 'CN=dmconform run',
    signingAlgorithm: ALGORITHM,
    keys: root,
    extensions: [new BasicConstraintsExtension(true, 0, true), new KeyUsagesExtension(KeyUsageFlags.keyCertSign, true)],
  });
  const cert = await X509CertificateGenerator.create({
    ...times,
    serialNumber: serial(),
    subject: 'CN=dmconform',
    issuer: ca.subject,
    signingAlgorithm: ALGORITHM,
    publicKey: server.publicKey,
    signingKey: root.privateKey,
    extensions: [
      new SubjectAlternativeNameExtension([
        { type: 'ip', value: '127.0.0.1' },
        { type: 'dns', value: 'localhost' },
      ]),
      new ExtendedKeyUsageExtension([SERVER_AUTHENTICATION], false),
    ],
  });
  const pkcs8 = Buffer.from(await webcrypto.subtle.exportKey('pkcs8', server.privateKey)).toString('base64');
  const key = `-----BEGIN PRIVATE KEY-----\n${pkcs8.replace(/.{64}/g, '$&\n')}\n-----END PRIVATE KEY-----\n`;
  return { ca: ca.toString('pem'), key, cert: cert.toString('pem') };
}

function keys() {
  return webcrypto.subtle.generateKey(ALGORITHM, true, ['sign', 'verify']);
}

function serial(): string {
  // A positive number, as RFC 5280 wants it.
  return `4${randomBytes(8).toString('hex').slice(1)}`;
}
