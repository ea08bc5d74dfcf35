import { createHash, createPublicKey, type KeyObject, sign, verify } from 'node:crypto';
import type { Envelope } from '../model/attestation.js';

export const PAYLOAD_TYPE = 'application/vnd.in-toto+json';

/** The bytes that are signed: type and payload, each with its length, so that neither can be read as part of the other (DSSE v1, PAE). */
export function preAuthEncoding(payloadType: string, payload: Uint8Array): Buffer {
  const type = Buffer.from(payloadType, 'utf8');
  return Buffer.concat([
    Buffer.from(`DSSEv1 ${type.length} `),
    type,
    Buffer.from(` ${payload.length} `),
    Buffer.from(payload.buffer, payload.byteOffset, payload.byteLength),
  ]);
}

/** Signs the payload with an Ed25519 private key. */
export function seal(payload: Uint8Array, key: KeyObject): Envelope {
  const sig = sign(null, preAuthEncoding(PAYLOAD_TYPE, payload), key).toString('base64');
  return {
    payloadType: PAYLOAD_TYPE,
    payload: Buffer.from(payload).toString('base64'),
    signatures: [{ keyid: keyId(createPublicKey(key)), sig }],
  };
}

/** The payload, if one of the signatures over it is the key's; undefined if none is. */
export function unseal({ payloadType, payload, signatures }: Envelope, key: KeyObject): Buffer | undefined {
  const bytes = Buffer.from(payload, 'base64');
  const signed = preAuthEncoding(payloadType, bytes);
  return signatures.some(({ sig }) => verify(null, signed, key, Buffer.from(sig, 'base64'))) ? bytes : undefined;
}

/** SHA-256 of the public key's SubjectPublicKeyInfo, in hexadecimal. */
export function keyId(publicKey: KeyObject): string {
  return createHash('sha256')
    .update(publicKey.export({ type: 'spki', format: 'der' }))
    .digest('hex');
}
