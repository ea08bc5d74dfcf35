import { spawn } from 'node:child_process';
import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { dmconform, emptyFolder, resultIn, verdicts } from './cli.js';

const RUN = fileURLToPath(new URL('./planted-run.mjs', import.meta.url));
const CLIENT = fileURLToPath(new URL('./secure-client.mjs', import.meta.url));

/** The forms in which a secret may turn up. */
function formsOf(secret: string): readonly string[] {
  const bytes = Buffer.from(secret, 'utf8');
  const hex = bytes.toString('hex');
  const isHex = /^(?:[0-9a-f]{2}){8,}$/i.test(secret);
  const raw = isHex ? [Buffer.from(secret, 'hex').toString('base64'), secret.toUpperCase(), secret.toLowerCase()] : [];
  return [
    secret,
    bytes.toString('base64').replace(/=+$/, ''),
    bytes.toString('base64url'),
    hex,
    hex.toUpperCase(),
    encodeURIComponent(secret),
    JSON.stringify(secret).slice(1, -1),
    ...raw,
  ];
}

/** Every file of the folder with what it holds. */
function filesIn(folder: string): readonly (readonly [string, string])[] {
  return readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .map((name) => join(folder, name))
    .filter((path) => statSync(path).isFile())
    .map((path) => [path, readFileSync(path, 'latin1')] as const);
}

/** Where which form of which secret stands. */
function leaks(texts: readonly (readonly [string, string])[], secrets: readonly string[]): readonly string[] {
  return secrets.flatMap((secret) =>
    formsOf(secret).flatMap((form) =>
      texts
        .filter(([, text]) => text.includes(form))
        .map(
          ([place, text]) => `${place}: ${text.slice(Math.max(0, text.indexOf(form) - 60), text.indexOf(form) + 20)}`,
        ),
    ),
  );
}

async function played(role: string) {
  const [out, notes] = [emptyFolder(), join(emptyFolder(), 'secrets')];
  const child = spawn(process.execPath, ['--no-warnings', RUN, role, out, notes], {
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let [stdout, stderr] = ['', ''];
  child.stdout.on('data', (chunk: Buffer) => {
    stdout += chunk.toString('latin1');
  });
  child.stderr.on('data', (chunk: Buffer) => {
    stderr += chunk.toString('latin1');
  });
  await new Promise((resolve) => child.once('close', resolve));
  const secrets = [...new Set(readFileSync(notes, 'utf8').trim().split('\n'))];
  return { out, secrets, texts: [...filesIn(out), ['stdout', stdout], ['stderr', stderr]] as const };
}

describe('a secret of the run', () => {
  it.each([
    ['client', 5],
    ['server', 1],
  ] as const)(
    'stands in no file and no line that the %s run writes',
    async (role, least) => {
      const { out, secrets, texts } = await played(role);
      expect(secrets.length).toBeGreaterThanOrEqual(least);
      expect(texts.map(([place]) => place).join()).toMatch(/trace\.ndjson.*stdout/);
      expect(leaks(texts, secrets)).toEqual([]);
      expect(resultIn(out).errors).toEqual([]);
    },
    60_000,
  );

  it('is found where it does stand', () => {
    const planted = leaks(
      [['here', `Basic ${Buffer.from('planted-password').toString('base64')}`]],
      ['planted-password'],
    );
    expect(planted).toHaveLength(2);
  });

  it('that a client prints, and finds on its command line, is told by nobody else', async () => {
    const out = emptyFolder();
    const notes = join(emptyFolder(), 'secrets');
    const names = ['server.url', 'tls.ca', 'tls.clientCert', 'tls.clientKey', 'tls.pskIdentity', 'tls.pskKey'];
    const given = [...names, 'account.user', 'account.password'].map((name) => `{${name}}`).join(' ');
    const command = `${process.execPath} ${CLIENT} ${given} ${notes}`;
    const { stdout, stderr } = await dmconform([
      'run',
      '--client-command',
      command,
      '--only',
      'SEC-07,SEC-10,ALT-05',
      '--patience',
      '5s',
      '--out',
      out,
    ]);
    const secrets = readFileSync(notes, 'utf8').trim().split('\n');
    expect(secrets.length).toBeGreaterThanOrEqual(4);
    expect(leaks([...filesIn(out), ['stdout', stdout], ['stderr', stderr]], secrets)).toEqual([]);
    expect(verdicts(resultIn(out))).toMatchObject({ 'SEC-07': 'pass', 'SEC-10': 'pass', 'ALT-05': 'fail' });
    const { findings = [] } = resultIn(out).requirements.find(({ id }) => id === 'ALT-05') ?? {};
    expect(JSON.stringify(findings)).toMatch(/redacted:/);
    const left = readdirSync(join(out, 'tls'));
    expect(left.sort()).toEqual(['ca.pem', 'client.pem']);
    for (const file of left) expect(statSync(join(out, 'tls', file)).mode & 0o777).toBe(0o600);
  }, 120_000);

  it('does not change what is judged of the record afterwards', async () => {
    const { out } = await played('client');
    const again = emptyFolder();
    await dmconform(['judge', join(out, 'trace.ndjson'), '--out', again]);
    const live = verdicts(resultIn(out));
    const later = verdicts(resultIn(again));
    expect(Object.entries(live).filter(([id, verdict]) => later[id] !== verdict)).toEqual([]);
  }, 120_000);
});
