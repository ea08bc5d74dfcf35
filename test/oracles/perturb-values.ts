export type Json = null | boolean | number | string | readonly Json[] | { readonly [key: string]: Json };
export type Random = () => number;

/** An event with its JSON body taken apart, as the member `json` of the body. */
export type Opened = Readonly<Record<string, Json>>;

/** A place in an event where something stands that can be changed. */
export interface Place {
  readonly path: readonly (string | number)[];
  readonly value: Json;
  /** The last member name on the way: values of the same name may stand in for each other. */
  readonly name: string;
}

const CODES = [0, 99, 100, 199, 200, 201, 202, 204, 206, 299, 300, 302, 304, 399, 400, 401, 403, 404, 405, 406, 408];
const MORE_CODES = [409, 410, 412, 413, 415, 420, 499, 500, 501, 503, 599, 600];
export const COMMANDS = [
  'GET',
  'HGET',
  'HPUT',
  'HPOST',
  'DELETE',
  'EXEC',
  'SHOW',
  'CONT',
  'END',
  'DEFAULT',
  'SUB',
  'UNSUB',
];
const METHODS = ['GET', 'PUT', 'POST', 'DELETE', 'HEAD', 'PATCH'];
const PARTIES = ['client', 'server', 'repository', 'pages'];
const FIELDS = ['Content-Type', 'Accept', 'OMADM-DevID', 'Authorization', 'WWW-Authenticate', 'Location', 'ETag'];
const MORE_FIELDS = ['Connection', 'Transfer-Encoding', 'Range', 'Content-Range', 'If-None-Match', 'Set-Cookie'];
const MEDIA = ['initiation', 'request', 'response'].map((word) => `application/vnd.oma.dm.${word}+json`);
const VOCABULARIES: readonly (readonly string[])[] = [
  COMMANDS,
  METHODS,
  PARTIES,
  [...FIELDS, ...MORE_FIELDS],
  [...MEDIA, 'text/html', 'application/json', 'image/png', 'text/plain; charset=utf-8', '*/*'],
  ['opened', 'closed', 'reset', 'refused', 'stray', 'secured', 'unsecured'],
  ['started', 'exited', 'failed', 'output'],
  ['right', 'wrong', 'absent', 'unchecked', 'malformed', 'other-device', 'stale', 'replayed'],
  ['basic', 'digest', 'other'],
  ['none', 'certificate:right', 'certificate:other', 'psk:right', 'certificate', 'psk', 'nothing'],
  ['agreed', 'answered', 'refused', 'silent', 'unreachable', 'not-possible'],
  ['none', 'unknown-ca', 'self-signed', 'expired', 'not-yet-valid', 'wrong-host'],
  ['TLSv1.3', 'TLSv1.2', 'TLSv1.1', 'TLSv1', 'SSLv3'],
  ['real', 'virtual'],
  ['control', 'udp', 'http', 'command'],
];

export function isObject(value: Json | undefined): value is { readonly [key: string]: Json } {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

export function otherList(list: readonly Json[], random: Random): Json {
  const at = Math.floor(random() * list.length);
  const [luck, each] = [random(), list[at] ?? null];
  if (luck < 0.35) return [...list.slice(0, at), each, ...list.slice(at)];
  if (luck < 0.5) return [];
  if (luck < 0.8) return [...list.slice(at), ...list.slice(0, at)];
  return list.slice(0, at);
}

export function otherValue({ value, name }: Place, places: readonly Place[], random: Random): Json {
  const alike = (one: Place): boolean => typeof one.value === typeof value && one.value !== value;
  if (random() < 0.4) {
    const same = pick(
      places.filter((one) => one.name === name && alike(one)),
      random,
    );
    if (same !== undefined) return same.value;
  }
  if (random() < 0.1) return pick(places.filter(alike), random)?.value ?? null;
  if (typeof value === 'number') return otherNumber(value, random);
  if (typeof value === 'string') return otherText(value, random);
  if (typeof value === 'boolean') return !value;
  return pick([null, '', 0, {}, [], 'x', [''], { x: '' }], random) ?? null;
}

function otherNumber(value: number, random: Random): Json {
  if (value >= 99 && value < 600 && Number.isInteger(value) && random() < 0.7)
    return pick([...CODES, ...MORE_CODES], random) ?? 0;
  return pick([value + 1, value - 1, 0, -1, value * 2, value / 2, 1e9, String(value), null], random) ?? null;
}

function otherText(value: string, random: Random): Json {
  const vocabulary = pick(
    VOCABULARIES.filter((words) => words.includes(value)),
    random,
  );
  if (vocabulary !== undefined && random() < 0.7) return pick(vocabulary, random) ?? '';
  const at = Math.floor(random() * (value.length + 1));
  const ways = [
    '',
    `${value}x`,
    `x${value}`,
    value.slice(0, -1),
    value.slice(0, at),
    `${value.slice(0, at)}/${value.slice(at)}`,
    `${value}/`,
    `${value}?`,
    `${value} `,
    value.toUpperCase(),
    value.toLowerCase(),
    value.replace(/\d/g, (digit) => String((Number(digit) + 1) % 10)),
    value.replaceAll('/', ''),
    pick(VOCABULARIES.flat(), random) ?? '',
    null,
    1,
    [value],
  ];
  return pick(ways, random) ?? null;
}

export function pick<T>(list: readonly T[], random: Random): T | undefined {
  return list[Math.floor(random() * list.length)];
}
