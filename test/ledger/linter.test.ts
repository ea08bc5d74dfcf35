import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { ROOT } from '../../cli/paths.js';
import { readCatalogue } from '../../harness/deviants/catalogue.js';
import { ORACLES } from '../../harness/oracles/index.js';
import { COMMAND_NAMES } from '../../harness/protocol/commands.js';
import { realLedger } from './real-ledger.js';

/** Everything that a scenario may be tagged with besides the id of its requirement (house style): level, role, what it needs, an optional command. */
const VOCABULARY = [
  ...['@must', '@should', '@may', '@client', '@server', '@slow', '@container', '@browser'],
  ...COMMAND_NAMES.map((name) => `@${name}`),
];
const ID = /^@[A-Z]{3}-\d{2,}$/;

interface Listed {
  readonly definitions: readonly { readonly id: string; readonly pattern: string }[];
  readonly scenarios: readonly {
    readonly place: string;
    readonly tags: readonly string[];
    readonly steps: readonly { readonly text: string; readonly definitions: readonly string[] }[];
  }[];
}

const script = fileURLToPath(new URL('list-steps.mjs', import.meta.url));
const listed = spawnSync(process.execPath, ['--no-warnings', script], { encoding: 'utf8', maxBuffer: 2 ** 28 });
const { definitions, scenarios } = JSON.parse(listed.stdout) as Listed;
const steps = scenarios.flatMap((scenario) => scenario.steps.map((step) => ({ ...step, place: scenario.place })));

describe('the steps', () => {
  it('are there', () => {
    expect(definitions.length).toBeGreaterThan(100);
    expect(steps.length).toBeGreaterThan(1000);
  });

  it('have a definition each, and no more than one', () => {
    const odd = steps.filter((step) => step.definitions.length !== 1);
    expect(odd.map(({ place, text }) => `${place}: ${text}`)).toEqual([]);
  });

  it('use every definition', () => {
    const used = new Set(steps.flatMap((step) => step.definitions));
    expect(definitions.filter(({ id }) => !used.has(id)).map(({ pattern }) => pattern)).toEqual([]);
  });

  it('have patterns that are all different', () => {
    const patterns = definitions.map(({ pattern }) => pattern);
    expect(patterns.filter((pattern, index) => patterns.indexOf(pattern) !== index)).toEqual([]);
  });
});

describe('the scenarios', () => {
  it('are about one requirement of the ledger each', () => {
    const known = new Set(realLedger.requirements.map(({ id }) => `@${id}`));
    for (const { place, tags } of scenarios) {
      const ids = tags.filter((tag) => ID.test(tag));
      expect(ids, place).toHaveLength(1);
      expect(known, place).toContain(ids[0]);
    }
  });

  it('have tags of the house style alone', () => {
    const strange = scenarios.flatMap(({ place, tags }) =>
      tags.filter((tag) => !ID.test(tag) && !VOCABULARY.includes(tag)).map((tag) => `${place}: ${tag}`),
    );
    expect(strange).toEqual([]);
  });
});

describe('every requirement', () => {
  const catalogues = (['client', 'server'] as const).map((role) => {
    const path = join('fixtures', 'deviants', `${role}.yaml`);
    return readCatalogue({ path, text: readFileSync(join(ROOT, path), 'utf8') });
  });
  const tested = realLedger.requirements.filter(({ notTested }) => notTested === undefined);

  it('is judged by an oracle of its role, and no oracle speaks of another', () => {
    for (const { id, on } of tested) {
      const judges = ORACLES.filter(({ requirements }) => requirements.includes(id));
      expect(
        judges.map((oracle) => oracle.on).filter((role) => role !== on),
        `judges of ${id}`,
      ).toEqual([]);
      expect(judges.length, `judges of ${id}`).toBeGreaterThan(0);
    }
    const ids = new Set(realLedger.requirements.map(({ id }) => id));
    expect(ORACLES.flatMap(({ requirements }) => requirements).filter((id) => !ids.has(id))).toEqual([]);
  });

  it('has a name of its own for each of its oracles', () => {
    const names = ORACLES.map(({ name }) => name);
    expect(names.filter((name, index) => names.indexOf(name) !== index)).toEqual([]);
  });

  it('has a scenario, and, unless it is a permission, a deviant', () => {
    const tagged = new Set(scenarios.flatMap(({ tags }) => tags));
    const broken = new Set(catalogues.flatMap(({ deviants }) => deviants.flatMap(({ breaks }) => breaks)));
    expect(tested.filter(({ id }) => !tagged.has(`@${id}`)).map(({ id }) => id)).toEqual([]);
    expect(tested.filter(({ id, level }) => level !== 'Y' && !broken.has(id)).map(({ id }) => id)).toEqual([]);
  });

  it('that a deviant breaks or implies is one of its role', () => {
    for (const { role, deviants } of catalogues) {
      const ids = new Set(realLedger.requirements.filter(({ on }) => on === role).map(({ id }) => id));
      for (const { name, breaks, implies = {} } of deviants)
        expect(
          [...breaks, ...Object.keys(implies)].filter((id) => !ids.has(id)),
          name,
        ).toEqual([]);
    }
  });
});
