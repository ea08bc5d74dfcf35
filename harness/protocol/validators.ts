/** How many values are looked at: the data of a status is small, a hostile one need not be. */
const MOST_VALUES = 10_000;

/**
 * Cache validators in the data of a status (TS 11): members `CV` beside a `ClientURI`, whatever member holds them (D-08), the nearest first,
 * otherwise in document order. Takes no stack.
 */
export function validatorsIn(data: unknown): readonly string[] {
  const found: string[] = [];
  const open: unknown[] = [data];
  for (const value of open) {
    if (typeof value !== 'object' || value === null) continue;
    if ('CV' in value && 'ClientURI' in value && (typeof value.CV === 'string' || typeof value.CV === 'number'))
      found.push(String(value.CV));
    open.push(...Object.values(value).slice(0, MOST_VALUES - open.length));
  }
  return found;
}
