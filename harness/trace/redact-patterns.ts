/** Query parameters that usually carry a secret. */
export const DEFAULT_PARAMETERS: readonly string[] = [
  'access_token',
  'api_key',
  'apikey',
  'auth',
  'password',
  'passwd',
  'pwd',
  'secret',
  'sig',
  'signature',
  'token',
];

type Tokenise = (secret: string) => string;
type FieldRule = (value: string, token: Tokenise) => string;

/** Keeps the scheme, which says how somebody authenticates, and replaces the rest. */
const credentials: FieldRule = (value, token) => {
  const [, scheme = '', gap = '', rest = ''] = /^(\S*)(\s*)(.*)$/s.exec(value) ?? [];
  return rest === '' ? token(scheme) : `${scheme}${gap}${token(rest)}`;
};

/** `name=value; name=value` */
const cookie: FieldRule = (value, token) =>
  value
    .split(';')
    .map((pair) => pairRule(pair, token))
    .join(';');

/** `name=value; attributes`: only the value is secret. */
const setCookie: FieldRule = (value, token) => {
  const end = value.indexOf(';');
  return end < 0 ? pairRule(value, token) : pairRule(value.slice(0, end), token) + value.slice(end);
};

function pairRule(pair: string, token: Tokenise): string {
  const [, before = '', quote = '', secret = '', after = ''] = /^([^=]*=\s*)("?)(.*?)("?\s*)$/s.exec(pair) ?? [];
  if (before === '') return pair.trim() === '' ? pair : token(pair.trim());
  return secret === '' ? pair : `${before}${quote}${token(secret)}${after}`;
}

/** The fields that carry credentials, by lower-case name, and what of them is secret. */
export const credentialFields: ReadonlyMap<string, FieldRule> = new Map([
  ['authorization', credentials],
  ['proxy-authorization', credentials],
  // What the server proves it knows the password by (RFC 7616 3.5).
  ['authentication-info', (value, token) => token(value)],
  ['cookie', cookie],
  ['set-cookie', setCookie],
]);

/** Matches `?name=value` and `&name=value` (also escaped in JSON or HTML): the first group is all before the value, the second the value. */
export function parameterPattern(names: readonly string[]): RegExp | undefined {
  if (names.length === 0) return undefined;
  const any = names.map(escaped).join('|');
  return new RegExp(`((?:[?&]|\\\\u0026|&amp;)(?:${any})=)([^&#\\s"'<>\\\\]+)`, 'gi');
}

/** Shorter secrets are replaced only where they are a whole text or a whole quoted string: a password `1` must not spoil every digit. */
const SHORT = 4;

/**
 * Matches the configured secrets as they are, percent-encoded, escaped as in JSON, in Base64, and as UTF-8 read as Latin-1; `plain` leads from
 * each of these forms to the secret itself, so that they get the same token.
 */
export function secretPattern(
  secrets: readonly string[],
): { readonly pattern: RegExp; readonly plain: ReadonlyMap<string, string> } | undefined {
  const plain = new Map<string, string>();
  for (const secret of secrets) for (const form of formsOf(secret)) if (form !== '') plain.set(form, secret);
  if (plain.size === 0) return undefined;
  // The longest first, so that a secret within another one does not leave the rest of it standing.
  const forms = [...plain.keys()].sort((a, b) => b.length - a.length);
  const any = forms.map((form) => (form.length < SHORT ? `(?<=^|")${escaped(form)}(?=$|")` : escaped(form)));
  return { pattern: new RegExp(any.join('|'), 'g'), plain };
}

function formsOf(secret: string): string[] {
  const bytes = Buffer.from(secret, 'utf8');
  return [
    secret,
    encodeURIComponent(bytes.toString('utf8')),
    JSON.stringify(secret).slice(1, -1),
    bytes.toString('base64'),
    bytes.toString('base64').replace(/=+$/, ''),
    bytes.toString('base64url'),
    bytes.toString('latin1'),
  ];
}

function escaped(text: string): string {
  return text.replace(/[.*+?^${}()|[\]\\/-]/g, '\\$&');
}
