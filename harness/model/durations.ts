const FACTOR: Readonly<Record<string, number>> = { ms: 1, s: 1000, m: 60_000 };

/** `10s`, `500ms` or `2m`, as a statement writes it, in milliseconds. */
export function parseStatedDuration(text: string): number {
  const [, digits = '0', unit = 's'] = /^(\d+(?:\.\d+)?)(ms|s|m)$/.exec(text) ?? [];
  return Number(digits) * (FACTOR[unit] ?? 1000);
}
