import { ConformError } from '../harness/model/errors.js';

/** Longest duration: timers cannot wait much longer, and nobody does. */
const MOST_MS = 24 * 3_600_000;

/** `10s`, `500ms`, `2m`, or a bare number of seconds, in milliseconds. @throws ConformError USAGE */
export function parseDuration(text: string, option: string): number {
  const [, digits, unit] = /^(\d+(?:\.\d+)?)(ms|s|m)?$/.exec(text.trim()) ?? [];
  const factor = unit === 'ms' ? 1 : unit === 'm' ? 60_000 : 1000;
  const ms = Number(digits) * factor;
  if (digits === undefined || !(ms > 0 && ms <= MOST_MS)) {
    throw new ConformError('USAGE', 'no duration', {
      subject: option,
      found: text,
      expected: 'for example 10s, 500ms or 2m, at most 24 hours',
    });
  }
  return ms;
}

/** A whole number from 1. @throws ConformError USAGE */
export function parseCount(text: string, option: string, most = 256): number {
  const count = Number(text);
  if (/^\d+$/.test(text) && count >= 1 && count <= most) return count;
  throw new ConformError('USAGE', 'no number', {
    subject: option,
    found: text,
    expected: `a number from 1 to ${most}`,
  });
}

/** `A, B,C` as a list without empty members. */
export function parseList(text: string): readonly string[] {
  return text
    .split(',')
    .map((word) => word.trim())
    .filter((word) => word !== '');
}

/** Not empty, as the value of a variable that is not set is. @throws ConformError USAGE */
export function parseFolder(text: string): string {
  if (text.trim() !== '') return text;
  throw new ConformError('USAGE', 'no folder', { subject: '--out', found: text, expected: 'the path of a folder' });
}

/** A TCP port, 0 for any. @throws ConformError USAGE */
export function parsePort(text: string): number {
  const port = Number(text);
  if (!/^\d+$/.test(text) || port > 65_535) {
    throw new ConformError('USAGE', 'no port', {
      subject: '--port',
      found: text,
      expected: 'a number from 0 to 65535',
    });
  }
  return port;
}
