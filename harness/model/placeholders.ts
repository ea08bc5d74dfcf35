/** `{server.url}` and the like: a word in braces, with no quotes or blanks, so that JSON in a command is none, nor is a shell's `${HOME}`. */
const PLACEHOLDER = /(?<!\$)\{([A-Za-z][\w.]*)\}/g;

export interface Placeholder {
  readonly name: string;
  /** Where it stands. */
  readonly path: readonly (string | number)[];
}

/** Every placeholder in a text, or in the texts of a value of any shape. */
export function placeholdersIn(value: unknown, path: readonly (string | number)[] = []): readonly Placeholder[] {
  if (typeof value === 'string') return [...value.matchAll(PLACEHOLDER)].map(([, name = '']) => ({ name, path }));
  if (Array.isArray(value)) return value.flatMap((item: unknown, index) => placeholdersIn(item, [...path, index]));
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value).flatMap(([key, item]) => placeholdersIn(item, [...path, key]));
}

/** Replaces the placeholders in a text; `quote` is applied to what takes their place. A name that `values` does not know stays. */
export function fillPlaceholders(
  text: string,
  values: (name: string) => string | undefined,
  quote: (value: string) => string = (value) => value,
): string {
  return text.replace(PLACEHOLDER, (found, name: string) => {
    const value = values(name);
    return value === undefined ? found : quote(value);
  });
}
