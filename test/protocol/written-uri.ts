import type { ClientUri, Instance, NodeValue } from '../../harness/protocol/client-uri.js';

// Names never keep "*", "(" or ")", so that a real name is not taken for a wildcard or an x-name.
const KEPT_IN_NAME = "!$&'+,;=:@";
const KEPT_IN_NV_NAME = "!$'+,;=@";
const KEPT_IN_VALUE = "!$'()*+,;:@/?";

/** Text of a ClientURI (TS 6), written apart from the reader so that the two check each other. */
export function formatClientUri({ moid, instance, path, nv, cv, others }: ClientUri): string {
  const place = [instance, ...path].map((segment) => formatSegment(segment, KEPT_IN_NAME));
  if (path.length === 0) place.push('');
  const fields = nv.map(formatNodeValue);
  if (cv !== undefined) fields.push(`cv=${percentEncode(cv, KEPT_IN_VALUE)}`);
  fields.push(...others.map(([field, value]) => `${field}=${value}`));
  return `${moid}/${place.join('/')}${fields.length === 0 ? '' : `?${fields.join('&')}`}`;
}

function formatNodeValue({ xname, path, value }: NodeValue): string {
  const below = path.map((segment) => formatSegment(segment, KEPT_IN_NV_NAME)).join('/');
  return `nv=(${percentEncode(xname, '')})/${below}:${percentEncode(value, KEPT_IN_VALUE)}`;
}

function formatSegment(segment: Instance, kept: string): string {
  switch (segment.kind) {
    case 'only':
      return '';
    case 'any':
      return '*';
    case 'xname':
      return `(${percentEncode(segment.name, '')})`;
    case 'name':
      return percentEncode(segment.name, kept);
  }
}

/** Escapes every byte of the text's UTF-8 but unreserved characters (RFC 3986 2.3) and those in `kept`. Lone surrogates become U+FFFD. */
function percentEncode(text: string, kept: string): string {
  let encoded = '';
  for (const byte of Buffer.from(text, 'utf8')) {
    const char = String.fromCharCode(byte);
    const plain = byte < 0x80 && (/[A-Za-z0-9\-._~]/.test(char) || kept.includes(char));
    encoded += plain ? char : `%${byte.toString(16).toUpperCase().padStart(2, '0')}`;
  }
  return encoded;
}
