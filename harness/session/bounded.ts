/** A map that holds no more than so many entries: whoever sends without end must not exhaust memory. The oldest key is forgotten first. */
export class BoundedMap<K, V> extends Map<K, V> {
  readonly #most: number;

  constructor(most: number) {
    super();
    this.#most = most;
  }

  override set(key: K, value: V): this {
    super.set(key, value);
    forgetOldest(this, this.#most);
    return this;
  }
}

/** The same for a set. */
export class BoundedSet<T> extends Set<T> {
  readonly #most: number;

  constructor(most: number) {
    super();
    this.#most = most;
  }

  override add(value: T): this {
    super.add(value);
    forgetOldest(this, this.#most);
    return this;
  }
}

function forgetOldest<K>(all: Map<K, unknown> | Set<K>, most: number): void {
  for (const oldest of all.keys()) {
    if (all.size <= most) return;
    all.delete(oldest);
  }
}

/** Appends to a list that holds no more than so many; the oldest is forgotten. */
export function pushBounded<T>(list: T[], item: T, most: number): void {
  list.push(item);
  if (list.length > most) list.shift();
}
