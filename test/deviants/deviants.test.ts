import { spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { beforeAll, describe, expect, it } from 'vitest';
import { ROOT, readLedger } from '../../cli/paths.js';
import { type DeviantCatalogue, readCatalogue } from '../../harness/deviants/catalogue.js';
import { DEVIANTS, VARIANTS } from '../../harness/deviants/index.js';

interface Played {
  readonly name: string;
  readonly verdicts: Readonly<Record<string, string>>;
  readonly reasons: Readonly<Record<string, string | undefined>>;
  /** Messages of findings that speak against the peer. */
  readonly bad: readonly string[];
  readonly errors: readonly string[];
}

const ledger = readLedger();
/** Why a row cannot be shown on a machine that has nothing but Node: the ordinary web server of CDL-18. */
const ABSENT = /no ordinary web server on this machine/;

function catalogue(role: string): DeviantCatalogue {
  const path = join('fixtures', 'deviants', `${role}.yaml`);
  return readCatalogue({ path, text: readFileSync(join(ROOT, path), 'utf8') });
}

/** Processes for each role: most of the peers are clients, and a test machine has two cores. */
const SHARES = { client: 2, server: 1 } as const;

/** Plays the suite against every deviant of the role. */
async function play(role: keyof typeof SHARES): Promise<ReadonlyMap<string, Played>> {
  const shares = Array.from({ length: SHARES[role] }, (_, index) => playShare(role, `${index + 1}/${SHARES[role]}`));
  return new Map((await Promise.all(shares)).flatMap((played) => [...played]));
}

async function playShare(role: string, share: string): Promise<ReadonlyMap<string, Played>> {
  const script = fileURLToPath(new URL('./run-deviants.mjs', import.meta.url));
  const child = spawn(process.execPath, ['--no-warnings', script, role, share], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  let text = '';
  for await (const chunk of child.stdout) text += String(chunk);
  const lines = text.split('\n').filter((line) => line !== '');
  return new Map(lines.map((line) => JSON.parse(line) as Played).map((played) => [played.name, played]));
}

describe.each(['client', 'server'] as const)('deviants of the %s', (role) => {
  const { deviants } = catalogue(role);
  let played: ReadonlyMap<string, Played>;
  /** Rows that this machine cannot show, for want of a program that the suite does not bring along. */
  let unavailable: readonly string[] = [];

  beforeAll(async () => {
    played = await play(role);
    const { verdicts = {}, reasons = {} } = played.get('') ?? {};
    unavailable = Object.keys(verdicts).filter(
      (id) => verdicts[id] === 'inconclusive' && ABSENT.test(reasons[id] ?? ''),
    );
  }, 900_000);

  it('are all in the catalogue, and the catalogue has no others', () => {
    const peers = DEVIANTS.filter((peer) => peer.role === role);
    expect(deviants.map(({ name }) => name).sort()).toEqual(peers.map(({ name }) => name).sort());
  });

  it('break every requirement that is tested, but for permissions', () => {
    const broken = new Set(deviants.flatMap(({ breaks }) => breaks));
    const tested = ledger.requirements.filter(
      ({ on, notTested, level }) => on === role && notTested === undefined && level !== 'Y',
    );
    expect(tested.filter(({ id }) => !broken.has(id)).map(({ id }) => id)).toEqual([]);
  });

  it('are compared with a peer that passes everything', () => {
    const { verdicts = {} } = played.get('') ?? {};
    const others = Object.entries(verdicts).filter(([id, verdict]) => verdict !== 'pass' && !unavailable.includes(id));
    expect(Object.keys(verdicts).length).toBeGreaterThan(40);
    expect(others).toEqual([]);
  });

  it.each(deviants.map((deviant) => [deviant.name, deviant] as const))('%s', (name, { breaks, implies = {} }) => {
    const result = played.get(name);
    expect(result?.errors).toEqual([]);
    const bad = Object.entries(result?.verdicts ?? {}).filter(
      ([, verdict]) => verdict === 'fail' || verdict === 'warn',
    );
    const caught = bad.map(([id]) => id);
    expect(
      breaks.filter((id) => !caught.includes(id) && !unavailable.includes(id)),
      'broken and not caught',
    ).toEqual([]);
    expect(
      caught.filter((id) => !breaks.includes(id) && !(id in implies)),
      'caught without a reason',
    ).toEqual([]);
  });

  it.each(VARIANTS.filter((peer) => peer.role === role).map(({ name }) => [name] as const))(
    '%s is legal, and nothing speaks against it',
    (name) => {
      const result = played.get(name);
      expect(result?.errors).toEqual([]);
      expect(result?.bad).toEqual([]);
    },
  );

  it('fail where a MUST is broken that rests on no open decision', () => {
    const open = new Set(ledger.decisions.filter(({ basis }) => basis === 'open').map(({ id }) => id));
    const strict = ledger.requirements.filter(
      ({ on, level, decisions }) => on === role && level === 'M' && !decisions.some((id) => open.has(id)),
    );
    for (const { id } of strict.filter(({ id, notTested }) => notTested === undefined && !unavailable.includes(id))) {
      const verdicts = deviants
        .filter(({ breaks }) => breaks.includes(id))
        .map(({ name }) => played.get(name)?.verdicts[id]);
      expect(verdicts, id).toContain('fail');
    }
  });
});
