import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Ajv2020 } from 'ajv/dist/2020.js';
import addFormats from 'ajv-formats';
import { beforeAll, describe, expect, it } from 'vitest';
import { ROOT } from '../../cli/paths.js';
import { readCatalogue } from '../../harness/deviants/catalogue.js';
import { VARIANTS } from '../../harness/deviants/index.js';
import type { Proof } from '../../harness/model/proof.js';
import type { ProofRecord } from '../../reports/proof-readme.js';
import { figuresOf } from '../../reports/proof-wording.js';
import { dmconform, emptyFolder } from '../e2e/cli.js';

// The whole proof, once; what follows asks its record. `dmconform prove --only NAME` says more of one peer.
let proof: Proof;
let code: number | null;

beforeAll(async () => {
  const out = emptyFolder();
  const finished = await dmconform(['prove', '--out', out], out);
  code = finished.code;
  proof = JSON.parse(readFileSync(join(out, 'proof.json'), 'utf8')) as Proof;
}, 900_000);

describe.each(['client', 'server'] as const)('peers of the proof, %s', (role) => {
  const path = join('fixtures', 'deviants', `${role}.yaml`);
  const { deviants } = readCatalogue({ path, text: readFileSync(join(ROOT, path), 'utf8') });
  // A combination may be of one variant alone, and is called like it.
  const named = (name: string) =>
    proof.peers.find((peer) => peer.role === role && peer.name === name && peer.kind !== 'combination');

  it('are compared with a peer that passes everything', () => {
    expect(named(`reference-${role}`)).toMatchObject({ ok: true, whole: true, against: {} });
  });

  it.each(deviants.map((deviant) => [deviant.name, deviant] as const))('%s', (name, { breaks }) => {
    const peer = named(name);
    expect(peer).toMatchObject({ breaks, missed: [], unrelated: [], errors: [] });
    const shown = breaks.filter((id) => !proof.unavailable.includes(id));
    expect(Object.keys(peer?.against ?? {})).toEqual(expect.arrayContaining(shown));
  });

  it.each(VARIANTS.filter((peer) => peer.role === role).map(({ name }) => [name] as const))(
    '%s is legal, and nothing speaks against it',
    (name) => {
      expect(named(name)).toMatchObject({ kind: 'variant', messages: {}, errors: [] });
    },
  );

  it('are legal in random combinations, too, each of them in one that was played with every scenario', () => {
    const combinations = proof.peers.filter((peer) => peer.role === role && peer.kind === 'combination');
    for (const { name, messages, errors, whole } of combinations)
      expect([messages, errors, whole], name).toEqual([{}, [], true]);
    const parts = combinations.flatMap(({ name }) => name.split('+'));
    const variants = VARIANTS.filter((peer) => peer.role === role).map(({ name }) => name);
    expect(parts.sort()).toEqual(variants.sort());
  });
});

describe('the proof', () => {
  it('fits its published schema', () => {
    const schema = JSON.parse(readFileSync(join(ROOT, 'reports', 'schema', 'proof.schema.json'), 'utf8'));
    const ajv = new Ajv2020({ allErrors: true });
    addFormats.default(ajv);
    const fits = ajv.compile(schema);
    expect(fits(proof), JSON.stringify(fits.errors)).toBe(true);
  });

  it('holds', () => {
    expect(proof.problems).toEqual([]);
    expect(code).toBe(0);
  });

  it('would not without any one of the oracles', () => {
    expect(proof.oracles.length).toBeGreaterThan(100);
    expect(proof.oracles.filter(({ witness }) => witness === undefined)).toEqual([]);
  });

  it('shows no less than the README says', () => {
    const { figures } = JSON.parse(readFileSync(join(ROOT, 'fixtures', 'proof.json'), 'utf8')) as ProofRecord;
    const now = figuresOf(proof);
    for (const name of ['deviants', 'caught', 'variants', 'twice', 'oracles', 'witnessed', 'random'] as const)
      expect(now[name], name).toBeGreaterThanOrEqual(figures[name]);
  });
});
