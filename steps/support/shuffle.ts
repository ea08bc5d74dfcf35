/** The items in an order drawn by `random` (Fisher and Yates). */
export function permutation<T>(items: readonly T[], random: () => number): readonly T[] {
  const drawn = [...items];
  for (let last = drawn.length - 1; last > 0; last -= 1) {
    const other = Math.floor(random() * (last + 1));
    const [a, b] = [drawn[last], drawn[other]];
    if (a === undefined || b === undefined) continue;
    drawn[last] = b;
    drawn[other] = a;
  }
  return drawn;
}

/** The first so many items, at least `least`. */
export function subset<T>(items: readonly T[], least: number, random: () => number): readonly T[] {
  return items.slice(0, least + Math.floor(random() * (items.length - least + 1)));
}
