/** The media types of DM 2.0 (TS 5.2); that of the MO serialization is the harness's choice (D-14). */
export const MEDIA = {
  /** #1 */
  initiation: 'application/vnd.oma.dm.initiation+json',
  /** #2 */
  request: 'application/vnd.oma.dm.request+json',
  /** #3 */
  response: 'application/vnd.oma.dm.response+json',
  mo: 'application/dmmo+json',
} as const;

export interface MediaType {
  /** `type/subtype` in lower case, without parameters. */
  readonly essence: string;
  readonly type: string;
  readonly subtype: string;
  /** Parameters by lower-case name, quoted strings unquoted; the first of equal names counts. */
  readonly parameters: ReadonlyMap<string, string>;
}

/** A member of `Accept` or `OMADM-Accept`; `type` and `subtype` may be `*`. */
export interface MediaRange extends MediaType {
  /** Weight from 0 (not acceptable) to 1; 1 where it is missing or unreadable. */
  readonly q: number;
}

/** Values that need no parsing. */
const USUAL: ReadonlyMap<string, string> = new Map(Object.values(MEDIA).map((type): [string, string] => [type, type]));

const TOKEN = /^[!#$%&'*+\-.^_`|~0-9A-Za-z]+$/;

/** Reads a `Content-Type` value (RFC 9110 8.3.1); undefined when it is no media type. */
export function parseMediaType(text: string): MediaType | undefined {
  const [name = '', ...rest] = splitOutsideQuotes(text, ';');
  const slash = name.indexOf('/');
  const type = name.slice(0, Math.max(slash, 0)).trim().toLowerCase();
  const subtype = name
    .slice(slash + 1)
    .trim()
    .toLowerCase();
  if (!TOKEN.test(type) || !TOKEN.test(subtype)) return undefined;
  const parameters = new Map<string, string>();
  for (const parameter of rest) {
    const equals = parameter.indexOf('=');
    const key = parameter.slice(0, Math.max(equals, 0)).trim().toLowerCase();
    if (key !== '' && !parameters.has(key)) parameters.set(key, unquote(parameter.slice(equals + 1).trim()));
  }
  return { essence: `${type}/${subtype}`, type, subtype, parameters };
}

/** `type/subtype` of a `Content-Type` value in lower case; undefined when there is none. */
export function mediaTypeOf(header: string | undefined): string | undefined {
  if (header === undefined) return undefined;
  return USUAL.get(header) ?? parseMediaType(header)?.essence;
}

/** Whether a `Content-Type` value names JSON or a type built on it (RFC 6839 3.1); D-14 accepts any. */
export function isJsonType(header: string | undefined): boolean {
  const essence = mediaTypeOf(header);
  return (
    essence !== undefined && (essence === 'application/json' || essence === 'text/json' || essence.endsWith('+json'))
  );
}

export interface AcceptReading {
  readonly ranges: readonly MediaRange[];
  /** Members that are no media range. */
  readonly malformed: readonly string[];
}

/** Reads the value of `Accept` or `OMADM-Accept` (RFC 9110 12.5.1). Empty members are legal and skipped. */
export function parseAccept(header: string): AcceptReading {
  const ranges: MediaRange[] = [];
  const malformed: string[] = [];
  for (const member of splitOutsideQuotes(header, ',')) {
    const text = member.trim();
    if (text === '') continue;
    const range = parseMediaType(text);
    if (range === undefined || (range.type === '*' && range.subtype !== '*')) malformed.push(text);
    else ranges.push({ ...range, q: weightOf(range.parameters.get('q')) });
  }
  return { ranges, malformed };
}

/**
 * Weight that an `Accept` value gives to a type, 0 = not acceptable. The most specific range decides (RFC 9110 12.5.1); other parameters than `q`
 * do not count (D-28). A missing or empty header accepts everything.
 */
export function acceptWeight(header: string | undefined, type: string): number {
  if (header === undefined || header.trim() === '') return 1;
  const wanted = parseMediaType(type);
  if (wanted === undefined) return 0;
  const { ranges } = parseAccept(header);
  const fitting = [wanted.essence, `${wanted.type}/*`, '*/*'].map((essence) =>
    ranges.filter((range) => range.essence === essence),
  );
  const decisive = fitting.find((some) => some.length > 0) ?? [];
  return decisive.reduce((most, { q }) => Math.max(most, q), 0);
}

/** Whether an `Accept` value allows a response of that type (TS 5.5, NEG-05). */
export function accepts(header: string | undefined, type: string): boolean {
  return acceptWeight(header, type) > 0;
}

/** Any other text means 1: that of 1 itself, and what is no weight. */
function weightOf(text = ''): number {
  return /^0(?:\.\d*)?$/.test(text) ? Number(text) : 1;
}

/** Parts between separators that stand in no quoted string. */
function splitOutsideQuotes(text: string, separator: string): string[] {
  const parts: string[] = [];
  let from = 0;
  let quoted = false;
  for (let at = 0; at < text.length; at += 1) {
    const char = text[at];
    if (quoted && char === '\\') at += 1;
    else if (char === '"') quoted = !quoted;
    else if (!quoted && char === separator) {
      parts.push(text.slice(from, at));
      from = at + 1;
    }
  }
  parts.push(text.slice(from));
  return parts;
}

function unquote(text: string): string {
  if (text.length < 2 || !text.startsWith('"') || !text.endsWith('"')) return text;
  return text.slice(1, -1).replace(/\\(.)/gs, '$1');
}
