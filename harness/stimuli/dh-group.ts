import { getDiffieHellman } from 'node:crypto';

let group: string | undefined;

/**
 * Parameters for the DHE suites, as PEM: group 14 of RFC 3526, of 2048 bits. OpenSSL's own choice for pre-shared keys has 1024, which others rightly
 * refuse.
 */
export function dhGroup(): string {
  if (group !== undefined) return group;
  const known = getDiffieHellman('modp14');
  const numbers = Buffer.concat([derInteger(known.getPrime()), derInteger(known.getGenerator())]);
  const der = derOf(0x30, numbers).toString('base64');
  group = `-----BEGIN DH PARAMETERS-----\n${der.replace(/.{64}/g, '$&\n')}\n-----END DH PARAMETERS-----\n`;
  return group;
}

function derInteger(value: Buffer): Buffer {
  // A leading zero keeps it positive.
  return derOf(0x02, (value[0] ?? 0) >= 0x80 ? Buffer.concat([Buffer.alloc(1), value]) : value);
}

function derOf(tag: number, content: Buffer): Buffer {
  const { length } = content;
  const size = length < 0x80 ? [length] : length < 0x100 ? [0x81, length] : [0x82, length >> 8, length & 0xff];
  return Buffer.concat([Buffer.from([tag, ...size]), content]);
}
