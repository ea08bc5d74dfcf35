import 'reflect-metadata';
import { randomBytes, webcrypto } from 'node:crypto';
import { isIP } from 'node:net';
import {
  BasicConstraintsExtension,
  cryptoProvider,
  ExtendedKeyUsageExtension,
  type Extension,
  KeyUsageFlags,
  KeyUsagesExtension,
  SubjectAlternativeNameExtension,
  type X509Certificate,
  X509CertificateGenerator,
} from '@peculiar/x509';
import type { CertificateFlaw } from '../trace/event.js';

/** A private key and the certificate of its public one; both PEM. */
export interface Identity {
  readonly key: string;
  readonly cert: string;
}

const EC = { name: 'ECDSA', namedCurve: 'P-256', hash: 'SHA-256' };
const RSA = {
  name: 'RSASSA-PKCS1-v1_5',
  modulusLength: 2048,
  publicExponent: new Uint8Array([1, 0, 1]),
  hash: 'SHA-256',
};
const DAY_MS = 24 * 60 * 60 * 1000;
const SERVER_AUTHENTICATION = '1.3.6.1.5.5.7.3.1';
const CLIENT_AUTHENTICATION = '1.3.6.1.5.5.7.3.2';
interface HostName {
  readonly type: 'ip' | 'dns';
  readonly value: string;
}

/** Every name that a server on this machine is called by, from this machine. */
const THIS_MACHINE: readonly HostName[] = [
  { type: 'ip', value: '127.0.0.1' },
  { type: 'ip', value: '127.0.0.2' },
  { type: 'ip', value: '::1' },
  { type: 'dns', value: 'localhost' },
];
const ELSEWHERE: readonly HostName[] = [{ type: 'dns', value: 'elsewhere.example' }];

interface Wanted {
  readonly subject: string;
  readonly usage: typeof SERVER_AUTHENTICATION | typeof CLIENT_AUTHENTICATION;
  readonly names?: readonly HostName[];
  /** Days from now. */
  readonly from?: number;
  readonly to?: number;
  readonly rsa?: boolean;
  readonly selfSigned?: boolean;
}

/** The certificates of one run: an authority that nobody else knows, whose key never leaves this object, and what it vouches for (P-256, SHA-256). */
export class CertificateAuthority {
  /** Its own certificate, PEM. */
  readonly ca: string;
  readonly #certificate: X509Certificate;
  readonly #keys: webcrypto.CryptoKeyPair;
  readonly #made = new Map<string, Promise<Identity>>();
  readonly #reachedAs: string | undefined;
  #stranger: Promise<CertificateAuthority> | undefined;

  private constructor(certificate: X509Certificate, keys: webcrypto.CryptoKeyPair, reachedAs: string | undefined) {
    this.#certificate = certificate;
    this.#keys = keys;
    this.#reachedAs = reachedAs;
    this.ca = certificate.toString('pem');
  }

  /** @param reachedAs address or name by which a client that is not on this machine, such as one in a container, knows it. */
  static async create(name = 'dmconform run', reachedAs?: string): Promise<CertificateAuthority> {
    cryptoProvider.set(webcrypto);
    const keys = await webcrypto.subtle.generateKey(EC, true, ['sign', 'verify']);
    const certificate = await X509CertificateGenerator.createSelfSigned({
      ...times({}),
      serialNumber: serial(),
      name: `CN=${name}`,
      signingAlgorithm: EC,
      keys,
      extensions: [
        new BasicConstraintsExtension(true, 0, true),
        new KeyUsagesExtension(KeyUsageFlags.keyCertSign, true),
      ],
    });
    return new CertificateAuthority(certificate, keys, reachedAs);
  }

  /** One for the process: the suite plays hundreds of runs to prove itself, and no other process has it. */
  static ofProcess(reachedAs?: string): Promise<CertificateAuthority> {
    const known = authorities.get(reachedAs) ?? CertificateAuthority.create(undefined, reachedAs);
    authorities.set(reachedAs, known);
    return known;
  }

