import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { ROOT, readLedger } from '../../cli/paths.js';
import { type DeviantEntry, readCatalogue } from '../../harness/deviants/catalogue.js';

function deviantsOf(role: string): readonly DeviantEntry[] {
  const path = join('fixtures', 'deviants', `${role}.yaml`);
  return readCatalogue({ path, text: readFileSync(join(ROOT, path), 'utf8') }).deviants;
}

/** The rows that a deviant breaks beside this one. */
function others({ breaks, implies = {} }: DeviantEntry, id: string): readonly string[] {
  return [...breaks, ...Object.keys(implies)].filter((other) => other !== id);
}

describe.each(['client', 'server'] as const)('the requirements on the %s', (role) => {
  const deviants = deviantsOf(role);
  const rows = readLedger().requirements.filter(({ on }) => on === role);

  // That each deviant breaks what it declares and no more is shown by playing it (deviants.test.ts).
  it('have each a deviant that breaks no other, so that each sees what no other sees', () => {
    const obligations = rows.filter(({ level, notTested }) => level !== 'Y' && notTested === undefined);
    expect(obligations.length).toBeGreaterThan(0);
    const shared = obligations.flatMap(({ id, entails = {} }) => {
      const breaking = deviants.filter(({ breaks }) => breaks.includes(id));
      const narrow = breaking.some((deviant) => others(deviant, id).every((other) => other in entails));
      return narrow ? [] : [[id, breaking.map((one) => `${one.name} breaks ${others(one, id).join(', ')}, too`)]];
    });
    expect(Object.fromEntries(shared)).toEqual({});
  });

  it('entail only what every deviant that breaks them breaks, too', () => {
    for (const { id, entails = {} } of rows) {
      const breaking = deviants.filter(({ breaks }) => breaks.includes(id));
      for (const entailed of Object.keys(entails)) {
        const alone = breaking.filter((one) => !others(one, id).includes(entailed)).map(({ name }) => name);
        expect(alone, `break ${id} without ${entailed}`).toEqual([]);
      }
    }
  });
});
