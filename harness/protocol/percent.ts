import { isUtf8 } from 'node:buffer';

/** Percent-decoded text, or at which index the escapes are wrong; then `text` keeps what could not be decoded. */
export interface Decoded {
  readonly text: string;
  readonly bad?: { readonly at: number; readonly why: string };
}

/** Decodes `%XX` escapes as UTF-8 (RFC 3986 2.1, 2.5). */
export function percentDecode(text: string): Decoded {
  if (!text.includes('%')) return { text };
  const broken = /%(?![0-9a-fA-F]{2})/.exec(text);
  if (broken !== null) return { text, bad: { at: broken.index, why: '"%" is not followed by two hexadecimal digits' } };
  let bad: Decoded['bad'];
  const decoded = text.replace(/(?:%[0-9a-fA-F]{2})+/g, (run, at: number) => {
    const bytes = Buffer.from(run.replaceAll('%', ''), 'hex');
    if (!isUtf8(bytes)) bad ??= { at, why: `${run.slice(0, 60)} is not UTF-8` };
    return bytes.toString('utf8');
  });
  return bad === undefined ? { text: decoded } : { text, bad };
}

/** Escapes every byte of the text's UTF-8 but unreserved characters (RFC 3986 2.3) and those in `kept`. Lone surrogates become U+FFFD. */
export function percentEncode(text: string, kept: string): string {
  let encoded = '';
  for (const byte of Buffer.from(text, 'utf8')) {
    const char = String.fromCharCode(byte);
    const plain = byte < 0x80 && (/[A-Za-z0-9\-._~]/.test(char) || kept.includes(char));
    encoded += plain ? char : `%${byte.toString(16).toUpperCase().padStart(2, '0')}`;
  }
  return encoded;
}