  get #names(): readonly HostName[] {
    if (this.#reachedAs === undefined) return THIS_MACHINE;
    return [...THIS_MACHINE, { type: isIP(this.#reachedAs) === 0 ? 'dns' : 'ip', value: this.#reachedAs }];
  }

  /** For servers on this machine. */
  server(): Promise<Identity> {
    return this.#once('server', { subject: 'dmconform', usage: SERVER_AUTHENTICATION, names: this.#names });
  }

  /** The same with an RSA key of 2048 bits, which takes a while to make: some suites of TS 9 need one. */
  rsaServer(): Promise<Identity> {
    return this.#once('rsa', { subject: 'dmconform', usage: SERVER_AUTHENTICATION, names: this.#names, rsa: true });
  }

  /** For a server on this machine, with something wrong. */
  async flawedServer(flaw: CertificateFlaw, { rsa = false }: { readonly rsa?: boolean } = {}): Promise<Identity> {
    const usual: Wanted = { subject: 'dmconform', usage: SERVER_AUTHENTICATION, names: this.#names, rsa };
    const name = rsa ? `${flaw} rsa` : flaw;
    switch (flaw) {
      case 'unknown-ca':
        return rsa ? (await this.#unknown()).rsaServer() : (await this.#unknown()).server();
      case 'self-signed':
        return this.#once(name, { ...usual, selfSigned: true });
      case 'expired':
        return this.#once(name, { ...usual, from: -30, to: -1 });
      case 'not-yet-valid':
        return this.#once(name, { ...usual, from: 1, to: 30 });
      case 'wrong-host':
        return this.#once(name, { ...usual, names: ELSEWHERE });
    }
  }

  /** For a device. */
  client(device: string): Promise<Identity> {
    return this.#once(`client ${device}`, { subject: device, usage: CLIENT_AUTHENTICATION });
  }

  /** For a device, by an authority that nobody trusts, or out of date. */
  async flawedClient(device: string, flaw: 'unknown-ca' | 'expired'): Promise<Identity> {
    if (flaw === 'unknown-ca') return (await this.#unknown()).client(device);
    return this.#once(`expired ${device}`, { subject: device, usage: CLIENT_AUTHENTICATION, from: -30, to: -1 });
  }

  #unknown(): Promise<CertificateAuthority> {
    this.#stranger ??= CertificateAuthority.create('a stranger', this.#reachedAs);
    return this.#stranger;
  }

  #once(name: string, wanted: Wanted): Promise<Identity> {
    const known = this.#made.get(name) ?? this.#make(wanted);
    this.#made.set(name, known);
    return known;
  }

  async #make(wanted: Wanted): Promise<Identity> {
    const algorithm = wanted.rsa === true ? RSA : EC;
    const keys = await (wanted.rsa === true ? rsaKeys() : webcrypto.subtle.generateKey(EC, true, ['sign', 'verify']));
    const extensions: Extension[] = [new ExtendedKeyUsageExtension([wanted.usage], false)];
    if (wanted.names !== undefined) extensions.push(new SubjectAlternativeNameExtension([...wanted.names]));
    const own = wanted.selfSigned === true;
    const certificate = await X509CertificateGenerator.create({
      ...times(wanted),
      serialNumber: serial(),
      subject: `CN=${wanted.subject}`,
      issuer: own ? `CN=${wanted.subject}` : this.#certificate.subject,
      signingAlgorithm: own ? algorithm : EC,
      publicKey: keys.publicKey,
      signingKey: own ? keys.privateKey : this.#keys.privateKey,
      extensions,
    });
    return { key: await pem(keys.privateKey), cert: certificate.toString('pem') };
  }
}

/** By the name that clients from elsewhere know this machine by. */
const authorities = new Map<string | undefined, Promise<CertificateAuthority>>();

let madeRsaKeys: Promise<webcrypto.CryptoKeyPair> | undefined;

/** One pair for the process: it takes a while to make, and the suite plays hundreds of runs to prove itself. No other process has it. */
function rsaKeys(): Promise<webcrypto.CryptoKeyPair> {
  madeRsaKeys ??= webcrypto.subtle.generateKey(RSA, true, ['sign', 'verify']);
  return madeRsaKeys;
}

/** Valid from yesterday to a week from now, unless other days are asked for. */
function times({ from = -1, to = 7 }: Pick<Wanted, 'from' | 'to'>): {
  readonly notBefore: Date;
  readonly notAfter: Date;
} {
  return { notBefore: new Date(Date.now() + from * DAY_MS), notAfter: new Date(Date.now() + to * DAY_MS) };
}

async function pem(key: webcrypto.CryptoKey): Promise<string> {
  const pkcs8 = Buffer.from(await webcrypto.subtle.exportKey('pkcs8', key)).toString('base64');
  return `-----BEGIN PRIVATE KEY-----\n${pkcs8.replace(/.{64}/g, '$&\n')}\n-----END PRIVATE KEY-----\n`;
}

function serial(): string {
  // A positive number, as RFC 5280 wants it.
  return `4${randomBytes(8).toString('hex').slice(1)}`;
}
