import { isUtf8 } from 'node:buffer';

/** Percent-decoded text, or at which index the escapes are wrong; then `text` keeps what could not be decoded. */
export interface Decoded {
  readonly text: string;
  readonly bad?: { readonly at: number; readonly why: string };
}

/** Decodes `%XX` escapes as UTF-8 (RFC 3986 2.1, 2.5). */
export function percentDecode(text: string): Decoded {
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
