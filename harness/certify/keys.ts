import { createPrivateKey, createPublicKey, generateKeyPairSync, type KeyObject } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { ConformError } from '../model/errors.js';

/** A fresh Ed25519 key pair. */
export function freshKey(): KeyObject {
  return generateKeyPairSync('ed25519').privateKey;
}

/** @throws ConformError CONFIG_UNREADABLE when the file is no Ed25519 private key (PEM). */
export function readPrivateKey(path: string): KeyObject {
  return readKey(path, 'an Ed25519 private key (PEM), for example of "openssl genpkey -algorithm ed25519"', (pem) =>
    createPrivateKey(pem),
  );
}

/** @throws ConformError CONFIG_UNREADABLE when the file is no Ed25519 public key (PEM). */
export function readPublicKey(path: string): KeyObject {
  return readKey(path, 'an Ed25519 public key (PEM), for example of "openssl pkey -pubout"', (pem) =>
    createPublicKey(pem),
  );
}

export function privatePem(key: KeyObject): string {
  return String(key.export({ type: 'pkcs8', format: 'pem' }));
}

export function publicPem(key: KeyObject): string {
  return String(createPublicKey(key).export({ type: 'spki', format: 'pem' }));
}

function readKey(path: string, expected: string, parse: (pem: Buffer) => KeyObject): KeyObject {
  let key: KeyObject;
  try {
    key = parse(readFileSync(path));
  } catch (error) {
    const found = error instanceof Error ? error.message : String(error);
    throw new ConformError('CONFIG_UNREADABLE', 'cannot read the key', {
      subject: path,
      found,
      expected,
      cause: error,
    });
  }
  if (key.asymmetricKeyType === 'ed25519') return key;
  const found = `a key of type ${key.asymmetricKeyType ?? 'unknown'}`;
  throw new ConformError('CONFIG_UNREADABLE', 'the key is of another kind', { subject: path, found, expected });
}
