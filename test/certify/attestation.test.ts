import { spawnSync } from 'node:child_process';
import { createHash, createPublicKey, verify } from 'node:crypto';
import { cpSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import type { Result } from '../../harness/model/result.js';
import { dmconform, emptyFolder, resultIn } from '../e2e/cli.js';

const run = emptyFolder();

/** A copy of the certified run. */
function copy(): string {
  const folder = emptyFolder();
  cpSync(run, folder, { recursive: true });
  return folder;
}

/** Changes one bit in the middle of a file. */
function flipBit(path: string): void {
  const bytes = readFileSync(path);
  const middle = bytes.length >> 1;
  bytes.writeUInt8(bytes.readUInt8(middle) ^ 1, middle);
  writeFileSync(path, bytes);
}

function sha256(path: string): string {
  return createHash('sha256').update(readFileSync(path)).digest('hex');
}

/** The bytes under the signature, put together as the DSSE specification says, from the envelope alone. */
function signedBytes(folder: string): { readonly bytes: Buffer; readonly sig: Buffer; readonly statement: Statement } {
  const envelope = JSON.parse(readFileSync(join(folder, 'attestation.dsse.json'), 'utf8'));
  const body = Buffer.from(envelope.payload, 'base64');
  const head = `DSSEv1 ${envelope.payloadType.length} ${envelope.payloadType} ${body.length} `;
  const sig = Buffer.from(envelope.signatures[0].sig, 'base64');
  return { bytes: Buffer.concat([Buffer.from(head), body]), sig, statement: JSON.parse(body.toString('utf8')) };
}

interface Statement {
  readonly _type: string;
  readonly subject: readonly { readonly name: string; readonly digest: { readonly sha256: string } }[];
  readonly predicateType: string;
  readonly predicate: {
    readonly result: string;
    readonly passedTests: readonly string[];
    readonly configuration: readonly { readonly name: string; readonly digest?: { readonly sha256: string } }[];
  };
}

beforeAll(async () => {
  await dmconform(['run', '--role', 'server', '--out', run]);
  const { code, stderr } = await dmconform(['report', run, '--certify']);
  expect([code, stderr]).toEqual([0, expect.stringContaining('integrity, not for identity')]);
});

describe('the attestation of a run', () => {
  it('is signed as DSSE says: checked with node:crypto alone', () => {
    const { bytes, sig } = signedBytes(run);
    const key = createPublicKey(readFileSync(join(run, 'attestation.pub.pem')));
    expect(verify(null, bytes, key, sig)).toBe(true);
    bytes.writeUInt8(bytes.readUInt8(bytes.length - 1) ^ 1, bytes.length - 1);
    expect(verify(null, bytes, key, sig)).toBe(false);
  });

  it('is signed as DSSE says: checked with openssl', () => {
    const { bytes, sig } = signedBytes(run);
    const folder = emptyFolder();
    writeFileSync(join(folder, 'pae'), bytes);
    writeFileSync(join(folder, 'sig'), sig);
    const key = join(run, 'attestation.pub.pem');
    const args = [
      'pkeyutl',
      '-verify',
      '-pubin',
      '-inkey',
      key,
      '-rawin',
      '-in',
      join(folder, 'pae'),
      '-sigfile',
      join(folder, 'sig'),
    ];
    expect(spawnSync('openssl', args).status).toBe(0);
  });

  it('is an in-toto test result over the digests of result, trace, bodies, ledger and suite', () => {
    const { statement } = signedBytes(run);
    const result = resultIn(run);
    expect(statement).toMatchObject({
      _type: 'https://in-toto.io/Statement/v1',
      predicateType: 'https://in-toto.io/attestation/test-result/v0.1',
      predicate: { result: 'PASSED' },
    });
    expect(statement.subject.slice(0, 2).map(({ name }) => name)).toEqual(['result.json', 'trace.ndjson']);
    for (const { name, digest } of statement.subject) expect(digest.sha256).toBe(sha256(join(run, name)));
    expect(statement.predicate.passedTests).toHaveLength(result.counts.pass);
    const [ledger, suite] = statement.predicate.configuration;
    expect([ledger?.digest?.sha256, suite?.name]).toEqual([result.ledger.digest, 'suite']);
  });

  it('keeps the fresh private key to its owner', () => {
    expect(statSync(join(run, 'attestation.key.pem')).mode & 0o777).toBe(0o600);
  });

  it('verifies, and says that the key of the folder proves no identity', async () => {
    const { code, stdout } = await dmconform(['verify', run]);
    expect(code).toBe(0);
    expect(stdout).toContain('OK: ');
    expect(stdout).toContain('not who signed it');
  });

  it.each(['result.json', 'trace.ndjson'])('fails, and says so, when one bit of %s is changed', async (name) => {
    const folder = copy();
    flipBit(join(folder, name));
    const { code, stdout } = await dmconform(['verify', folder]);
    expect(code).toBe(1);
    expect(stdout.trim().split('\n')).toEqual([expect.stringContaining(`DOES NOT MATCH: ${name} does not match`)]);
    expect(stdout).toContain(sha256(join(folder, name)));
  });

  it('fails when the attestation itself was changed, a file is missing, or the key is another one', async () => {
    const changed = copy();
    const path = join(changed, 'attestation.dsse.json');
    const envelope = JSON.parse(readFileSync(path, 'utf8'));
    const payload = Buffer.from(envelope.payload, 'base64').toString('utf8').replace('"PASSED"', '"WARNED"');
    writeFileSync(path, JSON.stringify({ ...envelope, payload: Buffer.from(payload).toString('base64') }));
    expect(await dmconform(['verify', changed])).toMatchObject({
      code: 1,
      stdout: expect.stringContaining('changed after it was signed'),
    });
    const other = join(emptyFolder(), 'other.pem');
    spawnSync('openssl', ['genpkey', '-algorithm', 'ed25519', '-out', other]);
    expect(await dmconform(['verify', run, '--key', other])).toMatchObject({
      code: 1,
      stdout: expect.stringContaining('the signature is not of this key'),
    });
  });

  it('is made with a key that openssl made, and checked with its public half', async () => {
    const folder = copy();
    const own = join(emptyFolder(), 'own.pem');
    spawnSync('openssl', ['genpkey', '-algorithm', 'ed25519', '-out', own]);
    spawnSync('openssl', ['pkey', '-in', own, '-pubout', '-out', `${own}.pub`]);
    const certified = await dmconform(['report', folder, '--certify', '--key', own]);
    expect([certified.code, certified.stdout.includes('attestation.key.pem')]).toEqual([0, false]);
    expect(await dmconform(['verify', folder, '--key', `${own}.pub`])).toMatchObject({ code: 0 });
  });
});

describe('a run that cannot be certified', () => {
  async function refusal(change: (result: Result) => Result): Promise<string> {
    const folder = copy();
    writeFileSync(join(folder, 'result.json'), JSON.stringify(change(resultIn(folder))));
    const { code, stderr, stdout } = await dmconform(['report', folder, '--certify']);
    expect([code, stdout]).toEqual([1, '']);
    return stderr;
  }

  const withVerdict = (result: Result, id: string, verdict: Result['requirements'][number]['verdict']): Result => ({
    ...result,
    requirements: result.requirements.map((row) => (row.id === id ? { ...row, verdict } : row)),
  });

  it('says why: partial, narrowed, failed, inconclusive on a MUST', async () => {
    const narrowed = (result: Result): Result => ({ ...result, partial: 'time is up', selection: ['SES-02'] });
    const text = await refusal((result) =>
      withVerdict(withVerdict(narrowed(result), 'SES-10', 'fail'), 'PKG-05', 'inconclusive'),
    );
    expect(text).toContain('the run is partial: time is up');
    expect(text).toContain('narrowed to SES-02');
    expect(text).toContain('failed: SES-10');
    expect(text).toContain('inconclusive on a MUST: PKG-05');
  });

  it('says why: the ledger was modified', async () => {
    const text = await refusal((result) => ({ ...result, ledger: { ...result.ledger, digest: '0'.repeat(64) } }));
    expect(text).toContain('the ledger is not the one that this release ships');
  });

  it('says why: the trace does not show what the result says', async () => {
    const folder = copy();
    const trace = join(folder, 'trace.ndjson');
    writeFileSync(trace, readFileSync(trace, 'utf8').replaceAll('"status":200', '"status":201'));
    const { code, stderr } = await dmconform(['report', folder, '--certify']);
    expect(code).toBe(1);
    expect(stderr).toMatch(/[A-Z]{3}-\d\d is pass in the result, the trace shows (fail|inconclusive)/);
  });
});
