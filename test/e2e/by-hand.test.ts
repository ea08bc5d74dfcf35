import { spawn } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { request } from 'undici';
import { describe, expect, it } from 'vitest';
import { ROOT } from '../../cli/paths.js';
import { type EmbeddedClient, startEmbeddedClient } from '../../harness/reference/embedded.js';
import { dmconform, emptyFolder, resultIn } from './cli.js';

const MANUAL = 'name: by-hand\nrole: client\ncontrol: { manual: true }\n';

function statementIn(folder: string, text: string): string {
  const path = join(folder, 'implementation.yaml');
  writeFileSync(path, text);
  return path;
}

/** Runs with a person at the terminal, who does with a reference client what is asked for, and answers. */
async function withPerson(args: readonly string[], answer: (wanted: string) => string | undefined) {
  const child = spawn(process.execPath, [join(ROOT, 'bin', 'dmconform.js'), ...args], {
    stdio: ['pipe', 'pipe', 'pipe'],
  });
  const asked: string[] = [];
  let client: EmbeddedClient | undefined;
  const act = async (wanted: string): Promise<void> => {
    asked.push(wanted);
    const [, url] = /open a DM Session with (\S+) now/.exec(wanted) ?? [];
    const own = answer(wanted);
    if (own === undefined && url !== undefined) {
      client ??= await startEmbeddedClient({ serverUrl: url });
      const { body } = await request(`${client.controlUrl}/session`, { method: 'POST', body: '{}' });
      await body.dump();
    }
    child.stdin.write(`${own ?? ''}\n`);
  };
  let text = '';
  child.stderr.on('data', (piece: Buffer) => {
    text += piece.toString();
    for (let end = text.indexOf(']\n'); end >= 0; end = text.indexOf(']\n')) {
      void act(text.slice(0, end));
      text = text.slice(end + 2);
    }
  });
  child.stdout.resume();
  const code = await new Promise<number | null>((resolve) => child.once('close', resolve));
  await client?.close();
  return { code, asked };
}

describe('a client that a person steers', () => {
  it('is judged like any other', async () => {
    const out = emptyFolder();
    const args = ['run', '--target', statementIn(out, MANUAL), '--only', 'SES-01,FLW-01', '--out', out];
    const { code, asked } = await withPerson(args, () => undefined);
    expect(code).toBe(0);
    expect(asked.length).toBeGreaterThan(1);
    expect(resultIn(out).requirements.map(({ id, verdict }) => `${id} ${verdict}`)).toEqual([
      'SES-01 pass',
      'FLW-01 pass',
    ]);
  });

  it('what the person has no way to do is inconclusive, and asked for once', async () => {
    const out = emptyFolder();
    const args = ['run', '--target', statementIn(out, MANUAL), '--chapter', 'ALT', '--out', out];
    const { code, asked } = await withPerson(args, (wanted) => (/Generic Alert/.test(wanted) ? 'n' : undefined));
    expect(code).toBe(0);
    expect(asked.filter((wanted) => wanted.includes('Generic Alert'))).toHaveLength(1);
    const row = resultIn(out).requirements.find(({ id }) => id === 'ALT-01');
    expect([row?.verdict, row?.reason]).toEqual([
      'inconclusive',
      expect.stringMatching(/no way to do "raiseAlert" by hand/),
    ]);
  });

  it('is not there when nobody is at the terminal', async () => {
    const out = emptyFolder();
    const { code, stdout } = await dmconform(['run', '--target', statementIn(out, MANUAL), '--out', out]);
    expect([code, stdout]).toEqual([3, expect.stringMatching(/nobody answers at the terminal/)]);
  });
});

describe('nodes that nobody named', () => {
  const client = join(ROOT, 'test', 'e2e', 'one-session-client.mjs');
  const only = ['--only', 'MOM-27,STA-15'];

  it('are not changed unless the user says so', async () => {
    const out = emptyFolder();
    const command = `node ${client} {server.url}`;
    await dmconform(['run', '--client-command', command, ...only, '--out', join(out, 'a')]);
    await dmconform(['run', '--client-command', command, '--destructive', ...only, '--out', join(out, 'b')]);
    const [before, after] = [resultIn(join(out, 'a')), resultIn(join(out, 'b'))].map(
      ({ requirements }) => requirements,
    );
    for (const { verdict, reason } of before ?? [])
      expect([verdict, reason]).toEqual([
        'inconclusive',
        expect.stringMatching(/--destructive, or where the statement names `nodes.devInfo`/),
      ]);
    expect(after?.map(({ id, verdict }) => `${id} ${verdict}`)).toEqual(['STA-15 pass', 'MOM-27 pass']);
  });
});
