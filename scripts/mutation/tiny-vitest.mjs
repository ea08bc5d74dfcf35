// What the tests import as `vitest` when they judge mutants: the same names, and vitest's own `expect`, but all in this process and without a start of
// its own for each mutant. Only what the pure tests use is here; anything else is undefined and fails the dry run at once.

import { JestAsymmetricMatchers, JestChaiExpect, JestExtend } from '@vitest/expect';
import * as chai from 'chai';

for (const plugin of [JestExtend, JestChaiExpect, JestAsymmetricMatchers]) chai.use(plugin);

/**
 * A fresh collection of tests: `api` is what test files import, `tests` fills while they are loaded.
 * @returns {{ api: object, inFile: (file: string, load: () => void) => void, tests: { id: string, work: () => unknown }[] }}
 */
export function collect() {
  const tests = [];
  const path = [];
  const titles = new Map();

  const within = (name, load) => {
    path.push(name);
    try {
      load();
    } finally {
      path.pop();
    }
  };
  const describe = (name, load) => within(name, load);
  const it = (name, work) => {
    const title = [...path, name].join(' > ');
    const same = (titles.get(title) ?? 0) + 1;
    titles.set(title, same);
    tests.push({ id: same === 1 ? title : `${title} #${same}`, work });
  };
  const each = (add) => (rows) => (name, work) => {
    // As vitest does: rows are lists of values where all of them are lists.
    const listed = rows.every((row) => Array.isArray(row));
    for (const row of rows) {
      const values = listed ? row : [row];
      add(titled(name, values), () => work(...values));
    }
  };
  describe.each = each(describe);
  it.each = each(it);

  return { api: { describe, it, test: it, expect: chai.expect }, inFile: within, tests };
}

/** Puts the values of a row into a title: `%s` takes the next. */
function titled(name, values) {
  let next = 0;
  return name.replace(/%[sd]/g, () => String(values[next++]));
}
