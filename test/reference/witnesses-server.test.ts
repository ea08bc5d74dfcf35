import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { MEDIA } from '../../harness/protocol/media-types.js';
import { CERTIFICATE_SUITES, PSK_SUITES } from '../../harness/protocol/tls-suites.js';
import { type EmbeddedServer, startEmbeddedServer } from '../../harness/reference/embedded.js';
import { CertificateAuthority } from '../../harness/run/certificates.js';
import { EmbeddedSecurity } from '../../harness/run/embedded-security.js';
import { ONE } from './server-support.js';

// Programs that nobody here wrote talk to the reference server. Where one of them is missing the tests fail: what was not tried was not shown.

const folder = mkdtempSync(join(tmpdir(), 'dmconform-witness-'));
const file = (name: string): string => join(folder, name);
const security = new EmbeddedSecurity(numbered());
const [account] = security.accounts;
let server: EmbeddedServer;
let address: string;

beforeAll(async () => {
  const identity = await security.identity();
  const certificate = await account?.certificate?.();
  const stranger = await (await CertificateAuthority.create('a stranger')).client(account?.id ?? '');
  const texts = {
    'ca.pem': identity.clientCa,
    'own.pem': `${certificate?.key}${certificate?.cert}`,
    'stranger.pem': `${stranger.key}${stranger.cert}`,
    'one.json': String(ONE),
    login: `user = "${account?.http?.user}:${account?.http?.password}"\n`,
    wrong: `user = "${account?.http?.user}:wrong"\n`,
  };
  for (const [name, text] of Object.entries(texts)) writeFileSync(file(name), text, { mode: 0o600 });
  server = await startEmbeddedServer({ secure: async () => identity, server: { devices: security.devices } });
  address = new URL(server.secureEndpoint ?? '').host;
});
afterAll(async () => {
  await server.close();
  rmSync(folder, { recursive: true, force: true });
});

function numbered(): () => string {
  let count = 0;
  return () => {
    count += 1;
    return `IMEI:${count}`;
  };
}

/** Both outputs of a program together. @throws when it is not there. */
function run(
  program: string,
  args: readonly string[],
): Promise<{ readonly code: number | null; readonly text: string }> {
  return new Promise((resolve, reject) => {
    const child = spawn(program, args, { stdio: ['pipe', 'pipe', 'pipe'] });
    let text = '';
    child.once('error', reject);
    child.stdout.on('data', (chunk: Buffer) => {
      text += chunk.toString();
    });
    child.stderr.on('data', (chunk: Buffer) => {
      text += chunk.toString();
    });
    child.once('close', (code) => resolve({ code, text }));
    child.stdin.end();
  });
}

const sClient = (...args: readonly string[]) =>
  run('openssl', ['s_client', '-connect', address, '-CAfile', file('ca.pem'), ...args]);

describe('openssl s_client', () => {
  it.each([
    ['-tls1_2', 'TLSv1.2'],
    ['-tls1_3', 'TLSv1.3'],
  ])('with %s agrees and trusts the certificate', async (option, version) => {
    const { code, text } = await sClient(option, '-verify_return_error');
    expect(text).toContain('Verify return code: 0 (ok)');
    expect([code, text.includes(`New, ${version}`)]).toEqual([0, true]);
  });

  it.each(['-tls1', '-tls1_1'])('with %s is refused', async (option) => {
    const { code, text } = await sClient(option, '-cipher', 'ALL:@SECLEVEL=0');
    expect(code).not.toBe(0);
    expect(text).toMatch(/alert protocol version/);
  });

  it.each(CERTIFICATE_SUITES.map(({ openssl }) => openssl))('agrees to %s', async (suite) => {
    const { text } = await sClient('-tls1_2', '-cipher', suite);
    expect(text).toContain(`Cipher is ${suite}`);
  });

  it.each(PSK_SUITES.map(({ openssl }) => openssl))('with a pre-shared key agrees to %s', async (suite) => {
    const { identity = '', key = Buffer.alloc(0) } = account?.psk ?? {};
    const offered = ['-tls1_2', '-cipher', suite, '-psk_identity', identity, '-psk', key.toString('hex')];
    expect((await sClient(...offered)).text).toContain(`Cipher is ${suite}`);
    const strange = await sClient(...offered.slice(0, -1), '00'.repeat(16));
    expect(strange.text).toMatch(/alert/);
  });
});

describe('curl', () => {
  const post = async (...args: readonly string[]) => {
    const headers = [
      `Content-Type: ${MEDIA.initiation}`,
      `Accept: ${MEDIA.request}`,
      `OMADM-DevID: ${account?.id}`,
    ].flatMap((field) => ['-H', field]);
    const body = ['--data-binary', `@${file('one.json')}`, '-w', ' %{http_code}'];
    const { text } = await run('curl', [
      '-sS',
      '--cacert',
      file('ca.pem'),
      ...headers,
      ...body,
      ...args,
      server.secureEndpoint ?? '',
    ]);
    return text;
  };
  const SERVED = '{"CMD":[["END"]]} 200';

  it('without credentials, with a wrong password, or with a certificate by a stranger is challenged', async () => {
    expect(await post()).toBe(' 401');
    expect(await post('--basic', '--config', file('wrong'))).toBe(' 401');
    expect(await post('--digest', '--config', file('wrong'))).toBe(' 401');
    expect(await post('--cert', file('stranger.pem'))).toBe(' 401');
  });

  it.each([
    ['--basic', ['--basic', '--config', 'login']],
    ['--digest', ['--digest', '--config', 'login']],
    ['--anyauth', ['--anyauth', '--config', 'login']],
    ['--cert', ['--cert', 'own.pem']],
  ])('with %s is served', async (_title, args) => {
    const paths = args.map((word) => (word.startsWith('--') ? word : file(word)));
    expect(await post(...paths)).toBe(SERVED);
  });
});
