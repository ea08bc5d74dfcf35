import type { HttpKind } from './http-message.js';
import { quote } from './quote.js';

type Fields = readonly (readonly [string, string])[];

const TOKEN = /^[!#$%&'*+\-.^_`|~0-9A-Za-z]+$/;
const TARGET = /^[\x21-\x7e]+$/;
const VERSION = /^HTTP\/\d\.\d$/;
const STATUS_LINE = /^HTTP\/\d\.\d \d{3}(?: |$)/;
// What a field value may not hold: control characters other than HT (RFC 9110 5.5). A bare CR is one of them.
// biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is looked for
const CONTROL = /[\x00-\x08\x0a-\x1f\x7f]/;

/** The first line of a message. */
export interface StartLine {
  readonly method?: string;
  readonly target?: string;
  readonly status?: number;
  readonly reason?: string;
  readonly httpVersion: string;
}

/** `fatal`: no line of HTTP/1.x at all; `defect`: readable, yet not as RFC 9112 wants it. */
export interface StartLineReading {
  readonly line?: StartLine;
  readonly defect?: string;
  readonly fatal?: string;
}

/** Reads a request line or status line (RFC 9112 3, 4), without its line end. */
export function readStartLine(kind: HttpKind, text: string): StartLineReading {
  const reading = kind === 'request' ? readRequestLine(text) : readStatusLine(text);
  const version = reading.line?.httpVersion;
  if (version !== undefined && !version.startsWith('HTTP/1.')) {
    return { ...reading, fatal: `start line: version ${version} is not HTTP/1.x` };
  }
  return reading;
}

function readRequestLine(text: string): StartLineReading {
  const first = text.indexOf(' ');
  const last = text.lastIndexOf(' ');
  const httpVersion = text.slice(last + 1);
  if (first <= 0 || last <= first || !VERSION.test(httpVersion)) {
    return { fatal: `start line ${quote(text)} is no HTTP/1.x request line` };
  }
  const method = text.slice(0, first);
  const target = text.slice(first + 1, last);
  const line = { method, target: target.trim(), httpVersion };
  if (!TOKEN.test(method)) return { line, defect: `start line: method ${quote(method)} is no token` };
  if (!TARGET.test(target)) {
    return {
      line,
      defect: `start line: request target ${quote(target)} holds spaces, control or non-ASCII characters`,
    };
  }
  return { line };
}

function readStatusLine(text: string): StartLineReading {
  if (!STATUS_LINE.test(text)) return { fatal: `start line ${quote(text)} is no HTTP/1.x status line` };
  // The two before the reason have each one length.
  const reason = text.slice(13);
  const line = { status: Number(text.slice(9, 12)), reason, httpVersion: text.slice(0, 8) };
  return CONTROL.test(reason) ? { line, defect: 'start line: control character in the reason phrase' } : { line };
}

export interface FieldsReading {
  readonly fields: Fields;
  readonly defects: readonly string[];
}

/**
 * Reads field lines (RFC 9112 5): of the head, or of the trailer section. Values are trimmed; a folded line (obs-fold) is joined with one
 * space, which RFC 9112 5.2 allows. A line that is no field is named in `defects` and left out.
 */
export function readFields(lines: readonly string[], section: 'header' | 'trailer'): FieldsReading {
  const fields: [string, string][] = [];
  const defects: string[] = [];
  lines.forEach((text, index) => {
    const wrong = (what: string): unknown => defects.push(`${section} line ${index + 1}: ${what}`);
    if (CONTROL.test(text)) wrong(`control character in ${quote(text)}`);
    if (isSpace(text.charCodeAt(0))) {
      const previous = fields.at(-1);
      if (previous === undefined) wrong(`${quote(text)} continues no field`);
      else previous[1] = [previous[1], trim(text)].filter((part) => part !== '').join(' ');
      return;
    }
    const colon = text.indexOf(':');
    const name = trim(text.slice(0, Math.max(colon, 0)));
    if (colon < 0) wrong(`${quote(text)} has no colon`);
    else if (!TOKEN.test(name)) wrong(`field name ${quote(name)} is no token`);
    else {
      if (name.length !== colon) wrong(`space before the colon in ${quote(text)}`);
      fields.push([name, trim(text.slice(colon + 1))]);
    }
  });
  return { fields, defects };
}

function isSpace(code: number): boolean {
  return code === 0x20 || code === 0x09;
}

/** Strips spaces and tabs; by hand, since a pattern for trailing space takes quadratic time on hostile lines. */
function trim(text: string): string {
  let from = 0;
  let to = text.length;
  while (isSpace(text.charCodeAt(from))) from += 1;
  while (isSpace(text.charCodeAt(to - 1))) to -= 1;
  return text.slice(from, to);
}

/** A line without the CR LF, or LF alone, that ends it. */
export function withoutLineEnd(line: string): string {
  if (!line.endsWith('\n')) return line;
  return line.slice(0, line.endsWith('\r\n') ? -2 : -1);
}

/** The head's bytes as Latin-1 text, when written in the usual form. */
export function usualHead(startLine: string, fields: Fields): string {
  let head = `${startLine}\r\n`;
  for (const [name, value] of fields) head += `${name}: ${value}\r\n`;
  return `${head}\r\n`;
}
